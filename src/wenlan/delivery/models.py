"""Proof of what was sent to whom."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.documents.models import Revision


def new_token() -> str:
    """A name for a delivery that nobody can guess."""
    return secrets.token_hex(16)


class Delivery(models.Model):
    """One link to an original, and which of its bytes went out through it.

    `intervals` are the parts that were sent, `[start, stop)`, sorted and apart; the delivery is complete
    when they are the whole file, in one request or in many.

    Sent is what the operating system took over for the connection: of a connection that breaks, the last
    bytes, as many as the socket buffers on the way hold (kilobytes, a few megabytes at most), may be
    counted and yet never have arrived. A web server in front is told not to buffer more than that.

    `handed_over_at` is when a web server in front was last told to send the file in our place
    (WENLAN_ACCEL_REDIRECT_PREFIX). Nobody tells us how that ended, so it adds no bytes and proves nothing.
    """

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    # A document that anybody bought is never deleted; with any other, the author's own downloads may go.
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="deliveries"
    )
    token = models.CharField(_("token"), max_length=32, unique=True, default=new_token, editable=False)
    user_agent = models.CharField(_("browser"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("link made"), default=timezone.now, editable=False)
    bytes_sent = models.PositiveBigIntegerField(_("bytes sent"), default=0)
    intervals = models.JSONField(_("parts sent"), default=list, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("left to the web server"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["reader", "-created_at"], name="delivery_of_reader")]

    def __str__(self) -> str:
        return f"{self.reader_id} ⇐ {self.revision_id} ({self.bytes_sent} B)"

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None
