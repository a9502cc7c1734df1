"""What the search index should hold, beside what it does hold, and how good the documents are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models import Document


class Standing(models.Model):
    """How good a document is, by what the rooms that own the signals counted of it (`ranking` has the formula).

    A document without a row is neutral. The rows follow the counts with some delay, so that a search reads this one
    table instead of theirs.
    """

    document = models.OneToOneField(
        Document, verbose_name=_("document"), primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    quality = models.FloatField(_("quality"), default=0.0)
    """From −1 to 1."""
    signals = models.JSONField(_("signals"), default=dict)
    """The count of each signal by its name in `ranking.SIGNALS`; what was not counted is left out."""
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("standing of a document")
        verbose_name_plural = _("standings of documents")
        indexes = [models.Index(fields=["counted_at"], name="search_standings_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quality__gte=-1, quality__lte=1), name="search_standing_within_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.quality:+.2f}"


class IndexState(models.Model):
    """Whether the index knows the newest state of one document.

    Each change that readers could notice raises `wanted_version`; a worker that has written the document
    into the index (or out of it) raises `indexed_version` to the version it saw. The row names its document
    by number alone, because it has to outlive it: a deleted document must still be taken out of the index.
    """

    document_id = models.PositiveBigIntegerField(_("document"), primary_key=True)
    wanted_version = models.PositiveIntegerField(_("wanted version"), default=0)
    indexed_version = models.PositiveIntegerField(_("version in the index"), default=0)
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    indexed_at = models.DateTimeField(_("written"), null=True, blank=True)

    class Meta:
        verbose_name = _("state in the search index")
        verbose_name_plural = _("states in the search index")
        ordering = ["requested_at"]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(wanted_version__gt=F("indexed_version")),
                name="search_wanted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.indexed_version}/{self.wanted_version}"

    @property
    def is_current(self) -> bool:
        return self.indexed_version >= self.wanted_version
