"""What an operator is told at start about the ways to pay."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from wenlan.payments.backends import PROVIDERS


@register()
def providers_are_known(**_options: Any) -> list[CheckMessage]:
    """Each provider of the settings exists, and the simulated one stands in demos only."""
    messages: list[CheckMessage] = [
        Error(
            f"WENLAN_PAYMENT_PROVIDERS names {name!r}, which is no payment provider.",
            hint=f"Choose from: {', '.join(PROVIDERS)}.",
            id="wenlan.payments.E001",
        )
        for name in settings.PAYMENT_PROVIDERS
        if name not in PROVIDERS
    ]
    if "simulated" in settings.PAYMENT_PROVIDERS and not (settings.DEMO or settings.DEBUG):
        messages.append(
            Error(
                "The simulated payment is offered: everybody can fill their wallet without paying.",
                hint="Remove `simulated` from WENLAN_PAYMENT_PROVIDERS; it is for WENLAN_DEMO alone.",
                id="wenlan.payments.E002",
            )
        )
    return messages
