"""Who pays: somebody who is signed in, or the guest of this browser."""

from __future__ import annotations

from django.http import HttpRequest

from wenlan.accounts.models import User
from wenlan.accounts.services import guest_create

GUEST_KEY = "guest"


def payer(request: HttpRequest) -> User | None:
    """Who is signed in, else the guest that this browser bought something as and that nobody has claimed yet."""
    if isinstance(request.user, User):
        return request.user
    number = request.session.get(GUEST_KEY)
    return User.objects.filter(pk=number, is_guest=True).first() if number else None


def payer_made(request: HttpRequest) -> User:
    """The same, and a new guest for a browser that has none."""
    found = payer(request)
    if found is None:
        found = guest_create()
        request.session[GUEST_KEY] = found.pk
    return found
