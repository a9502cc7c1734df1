"""What an operator is told at start about payouts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from wenlan.payments.models import Method


@register()
def payout_settings_are_known(**_options: Any) -> list[CheckMessage]:
    """Each way of paying authors exists, and so does each thing they are asked for."""
    known = {
        "WENLAN_PAYOUT_METHODS": (settings.PAYOUT_METHODS, list(Method.values)),
        "WENLAN_PAYOUT_IDENTITY": (settings.PAYOUT_IDENTITY, ["identity_number", "address"]),
    }
    return [
        Error(
            f"{variable} names {name!r}, which is not known.",
            hint=f"Choose from: {', '.join(choices)}.",
            id="wenlan.payments.E011",
        )
        for variable, (names, choices) in known.items()
        for name in names
        if name not in choices
    ]
