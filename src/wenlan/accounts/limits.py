"""How often one visitor may do what costs others something."""

from __future__ import annotations

import hashlib
import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The network address a request came from, past our own proxy; empty when it is not known.

    Of an IPv6 address only the /64 network, which is what one household has.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def attempt_allowed(request: HttpRequest, *, action: str, limit: int, window_seconds: int) -> bool:
    """Count one attempt at `action` and tell whether it is within `limit` per window.

    Attempts are counted per person, or per address for strangers; the window is a fixed one of the clock.
    """
    user = request.user
    who = f"user {user.pk}" if user.is_authenticated else f"address {client_address(request)}"
    return attempt_take(action=action, who=who, limit=limit, window_seconds=window_seconds) is not None


def attempt_take(*, action: str, who: str, limit: int, window_seconds: int) -> str | None:
    """Take one of the `limit` places that `who` has for `action` in the present window; None when all are taken.

    However many ask at once, each place is taken once: `add` is atomic in every cache, which `incr` is not in the
    database.
    """
    places = _places(action, who, limit, window_seconds)
    return next((place for place in places if cache.add(place, 1, window_seconds)), None)


def attempt_give_back(place: str) -> None:
    """Let somebody else have a place that `attempt_take` gave: the attempt was none that counts."""
    cache.delete(place)


def attempts_forget(*, action: str, who: str, limit: int, window_seconds: int) -> None:
    """Give back every place that `who` has taken in the present window."""
    cache.delete_many(_places(action, who, limit, window_seconds))


def _places(action: str, who: str, limit: int, window_seconds: int) -> list[str]:
    window = int(time.time()) // window_seconds
    name = hashlib.sha256(f"{action}|{who}|{window}".encode()).hexdigest()
    return [f"attempts:{name}:{number}" for number in range(limit)]
