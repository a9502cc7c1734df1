"""What an operator is told at start about the ways to pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wenlan.demo.gateway.books import Company
from wenlan.demo.gateway.gateway import Gateway
from wenlan.payments.checks import providers_are_configured


def _told() -> list[tuple[str, str]]:
    return [(str(message.id).rpartition(".")[2], message.msg) for message in providers_are_configured()]


def test_three_companies_with_all_their_keys(companies: Gateway) -> None:
    assert _told() == []


def test_each_missing_key_is_named(companies: Gateway, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    settings.ALIPAY_PUBLIC_KEY_FILE = None
    assert [identity for identity, _words in _told()] == ["E003", "E003"]
    assert "WENLAN_STRIPE_WEBHOOK_SECRET" in _told()[0][1]
    assert "WENLAN_ALIPAY_PUBLIC_KEY_FILE" in _told()[1][1]


def test_a_file_with_another_kind_of_key_is_named(companies: Gateway, settings: Any, tmp_path: Path) -> None:
    settings.WECHAT_PRIVATE_KEY_FILE = settings.WECHAT_PUBLIC_KEY_FILE
    settings.WECHAT_API_KEY = "short"
    assert [identity for identity, _words in _told()] == ["E004", "E004"]


def test_companies_that_take_yuan_alone(companies: Gateway, settings: Any) -> None:
    settings.CURRENCY = "USD"
    assert [words.split()[0] for _identity, words in _told()] == ["wechat", "alipay"]


@pytest.mark.parametrize("company", list(Company))
def test_a_company_is_asked_over_https(companies: Gateway, settings: Any, company: Company) -> None:
    setattr(settings, f"{company.upper()}_API_URL", "http://pay.example.org")
    assert [identity for identity, _words in _told()] == ["E006"]
