"""The cookie that remembers through whose links a browser came to which documents.

It is signed, so that nobody writes one for themselves, and holds no person: a random number for the device, and for
each document the last link that was followed. Who deletes it has followed none.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

COOKIE = "wenlan_shared"
_SALT = "wenlan.orders.trails"
_KEPT = timedelta(days=365)
CLICKS_KEPT = 40
"""Documents that one browser may come to through links; the one that was clicked longest ago is forgotten."""
_AHEAD = timedelta(hours=1)
"""How much later than now a click may be: the clocks of two machines are never quite the same."""


@dataclass(frozen=True)
class Click:
    """The last link through which a browser came to a document."""

    document_id: int
    link_id: int
    at: datetime


@dataclass(frozen=True)
class Attribution:
    """Through which link who buys came to the document, and the device they sit at, as a hash.

    A checkout keeps it until the money is there, as `dataclasses.asdict` writes it.
    """

    link_id: int
    device_hash: str


@dataclass(frozen=True)
class Trail:
    """What the cookie says, the last click first."""

    device: str
    clicks: tuple[Click, ...] = ()

    @property
    def device_hash(self) -> str:
        """What is stored of the device: without the secret of the site nobody finds the number by it."""
        return salted_hmac("wenlan.orders.device", self.device, algorithm="sha256").hexdigest()[:32]

    def after(self, click: Click) -> Trail:
        """The trail once that link was followed, in place of the one to the same document before."""
        others = [known for known in self.clicks if known.document_id != click.document_id]
        return replace(self, clicks=(click, *others)[:CLICKS_KEPT])

    def attribution(self, document_id: int, *, now: datetime) -> Attribution | None:
        """The link that counts for a purchase of the document: the last one, unless it was followed too long ago."""
        period = timedelta(days=settings.SHARE_DAYS)
        for click in self.clicks:
            if click.document_id == document_id and -_AHEAD <= now - click.at < period:
                return Attribution(click.link_id, self.device_hash)
        return None


def trail_of(request: HttpRequest) -> Trail | None:
    """The trail of this browser; None when it has none of ours, or one that somebody else wrote or changed."""
    try:
        device, clicks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_KEPT)
    except signing.BadSignature:
        return None
    return Trail(
        device,
        tuple(
            Click(document_id, link_id, datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone()))
            for document_id, link_id, seconds in clicks
        ),
    )


def trail_begun(request: HttpRequest) -> Trail:
    """The trail of this browser, or the beginning of one."""
    return trail_of(request) or Trail(secrets.token_urlsafe(16))


def trail_write(response: HttpResponseBase, trail: Trail) -> None:
    """Let the browser keep `trail`: out of reach of scripts, and of requests that other sites make."""
    clicks = [(click.document_id, click.link_id, int(click.at.timestamp())) for click in trail.clicks]
    response.set_cookie(
        COOKIE,
        signing.dumps((trail.device, clicks), salt=_SALT, compress=True),
        max_age=_KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def attribution_of(request: HttpRequest, document_id: int) -> Attribution | None:
    """Through which link this browser came to the document, if that still counts."""
    trail = trail_of(request)
    return trail.attribution(document_id, now=timezone.now()) if trail else None
