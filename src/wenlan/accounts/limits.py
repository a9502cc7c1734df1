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
    window = int(time.time()) // window_seconds
    key = "attempts:" + hashlib.sha256(f"{action}|{who}|{window}".encode()).hexdigest()
    count = cache.get(key, 0) + 1
    # `incr` would be shorter, but the database cache gives the key its default lifetime then.
    cache.set(key, count, window_seconds)
    return bool(count <= limit)
