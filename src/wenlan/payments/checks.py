"""What an operator is told at start about the ways to pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from wenlan.core.environment import is_loopback
from wenlan.payments.backends import PROVIDERS

NEEDED = {
    "stripe": ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"],
    "wechat": [
        "WECHAT_APP_ID",
        "WECHAT_MERCHANT_ID",
        "WECHAT_MERCHANT_SERIAL",
        "WECHAT_PRIVATE_KEY_FILE",
        "WECHAT_API_KEY",
        "WECHAT_PUBLIC_KEY_FILE",
        "WECHAT_PUBLIC_KEY_ID",
    ],
    "alipay": ["ALIPAY_APP_ID", "ALIPAY_PRIVATE_KEY_FILE", "ALIPAY_PUBLIC_KEY_FILE"],
}
CURRENCIES_TAKEN = {"wechat": {"CNY"}, "alipay": {"CNY"}}


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


@register()
def providers_are_configured(**_options: Any) -> list[CheckMessage]:
    """Each provider of the settings has its keys, takes the currency of the site, and is asked over HTTPS."""
    messages: list[CheckMessage] = []
    for name in settings.PAYMENT_PROVIDERS:
        messages += _missing(name) + _unreadable(name) + _currency(name) + _address(name)
    return messages


def _missing(name: str) -> list[CheckMessage]:
    return [
        Error(
            f"WENLAN_PAYMENT_PROVIDERS offers {name}, and WENLAN_{setting} is not set.",
            hint="docs/operator/configuration.md says where to find it.",
            id="wenlan.payments.E003",
        )
        for setting in NEEDED.get(name, [])
        if not getattr(settings, setting)
    ]


def _unreadable(name: str) -> list[CheckMessage]:
    files = [setting for setting in NEEDED.get(name, []) if setting.endswith("_FILE")]
    messages: list[CheckMessage] = [
        Error(
            f"WENLAN_{setting} names a file that holds no {'private' if 'PRIVATE' in setting else 'public'} key.",
            hint="The file begins with a line such as -----BEGIN PRIVATE KEY----- or -----BEGIN PUBLIC KEY-----.",
            id="wenlan.payments.E004",
        )
        for setting in files
        if getattr(settings, setting)
        and not _holds_key(getattr(settings, setting), is_private="PRIVATE" in setting)
    ]
    if name == "wechat" and settings.WECHAT_API_KEY and len(settings.WECHAT_API_KEY.encode()) != 32:
        messages.append(
            Error(
                "WENLAN_WECHAT_API_KEY does not have 32 characters.",
                hint="It is the APIv3 key that you chose in WeChat's merchant platform.",
                id="wenlan.payments.E004",
            )
        )
    return messages


def _holds_key(file: Path, *, is_private: bool) -> bool:
    try:
        content = file.read_bytes()
        load_pem_private_key(content, password=None) if is_private else load_pem_public_key(content)
    except (OSError, ValueError, TypeError):
        return False
    return True


def _currency(name: str) -> list[CheckMessage]:
    taken = CURRENCIES_TAKEN.get(name)
    if taken is None or settings.CURRENCY in taken:
        return []
    return [
        Error(
            f"{name} takes {', '.join(taken)}, and the currency of the site is {settings.CURRENCY}.",
            hint="Remove it from WENLAN_PAYMENT_PROVIDERS, or set WENLAN_CURRENCY before the first upload.",
            id="wenlan.payments.E005",
        )
    ]


def _address(name: str) -> list[CheckMessage]:
    address = urlsplit(getattr(settings, f"{name.upper()}_API_URL", ""))
    if address.scheme != "http" or is_loopback(address.hostname or ""):
        return []
    return [
        Error(
            f"WENLAN_{name.upper()}_API_URL is not an https:// address.",
            hint="Without encryption anybody on the way reads the keys and forges the answers.",
            id="wenlan.payments.E006",
        )
    ]
