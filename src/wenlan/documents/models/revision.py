"""The files of a document and their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models.document import Document

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

READABLE_PIXELS = 480


class Revision(models.Model):
    """One uploaded file of a document and what its conversion found.

    ::

        pending ──claim──► converting ──► ready
           ▲                  │  │
           │   lease ran out ─┘  ├──► failed ──try again──► pending
           └─────────────────────┤
                                 └──► quarantined   (several workers died over it)

    When its author gives the document another file, the next revision takes its place: this one becomes `replaced`,
    whatever it was, if a reviewer has decided about it; any other is deleted. No conversion, no review and no
    comparison of bytes looks at a replaced one.

    A ready revision may be drawn again: it stays ready, with the preview it has, while `redraw_asked_at` is set, and
    changes to the new preview at once, when that is complete. A worker claims this as it does a conversion.

    `claim_token` is a fencing token: it grows with each claim, and every write of a conversion says
    `WHERE claim_token = mine`, so a worker that lost its lease can no longer change anything.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for conversion")
        CONVERTING = "converting", _("Being converted")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Conversion failed")
        QUARANTINED = "quarantined", _("In quarantine")
        REPLACED = "replaced", _("Replaced")

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
    slides_file = models.CharField(
        _("animated view"), max_length=255, default="", db_default="", blank=True, editable=False
    )
    """Its name in the storage, empty when there is none. It holds every slide: nobody is sent it as it is."""
    converted_at = models.DateTimeField(_("converted"), null=True, blank=True)
    redraw_asked_at = models.DateTimeField(
        _("another preview asked for"), null=True, blank=True, editable=False
    )
    redrawn_at = models.DateTimeField(_("last drawn again"), null=True, blank=True, editable=False)

    pages: RelatedManager[Page]

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["document", "-number"]
        indexes = [
            models.Index(fields=["state", "claimed_until"], name="documents_revision_work"),
            models.Index(fields=["claimed_at"], name="documents_revision_turns"),
            models.Index(fields=["sha256"], name="documents_revision_sha256"),
            models.Index(
                fields=["redraw_asked_at"],
                condition=Q(redraw_asked_at__isnull=False),
                name="documents_revision_redraws",
            ),
        ]
        constraints = [
            # The same bytes stand in the library once, however many uploads of them arrive at the same moment.
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state="replaced"), name="documents_revision_same_bytes_once"
            ),
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
    def has_failed(self) -> bool:
        """Whether its conversion ended without a preview."""
        return self.state in {self.State.FAILED, self.State.QUARANTINED}

    @property
    def is_being_redrawn(self) -> bool:
        """Whether another preview is to take the place of the one it has."""
        return self.is_ready and self.redraw_asked_at is not None

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

    @property
    def readable_images(self) -> list[dict[str, Any]]:
        """The images that text can be read on, narrowest first; the cover is for lists."""
        return [image for image in self.images if image["width"] >= READABLE_PIXELS] or self.images

    def image_of_width(self, width: int) -> dict[str, Any] | None:
        """The image that is exactly `width` pixels wide."""
        return next((image for image in self.images if image["width"] == width), None)
