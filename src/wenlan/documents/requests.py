"""What views ask about a request."""

from __future__ import annotations

from django.http import HttpRequest


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page that it puts in place itself."""
    return bool(getattr(request, "htmx", False))


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks that understands JSON rather than pages."""
    return request.headers.get("Accept", "").startswith("application/json")


def is_row_number(text: str) -> bool:
    """Whether `text`, which a form sent, is a whole number that fits a database row."""
    return text.isascii() and text.isdecimal() and len(text) <= 18
