"""The pages for what went wrong."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST, _("This request cannot be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN, _("You may not do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or that another site sent: the reader goes back and tries again."""
    message = _("This form is no longer valid. Go back, load the page again and send it once more.")
    return error_page(request, HTTPStatus.FORBIDDEN, message)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND, _("There is no such page here."))


def error_page(request: HttpRequest, status: HTTPStatus, message: str) -> HttpResponse:
    return render(request, "web/error.html", {"message": message, "status": int(status)}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, so that neither the database nor a session is asked for anything."""
    return HttpResponse(render_to_string("web/server_error.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
