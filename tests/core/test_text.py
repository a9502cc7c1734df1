from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wenlan.core.text import clean_line, clean_paragraphs

HEART_ON_FIRE = "\u2764\ufe0f\u200d\U0001f525"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FIREFIGHTER = "\U0001f469\U0001f3fd\u200d\U0001f692"
KEYCAP = "1\ufe0f\u20e3"

#: Whatever could be left over, in every order: letters, accents, blanks, emoji and what joins them.
pieces = st.text(
    st.sampled_from(
        "ae1 ←❤\u0301\u0338\u20e3\u200b\u200d\ufe0f\u00ad\u2329\u2800\u3164\x00\U0001f525\U0001f3fd"
    )
)


@given(st.text() | pieces)
@example("e\u200b\u0301")
@example("\u3164")
@example("\u115f\u1160")
@example("\uffa0")
@example("a\u00ad\u180e\U000e0041b")
@example("\u2329\ufe0f")
@example(HEART_ON_FIRE)
def test_a_cleaned_line_is_one_line_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean_line(text)
    assert cleaned == clean_line(cleaned)
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\u202e\u00ad\u180e\u3164\u115f\u1160\uffa0\u2800\U000e0041")


def test_a_name_cannot_turn_the_text_around_it() -> None:
    assert clean_line("invoice\u202efdp.exe") == "invoicefdp.exe"


@pytest.mark.parametrize(
    "text",
    ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u00ad", "\u180e", "\u034f", "\U000e0041", "\ufe0f"],
)
def test_a_name_that_shows_nothing_is_empty(text: str) -> None:
    assert clean_line(text) == ""
    assert clean_line(f"Al{text}ice").replace(" ", "") == "Alice"


@pytest.mark.parametrize("emoji", [HEART_ON_FIRE, FAMILY, FIREFIGHTER, KEYCAP])
def test_emoji_made_of_several_stay_one(emoji: str) -> None:
    assert clean_line(f"Bob {emoji}") == f"Bob {emoji}"
    assert clean_line(f"\u200d{emoji}\u200d") == emoji


def test_what_was_kept_apart_becomes_one_letter() -> None:
    assert clean_line("e\u200b\u0301") == "é"


def test_paragraphs_stay_paragraphs() -> None:
    assert clean_paragraphs("一\r\n\r\n\r\n\r\n二  三\x00") == "一\n\n二 三"
