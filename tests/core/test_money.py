from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from wenlan.core.money import CURRENCIES, InvalidAmount, format_money, parse_money, share_minor

MAXIMUM = 1_000_000


@given(amount=st.integers(0, MAXIMUM), currency=st.sampled_from(sorted(CURRENCIES)))
def test_what_is_shown_can_be_typed_back(amount: int, currency: str) -> None:
    assert parse_money(format_money(amount, currency), currency, maximum_minor=MAXIMUM) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "4 5",
        "abc",
        "-1",
        "−1",
        "－1",
        "-¥1",
        "--4",
        "+4",
        "NaN",
        "Infinity",
        "1e400",
        "4.005",
        "10000.01",
        "1_0_",
        "٣",
        "٣,",
        "4²",
        "①②",
        "½",
        "Ⅳ",
        "四",
        "4.",
        ".5",
        "$4",
        "¥¥4",
        "¥",
    ],
)
def test_what_is_no_payable_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_money(text, "CNY", maximum_minor=MAXIMUM)


@pytest.mark.parametrize(
    "text", ["4,50", "4，50", "1,2,3", ",,,5", "1,23,456", "12345,678", "1.234,50", "1,000,"]
)
def test_a_comma_that_separates_no_thousands_is_refused_in_words_that_help(text: str) -> None:
    with (
        pytest.raises(InvalidAmount, match=r"Write a point before the decimals, such as 4\.50"),
        override("en"),
    ):
        parse_money(text, "EUR", maximum_minor=10**12)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("4", 400),
        ("4.5", 450),
        (" ¥1,234.50 ", 123_450),
        ("0", 0),
        ("¥4.50", 450),
        ("￥４．５０", 450),
        ("４，５００。２５", 450_025),
        ("\u30004.50\u3000", 450),
        ("¥ 4.50", 450),
        ("007", 700),
    ],
)
def test_amounts_as_people_type_them(text: str, minor: int) -> None:
    assert parse_money(text, "CNY", maximum_minor=MAXIMUM) == minor


def test_a_currency_without_minor_unit_has_no_decimals() -> None:
    assert format_money(1200, "JPY") == "JP¥1,200"
    with pytest.raises(InvalidAmount):
        parse_money("0.5", "JPY", maximum_minor=MAXIMUM)


def test_a_debt_shows_its_minus_before_the_sign() -> None:
    assert format_money(-250, "CNY") == "−¥2.50"


@given(amount=st.integers(0, 10**12), basis_points=st.integers(0, 10_000))
def test_a_share_is_never_more_than_its_part(amount: int, basis_points: int) -> None:
    share = share_minor(amount, basis_points)
    assert 0 <= share <= amount
    assert share * 10_000 <= amount * basis_points < (share + 1) * 10_000
