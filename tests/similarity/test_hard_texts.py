"""Texts that are made to keep a comparison busy, or that have next to nothing to compare, come to an end like others."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.similarity.writing import prose
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.similarity import texts
from wenlan.similarity.engine import Wording, chaining, compare, marks_of, wording_of
from wenlan.similarity.engine.marks import SAMPLING, SHORT_SAMPLING, SHORT_WORDS, cut, in_one_sample
from wenlan.similarity.engine.wording import WORDS_MAX
from wenlan.similarity.models import Finding, Fingerprint

Upload = Callable[..., list[Finding]]


def text(words: str) -> Wording:
    return wording_of([words])


def test_one_word_a_million_times_is_like_nothing() -> None:
    endless = text("文档 " * 1_000_000)
    assert len(endless) == WORDS_MAX
    assert marks_of(endless.words) == set()
    assert compare(endless, endless).passages == ()


def test_of_ten_million_characters_as_many_words_are_compared_as_of_a_long_book() -> None:
    chapter = prose(1, 60)
    endless = text(chapter + prose(2, 2_000) * 150)
    assert len(endless) == WORDS_MAX
    assert compare(text(chapter), endless).share > 0.95


@pytest.mark.parametrize(
    "nothing",
    [" " * 10_000_000 + "。", "\n \t" * 3_000_000, "…" * 10_000_000],
    ids=["blanks", "lines", "dots"],
)
def test_endless_blanks_and_dots_have_no_words(nothing: str) -> None:
    assert len(text(nothing)) == 0


def test_a_text_as_long_as_a_book_is_wholly_in_itself() -> None:
    chance = random.Random(3)  # noqa: S311 (the same each time)
    book = text(" ".join(str(chance.randrange(50_000)) for _ in range(2 * chaining.DENSE_WORDS)))
    comparison = compare(book, book)
    assert comparison.share > 0.99
    assert len(comparison.passages) < 10


def test_a_passage_that_is_repeated_is_found_as_often() -> None:
    block = prose(4, 6)
    assert compare(text(block * 40), text(block)).other_share > 0.95
    assert compare(text(block * 5), text(block * 5)).share > 0.95


def test_two_tables_of_the_same_few_numbers_take_no_longer_than_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chaining, "SEEDS_MAX", 5_000)
    numbers, looked_at = random.Random(5), 0  # noqa: S311 (the same each time)
    add = chaining._Row.add

    def counted(row: chaining._Row, *seed: int) -> None:
        nonlocal looked_at
        looked_at += 1
        add(row, *seed)

    monkeypatch.setattr(chaining._Row, "add", counted)
    mine, other = (text(" ".join(str(numbers.randrange(60)) for _ in range(9_000))) for _ in range(2))
    compare(mine, other)
    assert looked_at <= 5_000


def test_however_a_text_repeats_itself_few_chains_end_at_one_place() -> None:
    row, chance = chaining._Row(chaining.GAP_WORDS, 4), random.Random(6)  # noqa: S311 (the same each time)
    for long_place in range(400):
        for place in chance.sample(range(40), 6):
            row.add(place, long_place, chance.getrandbits(60))
            assert max(len(chains) for chains in row._ends.values()) <= chaining._CHAINS_AT_ONE_PLACE


def test_the_marks_of_a_long_text_are_among_those_of_its_parts() -> None:
    part = text(prose(7, 20))
    whole = text(prose(7, 20) + prose(8, 200))
    assert len(part) < SHORT_WORDS < len(whole)
    all_of_part, all_of_whole = cut(marks_of(part.words)), cut(marks_of(whole.words))
    own, theirs, pairs_per_mark = in_one_sample(all_of_part, all_of_whole)
    assert pairs_per_mark == SAMPLING
    assert 0 < len(own) < 0.7 * len(all_of_part)
    assert theirs == all_of_whole
    assert len(own & theirs) > 0.95 * len(own)
    assert in_one_sample(all_of_part, all_of_part)[2] == SHORT_SAMPLING


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "。", "字", "\x01\ufffd\ud7ff", "锟斤拷烫烫烫屯屯屯"])
def test_a_text_of_next_to_nothing_is_like_none(upload: Upload, page: str) -> None:
    upload(page)
    assert upload(page) == []
    assert set(Fingerprint.objects.values_list("state", flat=True)) == {"compared"}


@pytest.mark.django_db
def test_a_text_in_many_scripts_and_broken_characters_is_found_again(upload: Upload) -> None:
    mixed = (
        prose(9, 10) + "\ufffd\x07 Ｆｕｌｌ ｗｉｄｔｈ naïve кириллица العربية かな 한국어 " + prose(10, 10)
    )
    upload(mixed)
    (finding,) = upload(mixed.replace("\ufffd\x07", ""))
    assert finding.share > 0.95


@pytest.mark.django_db
def test_only_so_many_words_of_others_are_read_and_the_best_come_first(
    upload: Upload, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(prose(11, 20))
    upload(prose(11, 10))
    monkeypatch.setattr(texts, "COMPARED_WORDS_MAX", 300)
    (finding,) = upload(prose(11, 20), author=bob)
    assert finding.earlier_share > 0.95


@pytest.mark.django_db
def test_texts_are_read_in_the_order_they_are_asked_for(published_document: Callable[..., Document]) -> None:
    documents = [published_document(pages=list(pages)) for pages in (["海岸", "灯塔"], ["渔船"])]
    asked = [Fingerprint(revision=document.revisions.get()) for document in reversed(documents)]
    assert [wording.words for wording in texts.wordings_of(asked)] == [("渔船",), ("海岸", "灯塔")]
