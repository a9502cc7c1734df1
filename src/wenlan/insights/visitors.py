"""Telling visitors apart without knowing them."""

from __future__ import annotations

from functools import lru_cache

from crawlerdetect import CrawlerDetect
from django.http import HttpRequest

from wenlan.accounts.limits import client_address

#: What browsers send with a page that nobody has asked for yet; the first is the standard
#: (https://wicg.github.io/nav-speculation/prefetch.html), the others are older.
_PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def visitor_key(request: HttpRequest) -> str:
    """What tells this visitor from others for a day; empty for visits that are not counted.

    Those are the visits of programs, and pages that a browser fetches in advance. A person who is signed in is the
    same visitor on every device.
    """
    browser = request.headers.get("User-Agent", "")
    if not browser or _is_program(browser) or _is_in_advance(request):
        return ""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"{client_address(request)} {browser} {request.headers.get('Accept-Language', '')}"


@lru_cache(maxsize=4096)
def _is_program(browser: str) -> bool:
    """Whether a User-Agent (RFC 9110, section 10.1.5) is on a kept list of crawlers, previews and programs."""
    return bool(CrawlerDetect(user_agent=browser).is_crawler())


def _is_in_advance(request: HttpRequest) -> bool:
    return any(
        request.headers.get(name, "").lower().startswith(("prefetch", "preview")) for name in _PURPOSE_HEADERS
    )
