"""Links by which people get what they bought without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Claim(models.Model):
    """A link that was sent to the address of a guest: whoever opens it gets what the guest bought, once.

    Only the hash of its token is kept: who reads the table cannot open anything.
    """

    guest = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("guest"), on_delete=models.CASCADE, related_name="claims"
    )
    email = models.EmailField(_("sent to"), db_index=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("claim link")
        verbose_name_plural = _("claim links")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | Q(used_at__isnull=False), name="orders_claimed_is_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest_id} → {self.email}"
