"""A text is looked up by a few of its marks; all of them tell whether it is worth comparing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.similarity.writing import prose, words_swapped
from wenlan.documents.models import Document
from wenlan.similarity.candidates import candidates_for
from wenlan.similarity.engine import marks_of, wording_of
from wenlan.similarity.engine.marks import KEYS_ENOUGH, cut, key_of, keys_of, packed, unpacked
from wenlan.similarity.models import Finding, Fingerprint, Mark, Sample
from wenlan.similarity.services import fingerprint_compare, revision_comparison_request

Upload = Callable[..., list[Finding]]


def marks(text: str) -> set[int]:
    return marks_of(wording_of([text]).words)


@pytest.mark.parametrize("sentences", [2, 5, 30, 60, 400])
def test_a_text_of_any_length_can_be_looked_up_by_enough_of_its_marks(sentences: int) -> None:
    all_of_them = marks(prose(1, sentences))
    keys = keys_of(all_of_them)
    assert keys <= {key_of(mark) for mark in all_of_them}
    assert len(keys) >= min(len(all_of_them), KEYS_ENOUGH // 3)


def test_a_text_of_few_words_can_be_looked_up_by_all_of_its_marks() -> None:
    short = marks(prose(1, 5))
    assert keys_of(short) == {key_of(mark) for mark in short}
    assert len(keys_of(short)) == len(short)


def test_a_third_of_a_text_is_looked_up_by_the_same_marks_wherever_it_stands() -> None:
    third = prose(2, 20)
    whole = keys_of(marks(prose(3, 20) + third + prose(4, 20)))
    other = keys_of(marks(words_swapped(third) + prose(5, 40)))
    assert len(whole & other) >= 5


def test_marks_come_out_of_the_database_as_they_went_in() -> None:
    some = marks(prose(1, 30))
    assert unpacked(packed(some)) == unpacked(memoryview(packed(some))) == cut(some)
    assert len(packed(some)) == 4 * len(some)
    assert unpacked(packed([])) == frozenset()


@pytest.mark.django_db
def test_of_a_text_there_are_few_rows_and_no_more_after_the_next_comparison(
    upload: Upload, published_document: Callable[..., Document]
) -> None:
    document = published_document(pages=[prose(1, 40)])
    for text in (prose(1, 40), prose(2, 40)):
        revision = document.revisions.get()
        revision.pages.update(text=text)
        revision_comparison_request(revision.pk)
        fingerprint_compare(fingerprint_id=revision.fingerprint.pk)
        assert set(Mark.objects.values_list("value", flat=True)) == keys_of(marks(text))
        assert unpacked(Sample.objects.get().packed) == cut(marks(text))
        assert Mark.objects.count() < len(marks(text)) / 2


@pytest.mark.django_db
def test_a_text_that_has_but_the_one_mark_that_was_looked_up_is_not_compared(upload: Upload) -> None:
    upload(prose(1, 40))
    upload(prose(2, 40))
    copied, by_chance = Fingerprint.objects.order_by("pk")
    asked = marks(prose(1, 40))
    one = min(asked, key=key_of)
    Mark.objects.create(value=key_of(one), fingerprint=by_chance)
    by_chance.sample.packed = packed([one])
    by_chance.sample.save()
    (found,) = candidates_for(asked)
    assert (found.fingerprint_id, found.shared) == (copied.pk, len(asked))


def test_what_only_short_texts_have_comes_after_what_every_text_has() -> None:
    keys = sorted(key_of(mark) for mark in marks(prose(1, 60)))
    in_every_text = keys_of(marks(prose(1, 60)))
    assert set(keys[: len(in_every_text)]) == in_every_text
    assert 0 <= keys[0] < keys[-1] < 1 << 63
