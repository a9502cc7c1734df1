"""What every page knows."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.payments.payouts.selectors import payouts_waiting_count
from wenlan.trust.selectors import open_ticket_count, waiting_for
from wenlan.web.themes import chosen_theme


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "currency": settings.CURRENCY,
        "theme": chosen_theme(request),
        "here": here(request),
        "wordmark": wordmark(settings.SITE_NAME),
        # Called by the template that shows it, and by no other.
        "wallet_minor": partial(_wallet_minor, request),
        "review_count": partial(_review_count, request),
        "ticket_count": open_ticket_count,
        "payout_count": payouts_waiting_count,
    }


def here(request: HttpRequest) -> str:
    """Where the switches in the footer lead back to: this page, or the one whose form was sent to get here."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    origin = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return origin if is_ours else reverse("web:home")


def wordmark(site_name: str) -> tuple[str, str]:
    """The name of the site as the header writes it: what stands in ink, and what stands in seal red.

    Of a Chinese name the last character is the seal; a name in another script stays whole.
    """
    name = site_name.split(" ")[0]
    if len(name) > 1 and all(unicodedata.name(character, "").startswith("CJK") for character in name):
        return name[:-1], name[-1]
    return site_name, ""


def _review_count(request: HttpRequest) -> int:
    return waiting_for(request.user) if request.user.is_authenticated else 0


def _wallet_minor(request: HttpRequest) -> int:
    return wallet_balance_minor(request.user) if request.user.is_authenticated else 0
