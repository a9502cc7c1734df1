"""Turning our own errors into answers, and keeping pages with whom they were made for."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents.requests import is_htmx
from wenlan.web.views.errors import error_page


class ErrorMessageMiddleware:
    """A WenlanError that no view caught becomes a message on the page the reader came from, never a 500.

    A request that has no page to go back to gets the message as a page of its own: 403 for what is not
    allowed, 409 for a conflict, 400 otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, WenlanError):
            return None
        origin = request.META.get("HTTP_REFERER", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(
            origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            messages.error(request, str(exception))
            # htmx would put the whole page into the part it asked for.
            return HttpResponseClientRedirect(origin) if is_htmx(request) else redirect(origin)
        return error_page(request, _status(exception), str(exception))


class PrivatePagesMiddleware:
    """A page is made for one reader in one language: nobody keeps it for others, and a browser asks again.

    An answer that says itself how long it may be kept is left alone, as is everything that is not HTML.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _status(error: WenlanError) -> HTTPStatus:
    if isinstance(error, NotAllowed):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.BAD_REQUEST
