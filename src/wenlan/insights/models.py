"""What was read, by whom it may be told, and how often."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models import Document


class VisitorSalt(models.Model):
    """A random number of one day, without which the visitors of that day cannot be recognised."""

    day = models.DateField(_("day"), primary_key=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salt of a day")
        verbose_name_plural = _("salts of days")

    def __str__(self) -> str:
        return str(self.day)


class DocumentView(models.Model):
    """One visitor opened one document on one day, however often.

    `visitor_hash` is a hash under the salt of the day: it tells repeats apart. Once the salt is thrown away, nobody
    can say any more whom it stands for; a day later the row goes, too.
    """

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="views"
    )
    day = models.DateField(_("day"))
    visitor_hash = models.CharField(_("visitor of the day"), max_length=32)

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "day", "visitor_hash"], name="insights_one_view_a_day_each"
            )
        ]
        indexes = [models.Index(fields=["day"], name="insights_views_of_a_day")]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.day}"


class Reading(models.Model):
    """How far one reader has come in one document; the rows of a reader are their history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="readings")
    last_page = models.PositiveIntegerField(_("last page"), default=1)
    opened_count = models.PositiveIntegerField(_("times opened"), default=1)
    last_opened_at = models.DateTimeField(_("last opened"), default=timezone.now)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-last_opened_at", "-id"]
        indexes = [models.Index(fields=["user", "-last_opened_at"], name="insights_reading_history")]
        constraints = [
            models.UniqueConstraint(fields=["user", "document"], name="insights_one_reading_each"),
            models.CheckConstraint(condition=models.Q(last_page__gte=1), name="insights_last_page_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.document_id}/{self.last_page}"
