"""Which answers depend on the language of the reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

View = Callable[..., HttpResponseBase]


def same_in_every_language(view: View) -> View:
    """A view whose answers caches may give to readers of every language, such as pictures."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.is_same_in_every_language = True  # type: ignore[attr-defined]
        return response

    return marked


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which else tells caches that every answer varies by language."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if getattr(response, "is_same_in_every_language", False):
            return response
        return super().process_response(request, response)
