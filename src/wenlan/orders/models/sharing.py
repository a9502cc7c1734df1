"""Links by which readers show documents to others, what was clicked, and what a sale through one is worth."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models import Document

CODE_LENGTH = 10
_CODE_CHARACTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that looks like another one: codes are read off posters."""


def new_code() -> str:
    """A name for a link that nobody can guess: one of 31 to the power of 10, which is about 2 to the power of 50."""
    return "".join(secrets.choice(_CODE_CHARACTERS) for _index in range(CODE_LENGTH))


class CommissionRate(models.Model):
    """What of a price goes to who brought the buyer: chosen by an author for all their documents, or for one of them.

    The rate of a document counts before that of its author; without any of the two there is no commission.
    """

    author = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="commission_rate",
    )
    document = models.OneToOneField(
        Document,
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="commission_rate",
    )
    basis_points = models.PositiveIntegerField(_("hundredths of a percent of the price"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("commission rate")
        verbose_name_plural = _("commission rates")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=False, document__isnull=True)
                | Q(author__isnull=True, document__isnull=False),
                name="orders_rate_of_author_or_document",
            ),
            models.CheckConstraint(
                condition=Q(basis_points__lte=10_000), name="orders_rate_at_most_the_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis_points / 100:g} %"


class ShareLink(models.Model):
    """The one link of one reader to one document, short enough for a poster: `/s/<code>/`.

    `poster` names the file of the picture that was drawn last, empty when there is none.
    """

    sharer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sharer"),
        on_delete=models.PROTECT,
        related_name="share_links",
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="share_links"
    )
    code = models.CharField(
        _("code of the link"), max_length=20, unique=True, default=new_code, editable=False
    )
    click_count = models.PositiveBigIntegerField(_("clicks"), default=0, editable=False)
    poster = models.CharField(max_length=200, blank=True, editable=False)
    poster_drawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["poster_drawn_at"],
                condition=Q(poster_drawn_at__isnull=False),
                name="orders_posters_by_age",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["sharer", "document"], name="orders_one_share_link_each")
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("orders:share", args=[self.code])

    @property
    def url(self) -> str:
        """The whole address, as it is copied and printed."""
        return settings.SITE_URL + self.get_absolute_url()


class ShareDay(models.Model):
    """How many visitors followed a link on a day."""

    link = models.ForeignKey(
        ShareLink, verbose_name=_("share link"), on_delete=models.CASCADE, related_name="days"
    )
    day = models.DateField(_("day"))
    clicks = models.PositiveIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("clicks of a day")
        verbose_name_plural = _("clicks of days")
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="orders_one_row_a_day")]

    def __str__(self) -> str:
        return f"{self.link_id} · {self.day}"


class ShareVisit(models.Model):
    """One visitor followed a link on a day, however often; `visitor_hash` means nobody once the day is over.

    It is the one of `insights.models.DocumentView`, and the row goes when those of its day go.
    """

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField(_("day"))
    visitor_hash = models.CharField(_("visitor of the day"), max_length=32)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["day"], name="orders_visits_of_a_day")]
        constraints = [
            models.UniqueConstraint(fields=["link", "day", "visitor_hash"], name="orders_one_visit_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.link_id} · {self.day}"


class KnownDevice(models.Model):
    """Somebody was signed in on a device lately, which is known by a hash of the random number in its cookie.

    Asked for one thing alone: whether who buys sits at a device of who would get the commission.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="known_devices",
    )
    device_hash = models.CharField(_("device"), max_length=32)
    last_seen_on = models.DateField(_("last seen"))

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        ordering = ["-last_seen_on", "-id"]
        indexes = [models.Index(fields=["last_seen_on"], name="orders_devices_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["user", "device_hash"], name="orders_device_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.device_hash[:6]}"
