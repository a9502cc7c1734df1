"""What is remembered of each text, and what was found when it was compared with all others."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.decisions import UNDO_WITHIN
from wenlan.documents.models import Revision
from wenlan.similarity.engine.wording import WORDS_MAX

COMPARED_WITHIN = datetime.timedelta(hours=1)
"""When a comparison has not come to an end by then, people no longer wait for it."""


class Fingerprint(models.Model):
    """The text of one revision, as far as copies of it are found by it.

    That of a work which readers could see outlives its revision and document, and so does that of one which was taken
    down, so that it stays down under whatever name it comes back; then `title` says what it was, and its marks are all
    that is left of its words.

    ::

        waiting ──a worker has compared it──► compared
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for comparison")
        COMPARED = "compared", _("Compared")

    revision = models.OneToOneField(
        Revision,
        verbose_name=_("revision"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="fingerprint",
    )
    document_number = models.PositiveBigIntegerField(_("document"), editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    title = models.CharField(_("title"), max_length=200)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    stored_at = models.DateTimeField(_("here since"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    word_count = models.PositiveIntegerField(_("telling words"), default=0)
    compared_at = models.DateTimeField(_("compared"), null=True, blank=True)
    stays_down_since = models.DateTimeField(_("stays down since"), null=True, blank=True)
    """When the house took it off the shelf for good."""
    objection = models.TextField(_("objection"), max_length=2000, default="", db_default="", blank=True)
    """Why its author thinks that what was found is no reason to refuse it."""
    answered_at = models.DateTimeField(_("author knows since"), null=True, blank=True)

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        ordering = ["stored_at", "pk"]
        indexes = [
            models.Index(fields=["document_number"], name="similarity_of_document"),
            models.Index(fields=["stored_at"], condition=Q(state="waiting"), name="similarity_waiting"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody can read it now; its revision and document are loaded."""
        revision = self.revision
        return (
            revision is not None
            and revision.document.is_for_everyone
            and revision.document.current_revision_id == revision.pk
        )

    @property
    def is_cut(self) -> bool:
        """Whether it goes on where comparing stopped."""
        return self.word_count >= WORDS_MAX

    @property
    def stays_down(self) -> bool:
        return self.stays_down_since is not None

    @property
    def is_being_compared(self) -> bool:
        """Whether it is worth waiting for what will be found; its revision is loaded."""
        if self.state == self.State.COMPARED or self.revision is None:
            return False
        since = self.revision.converted_at or self.stored_at
        return timezone.now() < since + COMPARED_WITHIN


class Mark(models.Model):
    """One of the few marks by which a text is looked up (see `engine.marks`); `value` is its key.

    In SQLite the table is its own index (WITHOUT ROWID), in the order of the values.
    """

    pk = models.CompositePrimaryKey("value", "fingerprint_id")
    value = models.BigIntegerField(_("value"))
    fingerprint = models.ForeignKey(
        Fingerprint, verbose_name=_("fingerprint"), on_delete=models.CASCADE, related_name="marks"
    )

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return f"{self.value:016x}"


class Sample(models.Model):
    """All marks of a text in one piece, by which those that were looked up are told from those that are alike by chance."""

    fingerprint = models.OneToOneField(
        Fingerprint,
        verbose_name=_("fingerprint"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="sample",
    )
    packed = models.BinaryField(_("marks"))

    class Meta:
        verbose_name = _("sample of a text")
        verbose_name_plural = _("samples of texts")

    def __str__(self) -> str:
        return str(self.fingerprint_id)


class Finding(models.Model):
    """Two texts that share so much that somebody should know, and the evidence for it.

    ::

        open ──► confirmed   (the same text, or a part of it: readers are told)
         ▲ └───► dismissed   (no copy: a template, a law, the author's own)
         └─ undo, for 15 minutes ─┘

    When the words of the earlier text are gone, the evidence is how many of its marks the other has.
    """

    class Kind(models.TextChoices):
        SAME_TEXT = "same_text", _("the same text")
        PART_OF = "part_of", _("a part of the other")
        CONTAINS = "contains", _("has the other in it")
        PASSAGES = "passages", _("some passages in common")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    fingerprint = models.ForeignKey(
        Fingerprint, verbose_name=_("text"), on_delete=models.CASCADE, related_name="findings"
    )
    earlier = models.ForeignKey(
        Fingerprint, verbose_name=_("earlier text"), on_delete=models.CASCADE, related_name="found_in"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    share = models.FloatField(_("share of the text"))
    earlier_share = models.FloatField(_("share of the earlier text"))
    strength = models.FloatField(_("strength"))
    """Pairs of words that the two share and few other texts have; see `services.strengths`."""
    swapped = models.JSONField(_("swapped words"), default=list)
    """`[earlier word, word, how often]`, the most frequent first."""
    passages = models.JSONField(_("passages"), default=list)
    marks_shared = models.PositiveIntegerField(_("marks in common"), null=True, blank=True)
    marks_earlier = models.PositiveIntegerField(_("marks of the earlier text"), null=True, blank=True)
    """Both only when there are no words to compare."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("copy found")
        verbose_name_plural = _("copies found")
        ordering = ["-strength", "pk"]
        indexes = [
            models.Index(fields=["state", "-found_at"], name="similarity_undecided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint", "earlier"], name="similarity_finding_once"),
            models.CheckConstraint(condition=~Q(fingerprint=F("earlier")), name="similarity_two_texts"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1, earlier_share__gte=0, earlier_share__lte=1),
                name="similarity_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint} ~ {self.earlier}"

    @property
    def percent(self) -> int:
        """Of the text, rounded down: only a whole copy has 100."""
        return int(self.share * 100)

    @property
    def earlier_percent(self) -> int:
        """Of the earlier text, rounded down."""
        return int(self.earlier_share * 100)

    @property
    def is_by_the_same_author(self) -> bool:
        return self.fingerprint.owner_id is not None and self.fingerprint.owner_id == self.earlier.owner_id

    @property
    def has_the_same_bytes(self) -> bool:
        return self.fingerprint.sha256 == self.earlier.sha256

    @property
    def came_within_a_minute(self) -> bool:
        """Whether hardly any time lies between the two texts, as where one person uploads both."""
        return self.fingerprint.stored_at - self.earlier.stored_at < datetime.timedelta(minutes=1)

    @property
    def undo_until(self) -> datetime.datetime | None:
        return self.decided_at + UNDO_WITHIN if self.decided_at else None

    @property
    def can_be_undone(self) -> bool:
        return self.undo_until is not None and timezone.now() < self.undo_until


class FindingDecision(models.Model):
    """One decision of one reviewer about two texts, which stays on record when one of them goes.

    Decisions are added, never changed; one that its reviewer took back says since when (`undone_at`).
    """

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    finding = models.ForeignKey(
        Finding,
        verbose_name=_("copy found"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
    )
    document_number = models.PositiveBigIntegerField(_("document"))
    earlier_number = models.PositiveBigIntegerField(_("earlier document"))
    kind = models.CharField(_("kind"), max_length=10, choices=Finding.Kind)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reviewer"), on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now, editable=False)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("decision about a copy")
        verbose_name_plural = _("decisions about copies")
        ordering = ["-decided_at", "-id"]
        indexes = [models.Index(fields=["document_number"], name="similarity_decided_about")]

    def __str__(self) -> str:
        return f"{self.document_number} ~ {self.earlier_number}: {self.decision}"


class TitleCheck(models.Model):
    """What one title promises that the text of one revision does not hold; made anew when either changes."""

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="title_checks"
    )
    title = models.CharField(_("title"), max_length=200)
    mismatches = models.JSONField(_("what does not fit"), default=list)
    """`[kind, what the title promises, what the text has]` of `engine.promises`, the gravest first."""
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("title check")
        verbose_name_plural = _("title checks")
        ordering = ["-checked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "title"], name="similarity_title_check_once")
        ]

    def __str__(self) -> str:
        return self.title


class Digest(models.Model):
    """Keywords and a short summary of one revision, made by machine of the pages everybody may read.

    What the author writes instead stands beside it, so that it can be taken back; it outlives another conversion.
    """

    revision = models.OneToOneField(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="digest"
    )
    open_pages = models.PositiveIntegerField(_("pages it is made of"))
    keywords = models.JSONField(_("keywords"), default=list)
    sentences = models.JSONField(_("summary"), default=list)
    own_keywords = models.JSONField(_("keywords by the author"), null=True, blank=True)
    own_sentences = models.JSONField(_("summary by the author"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return str(self.revision)

    @property
    def is_edited(self) -> bool:
        return self.own_keywords is not None or self.own_sentences is not None

    @property
    def keywords_shown(self) -> list[str]:
        return list(self.keywords if self.own_keywords is None else self.own_keywords)

    @property
    def sentences_shown(self) -> list[str]:
        return list(self.sentences if self.own_sentences is None else self.own_sentences)
