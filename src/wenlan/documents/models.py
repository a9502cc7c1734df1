"""A document, its revisions and their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import CURRENCIES, format_money

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import ManyRelatedManager, RelatedManager

#: No price is higher, whatever the site allows: a million such sales still fit into a balance.
PRICE_LIMIT_MINOR = 10**12
FIRST_PAGES = 3
"""Pages that the address of a document shows at once; each later one has an address of its own."""


class Category(models.Model):
    """A shelf of the library, named in both languages of the site."""

    slug = models.SlugField(_("word in the address"), unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("web:category", args=[self.slug])

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class Tag(models.Model):
    """A word readers find documents by; written as its first author wrote it, compared without case."""

    name = models.CharField(_("name"), max_length=40)
    key = models.CharField(_("compared as"), max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class PreviewPolicy:
    """How much of a document a reader sees who has not bought it."""

    kind: str
    value: int

    def visible_pages(self, page_count: int) -> int:
        """How many of `page_count` pages, from the first, are shown to everybody."""
        match self.kind:
            case Document.PreviewKind.WHOLE:
                return page_count
            case Document.PreviewKind.PERCENT:
                # A percentage never rounds a preview away: one page of a two-page letter is shown at 30 %.
                return min(page_count, max(1, page_count * self.value // 100)) if self.value else 0
            case Document.PreviewKind.PAGES:
                return min(page_count, self.value)
        return 0


class Document(models.Model):
    """What a reader finds, reads, buys: a title and its current revision.

    ::

        draft ──submit──► in_review ──publish──► published ──withdraw──► withdrawn
         ▲ ▲                │   │                    ▲                       │
         │ └──take back─────┘   │                    └───────restore─────────┘
         └──── edit ──── returned ◄─return

    A returned document is edited and submitted again. What is in review is not edited, so that a reviewer publishes
    what they have read; what readers know already changes its words by an Amendment. Whoever bought a document keeps
    it when it is withdrawn. What the house withdrew, only the house restores (`withdrawn_by`, `withdrawal_reason`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class PreviewKind(models.TextChoices):
        WHOLE = "whole", _("Every page")
        PAGES = "pages", _("The first pages")
        PERCENT = "percent", _("The first part, in percent")
        NONE = "none", _("No page")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")
        OTHER = "other", _("Another language")

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="documents",
    )
    title = models.CharField(_("title"), max_length=200)
    title_is_guess = models.BooleanField(_("title not yet confirmed"), default=True, editable=False)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    tags: ManyRelatedManager[Tag, models.Model] = models.ManyToManyField(  # type: ignore[assignment]
        Tag, verbose_name=_("tags"), blank=True, related_name="documents"
    )
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    price_minor = models.PositiveBigIntegerField(_("price in minor units"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    preview_kind = models.CharField(
        _("preview"), max_length=10, choices=PreviewKind, default=PreviewKind.PAGES
    )
    preview_value = models.PositiveIntegerField(_("pages or percent"), default=3)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    current_revision = models.ForeignKey(
        "Revision",
        verbose_name=_("current revision"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    return_reason = models.TextField(_("why it was returned"), blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True)
    view_count = models.PositiveBigIntegerField(_("views"), default=0, editable=False)
    favourite_count = models.PositiveIntegerField(_("favourites"), default=0, editable=False)
    sale_count = models.PositiveIntegerField(_("sales"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    revisions: RelatedManager[Revision]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-published_at"], name="documents_newest"),
            models.Index(fields=["category", "state", "-published_at"], name="documents_category_newest"),
            models.Index(fields=["state", "-view_count"], name="documents_popular"),
            models.Index(fields=["author", "-created_at"], name="documents_of_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, current_revision__isnull=False),
                name="documents_published_has_revision",
            ),
            models.CheckConstraint(
                condition=~Q(preview_kind="percent") | Q(preview_value__lte=100),
                name="documents_preview_percent_at_most_100",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="documents_document_has_title"),
            models.CheckConstraint(
                condition=Q(currency__in=sorted(CURRENCIES)), name="documents_currency_is_known"
            ),
            models.CheckConstraint(
                condition=Q(price_minor__lte=PRICE_LIMIT_MINOR), name="documents_price_is_payable"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("web:document", args=[self.pk])

    def page_url(self, number: int, *, query: str = "") -> str:
        """Where page `number` is shown, also without JavaScript, with the words of `query` marked on it."""
        asked: dict[str, str | int] = {"q": query} if query else {}
        if number > FIRST_PAGES:
            asked["from"] = number
        return f"{self.get_absolute_url()}{'?' if asked else ''}{urlencode(asked)}#page-{number}"

    @property
    def is_free(self) -> bool:
        return self.price_minor == 0

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_known_to_readers(self) -> bool:
        """Whether it is or was on the shelf: its words then change only after review."""
        return self.state in {self.State.PUBLISHED, self.State.WITHDRAWN}

    @property
    def is_withdrawn_by_author(self) -> bool:
        return self.state == self.State.WITHDRAWN and self.withdrawn_by_id == self.author_id

    @property
    @display(description=_("price"))
    def price(self) -> str:
        """The price as it is shown, `¥4.00`."""
        return format_money(self.price_minor, self.currency)

    @property
    def preview_text(self) -> str:
        """How much everybody sees, in words: `The first 3 pages`."""
        match self.preview_kind:
            case self.PreviewKind.PAGES:
                return ngettext(
                    "The first %(count)d page", "The first %(count)d pages", self.preview_value
                ) % {"count": self.preview_value}
            case self.PreviewKind.PERCENT:
                return gettext("The first %(percent)d %% of the pages") % {"percent": self.preview_value}
        return str(self.get_preview_kind_display())

    @property
    def preview_policy(self) -> PreviewPolicy:
        return PreviewPolicy(kind=self.preview_kind, value=self.preview_value)

    @property
    def newest_revision(self) -> Revision | None:
        """The last uploaded file; without a query when the revisions are loaded."""
        return max(self.revisions.all(), key=lambda revision: revision.number, default=None)


class Amendment(models.Model):
    """Another title, description or category that an author wants for a document readers know already.

    ::

        in_review ──accept──► accepted
            │  ▲                 │
            │  └────reopen───────┤
            └──────return────► returned

    The document keeps its words until a reviewer accepts the new ones; then the two exchange them, and the row
    holds what was there before. One row for each document: what its author asks for next takes its place.
    """

    class State(models.TextChoices):
        IN_REVIEW = "in_review", _("In review")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    document = models.OneToOneField(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="amendment"
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.IN_REVIEW)
    return_reason = models.TextField(_("why it was returned"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        indexes = [models.Index(fields=["state", "submitted_at"], name="documents_amendments_waiting")]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="documents_amendment_has_title")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.title}"

    @property
    def is_in_review(self) -> bool:
        return self.state == self.State.IN_REVIEW

    @property
    def is_returned(self) -> bool:
        return self.state == self.State.RETURNED


class Revision(models.Model):
    """One uploaded file of a document and what its conversion found.

    ::

        pending ──claim──► converting ──► ready
           ▲                  │  │
           │   lease ran out ─┘  ├──► failed ──try again──► pending
           └─────────────────────┤
                                 └──► quarantined   (several workers died over it)

    `claim_token` is a fencing token: it grows with each claim, and every write of a conversion says
    `WHERE claim_token = mine`, so a worker that lost its lease can no longer change anything.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for conversion")
        CONVERTING = "converting", _("Being converted")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Conversion failed")
        QUARANTINED = "quarantined", _("In quarantine")

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"), default=1)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploader"), on_delete=models.PROTECT, related_name="+"
    )
    file = models.FileField(_("file"), max_length=255)
    original_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    format = models.CharField(_("format"), max_length=10)
    media_type = models.CharField(_("media type"), max_length=120)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    pages_done = models.PositiveIntegerField(_("pages done"), default=0)
    page_count = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    claim_token = models.PositiveIntegerField(_("claim"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempt_count = models.PositiveIntegerField(_("attempts"), default=0)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_detail = models.TextField(_("error detail"), blank=True)

    recorded_pages = models.PositiveIntegerField(
        _("pages the office program recorded"), null=True, blank=True
    )
    character_count = models.PositiveIntegerField(_("characters"), default=0)
    outline = models.JSONField(_("outline"), default=list, blank=True)
    report = models.JSONField(_("fidelity report"), default=dict, blank=True)
    converted_at = models.DateTimeField(_("converted"), null=True, blank=True)

    pages: RelatedManager[Page]

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["document", "-number"]
        indexes = [
            models.Index(fields=["state", "claimed_until"], name="documents_revision_work"),
            models.Index(fields=["claimed_at"], name="documents_revision_turns"),
        ]
        constraints = [
            # The same bytes stand in the library once, however many uploads of them arrive at the same moment.
            models.UniqueConstraint(fields=["sha256"], name="documents_revision_same_bytes_once"),
            models.UniqueConstraint(fields=["document", "number"], name="documents_revision_number"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(page_count__gte=1), name="documents_ready_has_pages"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} ({self.number})"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_being_converted(self) -> bool:
        return self.state in {self.State.PENDING, self.State.CONVERTING}


class Upload(models.Model):
    """That somebody uploaded a file; the row stays when the document goes, so that the daily limit holds."""

    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["uploader", "uploaded_at"], name="documents_upload_per_day")]

    def __str__(self) -> str:
        return f"{self.uploader_id}, {self.uploaded_at:%Y-%m-%d %H:%M}"


class Page(models.Model):
    """One page of a revision: its size in points, its text with positions, its images.

    `lines` is a list of `[text, x, y, width, height]` in points from the top left corner.
    `images` is a list of `{"width", "height", "name", "bytes", "media_type"}`, narrowest first;
    `name` is the name in the storage.
    """

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="pages"
    )
    number = models.PositiveIntegerField(_("number"))
    width_points = models.FloatField(_("width in points"))
    height_points = models.FloatField(_("height in points"))
    text = models.TextField(_("text"), blank=True)
    lines = models.JSONField(_("text with positions"), default=list)
    images = models.JSONField(_("images"), default=list)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["revision", "number"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="documents_page_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="documents_page_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.number}"

    def image_of_width(self, width: int) -> dict[str, Any] | None:
        """The image that is exactly `width` pixels wide."""
        return next((image for image in self.images if image["width"] == width), None)


class Favourite(models.Model):
    """A reader keeps a document in sight."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.CASCADE,
        related_name="favourites",
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="favourites"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "document"], name="documents_one_favourite_each")
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} ♥ {self.document_id}"
