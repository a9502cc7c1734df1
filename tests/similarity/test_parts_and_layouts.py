"""A copy is found in whatever shape it comes: a chapter, a merger, another layout, another script, English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from opencc import OpenCC

from tests.similarity.writing import english_prose, pages_of, prose, words_swapped
from wenlan.similarity.models import Finding

pytestmark = pytest.mark.django_db
Upload = Callable[..., list[Finding]]
BOOK = [pages_of(prose(100 + chapter, 140)) for chapter in range(10)]
TEXT = prose(1, 60)


def test_a_chapter_of_a_book_is_a_part_of_it(upload: Upload) -> None:
    pages = [page for chapter in BOOK for page in chapter]
    assert len(pages) >= 60
    upload(*pages)
    (finding,) = upload("第七章 独立成篇\n", *BOOK[6])
    assert finding.kind == Finding.Kind.PART_OF
    assert finding.share > 0.95
    assert 0.05 < finding.earlier_share < 0.15


def test_a_merger_of_three_documents_contains_each_of_them(upload: Upload) -> None:
    for chapter in BOOK[:4]:
        upload(*chapter)
    found = upload(*BOOK[0], *BOOK[1], *BOOK[2])
    assert [finding.kind for finding in found] == [Finding.Kind.CONTAINS] * 3
    assert all(finding.earlier_share > 0.95 and 0.25 < finding.share < 0.4 for finding in found)


def test_headers_footers_and_page_numbers_between_the_lines_hide_nothing(upload: Upload) -> None:
    upload(*pages_of(TEXT))
    printed = [
        f"内部资料 请勿外传\n{page}\n第 {number} 页 共 9 页\n"
        for number, page in enumerate(pages_of(TEXT, 260), 1)
    ]
    (finding,) = upload(*printed)
    assert finding.kind == Finding.Kind.SAME_TEXT
    assert finding.earlier_share > 0.95


def test_lines_broken_elsewhere_hide_nothing(upload: Upload) -> None:
    upload(TEXT)
    (finding,) = upload("\r\n".join(TEXT[start : start + 11] for start in range(0, len(TEXT), 11)))
    assert finding.share > 0.95


def test_traditional_characters_hide_nothing(upload: Upload) -> None:
    upload(TEXT)
    (finding,) = upload(OpenCC("s2t").convert(TEXT))
    assert finding.share > 0.9


def test_slides_with_a_sentence_each_hide_nothing(upload: Upload) -> None:
    upload(TEXT)
    slides = [f"{number}\n• {sentence}\n" for number, sentence in enumerate(TEXT.split("。"), 1) if sentence]
    (finding,) = upload(*slides)
    assert finding.share > 0.9


def test_swapped_words_hide_nothing_in_a_long_text(upload: Upload) -> None:
    upload(*pages_of(TEXT))
    (finding,) = upload(*pages_of(words_swapped(TEXT)))
    assert finding.share > 0.8
    assert finding.swapped


def test_english_copies_are_found_and_other_english_texts_are_not(upload: Upload) -> None:
    upload(english_prose(1, 60))
    assert upload(english_prose(2, 60)) == []
    (finding,) = upload(english_prose(1, 60).upper().replace(" LIGHTHOUSE ", " BEACON "))
    assert finding.share > 0.9
    assert ["lighthous", "beacon"] in [swapped[:2] for swapped in finding.swapped]
