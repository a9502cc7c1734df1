"""What views of every room ask about the person behind a request."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from wenlan.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind a view that only signed-in people reach (`login_required`), typed as one."""
    if not isinstance(request.user, User):
        raise TypeError("The view forgot to ask for a signed-in person.")
    return request.user


def safe_next(request: HttpRequest, target: str) -> str:
    """`target` if it is an address of this site, else the home page.

    An address begins with a slash or its scheme; `redirect` would take anything else for the name of a view.
    """
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if is_ours and target.startswith(("/", "http://", "https://")):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)
