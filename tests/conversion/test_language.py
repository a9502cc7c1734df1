"""Which language a text is in."""

from __future__ import annotations

import pytest

from wenlan.conversion.language import LetterCount


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("本报告总结了一年来港口的运行情况，并提出了下一步的工作安排。", "zh-hans"),
        ("使用 Python 与 Django 搭建文库系统的 step by step 指南，共分为十二个章节进行说明", "zh-hans"),
        ("The harbour was quiet for most of the winter, and few ships came in.", "en"),
        ("これはとても静かな港の冬についての報告です。船はほとんど来ませんでした。", "other"),
        ("Это отчёт о тихой зиме в гавани, когда почти не было кораблей.", "other"),
        ("12 34 56", None),
    ],
)
def test_the_language_is_guessed_from_the_letters(text: str, language: str | None) -> None:
    letters = LetterCount()
    letters.add(text)
    assert letters.language() == language
