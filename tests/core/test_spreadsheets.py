"""Tables for spreadsheets: nothing is computed, nothing rounded, and what comes back reads as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenlan.core.spreadsheets import FORMULA_STARTS, csv_amount, csv_bytes, csv_rows, csv_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert csv_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "文档", "1.5", "a=1", "123456789012345"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_text(text) == text


@given(st.text())
def test_no_cell_of_text_ever_begins_like_a_formula(text: str) -> None:
    assert not csv_text(text).startswith(FORMULA_STARTS)


def test_amounts_are_numbers_to_add_up() -> None:
    assert csv_bytes(["a"], [[csv_amount(-1250, "CNY")]]).decode("utf-8-sig") == "a\r\n-12.50\r\n"
    assert str(csv_amount(1250, "JPY")) == "1250"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_come_back_as_they_were(delimiter: str) -> None:
    content = csv_bytes(["a", "b", "c"], [["=1", "甲", 5]]).replace(b",", delimiter.encode())
    assert list(csv_rows(content)) == [["a", "b", "c"], ["=1", "甲", "5"]]
