"""What an operator is told when the currency no longer fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core.checks import run_checks
from django.db import OperationalError, connection

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.checks import currency_is_that_of_the_books


def _told() -> list[str]:
    return [message.msg for message in run_checks() if message.id == "wenlan.orders.E001"]


def test_an_empty_library_takes_any_currency(db: None, settings: Any) -> None:
    settings.CURRENCY = "EUR"
    assert _told() == []


def test_a_currency_other_than_that_of_the_documents_is_an_error(
    draft_document: Callable[..., Document], settings: Any
) -> None:
    draft_document()
    assert _told() == []
    settings.CURRENCY = "USD"
    assert _told() == ["WENLAN_CURRENCY is USD, but there are documents or accounts in CNY."]


def test_a_currency_other_than_that_of_the_wallets_is_an_error(bob: User, settings: Any) -> None:
    give_money(bob, 100)
    settings.CURRENCY = "USD"
    (message,) = currency_is_that_of_the_books()
    assert message.hint is not None
    assert "WENLAN_CURRENCY to CNY again" in message.hint


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_elsewhere() -> None:
    with connection.execute_wrapper(mock.Mock(side_effect=OperationalError)):
        assert currency_is_that_of_the_books() == []
