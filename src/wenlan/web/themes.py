"""Light or dark: what the reader chose, or else what their system says."""

from __future__ import annotations

from django.http import HttpRequest

THEMES = ("auto", "light", "dark")
COOKIE_NAME = "theme"
COOKIE_SECONDS = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """One of THEMES. It is known before the page is drawn, so that no page flashes in the wrong colours."""
    theme = request.COOKIES.get(COOKIE_NAME, "auto")
    return theme if theme in THEMES else "auto"
