"""How often one visitor may search."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from wenlan.accounts.limits import client_address

SEARCH_WINDOW_SECONDS = 60


def search_allowed(request: HttpRequest) -> bool:
    """Count one search and tell whether it is within SEARCHES_PER_MINUTE of this visitor: a person, or an address.

    People search less often; a program that guesses hidden text word by word needs thousands. Each process counts
    for itself, so that a search never waits for the database to write.
    """
    return _allowed(request, "searches", settings.SEARCHES_PER_MINUTE)


def suggestion_allowed(request: HttpRequest) -> bool:
    """Count one look at suggestions and tell whether it is within SUGGESTIONS_PER_MINUTE of this visitor."""
    return _allowed(request, "suggestions", settings.SUGGESTIONS_PER_MINUTE)


def _allowed(request: HttpRequest, action: str, limit: int) -> bool:
    user = request.user
    who = f"user:{user.pk}" if user.is_authenticated else f"address:{client_address(request)}"
    counts = caches["process"]
    key = f"{action}:{who}:{int(time.time()) // SEARCH_WINDOW_SECONDS}"
    counts.add(key, 0, SEARCH_WINDOW_SECONDS)
    try:
        return counts.incr(key) <= limit
    except ValueError:  # thrown away between the two, to make room
        return True
