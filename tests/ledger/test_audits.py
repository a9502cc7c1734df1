"""Every night the books are proven, once, and operators see what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.ledger.audits import audit_run, audits_sweep
from wenlan.ledger.models import Account, Audit
from wenlan.ledger.triggers import triggers_create, triggers_drop


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the time where the site is."""

    def show(time: str) -> None:
        moment = datetime.fromisoformat(f"2026-11-24T{time}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return show


@pytest.fixture
def false_books(bob: User) -> Iterator[None]:
    """Somebody gave Bob money that no entry explains."""
    give_money(bob, 1000)
    triggers_drop(connection)
    Account.objects.filter(owner=bob).update(balance_minor=5000)
    yield
    triggers_create(connection)


def test_it_is_asked_for_once_a_night(db: None, clock: Callable[[str], None]) -> None:
    clock("02:59:00")
    assert audits_sweep() == 0
    clock("03:00:00")
    assert [audits_sweep(), audits_sweep()] == [1, 0]
    clock("23:00:00")
    Audit.objects.update(finished_at=timezone.now())
    assert audits_sweep() == 0


def test_one_that_was_lost_begins_anew(db: None, clock: Callable[[str], None]) -> None:
    clock("03:00:00")
    audits_sweep()
    clock("08:59:00")
    assert audits_sweep() == 0
    clock("09:01:00")
    assert [audits_sweep(), audits_sweep()] == [1, 0]


def test_true_books_are_noted_as_such(bob: User) -> None:
    give_money(bob, 1000)
    audit = Audit.objects.create(day=timezone.now())
    audit_run(audit_id=audit.pk)
    audit_run(audit_id=audit.pk + 1)
    audit.refresh_from_db()
    assert (audit.adds_up, audit.entry_count, audit.discrepancies) == (True, 2, "")


@pytest.mark.usefixtures("false_books")
def test_false_books_are_told_of_in_the_log_and_the_administration(
    dave: User, client_as: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit.objects.create(day=timezone.now() - timedelta(days=1))
    with caplog.at_level(logging.ERROR):
        audit_run(audit_id=audit.pk)
        audit_run(audit_id=audit.pk)
    assert [record.levelname for record in caplog.records] == ["ERROR"], "once"
    assert "5000 stored, entries sum to 1000" in Audit.objects.get().discrepancies
    browser = client_as(dave)
    assert "icon-no" in browser.get(reverse("admin:ledger_audit_changelist")).content.decode()
    page = browser.get(reverse("admin:ledger_audit_change", args=[audit.pk])).content.decode()
    assert "5000 stored" in page
