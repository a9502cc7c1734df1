"""Telling people from programs by what their browser says of itself."""

from __future__ import annotations

from functools import lru_cache

from crawlerdetect import CrawlerDetect
from django.http import HttpRequest

#: What browsers send with a page that nobody has asked for yet; the first is the standard
#: (https://wicg.github.io/nav-speculation/prefetch.html), the others are older.
_PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_by_a_person(request: HttpRequest) -> bool:
    """Whether a person asked for this page: not a program, and not a browser that fetches it in advance."""
    browser = request.headers.get("User-Agent", "")
    return bool(browser) and not _is_program(browser) and not _is_in_advance(request)


@lru_cache(maxsize=4096)
def _is_program(browser: str) -> bool:
    """Whether a User-Agent (RFC 9110, section 10.1.5) is on a kept list of crawlers, previews and programs."""
    return bool(CrawlerDetect(user_agent=browser).is_crawler())


def _is_in_advance(request: HttpRequest) -> bool:
    return any(
        request.headers.get(name, "").lower().startswith(("prefetch", "preview")) for name in _PURPOSE_HEADERS
    )
