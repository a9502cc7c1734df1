"""What the house asks of a company that takes payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.payments.models import TopUp


class NotificationRejected(WenlanError):
    """A message that claims to come from a provider does not, or cannot be understood."""

    code = "notification_rejected"

    def __init__(self) -> None:
        super().__init__(_("This payment message is not genuine."))


@dataclass(frozen=True)
class Notification:
    """What a provider says about one payment: `paid_minor` of `currency` arrived, or it failed and why."""

    reference: str
    is_paid: bool
    paid_minor: int
    currency: str
    failure: str = ""


class PaymentProvider(Protocol):
    """One way to pay. Nothing here touches the database: services do."""

    name: str
    label: str | Promise

    def start(self, top_up: TopUp) -> str:
        """The address at which the reader pays: absolute, or a path of this site.

        May ask the provider over the network, with a time limit; the same top-up may be started twice.
        """

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        """What the raw bytes of a provider's message say. Raises NotificationRejected unless it is genuine."""
