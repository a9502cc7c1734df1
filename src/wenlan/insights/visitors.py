"""Telling visitors apart without knowing them."""

from __future__ import annotations

import re

from django.http import HttpRequest

from wenlan.accounts.limits import client_address

#: Words that programs put into their User-Agent (RFC 9110, section 10.1.5) and browsers do not.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|scan|monitor|archiver|headless|lighthouse|"
    r"^(?:curl|wget|python|java|go-http|okhttp|libwww|axios|node|ruby|php)",
    re.IGNORECASE,
)


def visitor_key(request: HttpRequest) -> str:
    """What tells this visitor from others for a day; empty for programs, whose visits are not counted.

    A person who is signed in is the same visitor on every device.
    """
    browser = request.headers.get("User-Agent", "")
    if not browser or _PROGRAM.search(browser):
        return ""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"{client_address(request)} {browser} {request.headers.get('Accept-Language', '')}"
