from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wenlan.core.text import clean_line, clean_paragraphs


@given(st.text())
def test_a_cleaned_line_is_one_line_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean_line(text)
    assert cleaned == clean_line(cleaned)
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in cleaned)
    assert "\u202e" not in cleaned


def test_a_name_cannot_turn_the_text_around_it() -> None:
    assert clean_line("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_paragraphs_stay_paragraphs() -> None:
    assert clean_paragraphs("一\r\n\r\n\r\n\r\n二  三\x00") == "一\n\n二 三"
