"""A document and the words its author wants for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import ReaderGroup
from wenlan.core.money import CURRENCIES, format_money
from wenlan.documents.models.shelves import Category, Tag

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import ManyRelatedManager, RelatedManager

    from wenlan.documents.models.revision import Revision


#: No price is higher, whatever the site allows: a million such sales still fit into a balance.
PRICE_LIMIT_MINOR = 10**12
FIRST_PAGES = 3
"""Pages that the address of a document shows at once; each later one has an address of its own."""


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


def on_the_shelf(prefix: str = "") -> Q:
    """The condition that a document is there for everybody; `prefix` is the way to it, such as `documents__`."""
    return Q(**{f"{prefix}state": Document.State.PUBLISHED, f"{prefix}audience": Document.Audience.EVERYONE})


class Document(models.Model):
    """What a reader finds, reads, buys: a title and its current revision.

    ::

        draft ──submit──► in_review ──publish──► published ──withdraw──► withdrawn
         ▲ ▲                │   │                    ▲                       │
         │ └──take back─────┘   │                    └───────restore─────────┘
         └──── edit ──── returned ◄─return

    A returned document is edited, or gets another file, and is submitted again. What is in review is not edited, so
    that a reviewer publishes what they have read; what readers know already keeps its file and changes its words by an
    Amendment. Whoever bought a document keeps it when it is withdrawn. What the house withdrew, only the house restores
    (`withdrawn_by`, `withdrawal_reason`).

    A published document whose `audience` is not everybody is on no public list and in no index; for all others it is
    not there.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: The states in which an author still works on it and sends it to review.
    UNFINISHED: ClassVar[tuple[str, ...]] = (State.DRAFT, State.RETURNED)

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everybody")
        MEMBERS = "members", _("Members of the site")
        GROUPS = "groups", _("Groups of readers")

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
    audience = models.CharField(
        _("who may find it"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    groups: ManyRelatedManager[ReaderGroup, models.Model] = models.ManyToManyField(  # type: ignore[assignment]
        ReaderGroup, verbose_name=_("groups of readers"), blank=True, related_name="documents"
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
    def is_for_everyone(self) -> bool:
        """Whether it is on the shelf for everybody, members or not."""
        return self.is_published and self.audience == self.Audience.EVERYONE

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
