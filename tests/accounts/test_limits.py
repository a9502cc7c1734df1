"""Attempts are counted one by one, also when they come at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import RequestFactory

from tests.threads import at_once
from wenlan.accounts import limits
from wenlan.accounts.limits import attempt_allowed
from wenlan.accounts.models import User


@pytest.fixture
def _cache_in_the_database(settings: Any, transactional_db: None) -> Iterator[None]:
    """As on a new site; the table is made with the test database."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "wenlan_cache"},
    }
    yield
    cache.clear()


class FarAway:
    """The cache, every answer of which takes its time."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            answer = getattr(cache, name)(*args)
            time.sleep(0.05)
            return answer

        return call


@pytest.mark.usefixtures("_cache_in_the_database")
def test_a_crowd_at_once_gets_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "cache", FarAway())
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    allowed = at_once(20, lambda _n: attempt_allowed(request, action="ask", limit=5, window_seconds=3600))

    assert sorted(map(str, allowed)) == ["False"] * 15 + ["True"] * 5


def test_each_person_and_each_address_has_attempts_of_its_own(bob: User, mallory: User) -> None:
    def asks(user: User | AnonymousUser, address: str) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR=address)
        request.user = user
        return attempt_allowed(request, action="ask", limit=1, window_seconds=10**9)

    assert asks(mallory, "192.0.2.1")
    assert not asks(mallory, "192.0.2.2")
    assert asks(bob, "192.0.2.1")
    assert asks(AnonymousUser(), "2001:db8::1")
    assert not asks(AnonymousUser(), "2001:db8::2")
    assert asks(AnonymousUser(), "2001:db8:0:1::1")
