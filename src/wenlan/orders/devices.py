"""Knowing the devices on which somebody is signed in, for as long as it takes to see who shares with themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from wenlan.accounts.models import User
from wenlan.orders.services import device_note
from wenlan.orders.trails import trail_begun, trail_write


def device_remember(request: HttpRequest, user: User, response: HttpResponseBase) -> None:
    """Note that `user` is signed in on the device that `request` came from, which keeps its number from then on."""
    trail = trail_begun(request)
    device_note(user=user, device_hash=trail.device_hash)
    trail_write(response, trail)
