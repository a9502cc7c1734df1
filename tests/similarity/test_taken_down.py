"""What was taken down stays down, under whatever name it comes back and even when its words are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import FORM, compare, findings_of
from tests.similarity.test_rules import Rule, rule, state_of
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.documents.models import Document
from wenlan.documents.services import (
    document_delete,
    document_publish,
    document_restore,
    document_submit,
    document_withdraw,
)
from wenlan.similarity.engine.marks import unpacked
from wenlan.similarity.models import Finding, Fingerprint, Mark
from wenlan.similarity.rules import Matter, matter_of
from wenlan.similarity.submission import CopyRefused
from wenlan.trust.services import document_takedown

__all__ = ["rule"]
pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


@pytest.fixture
def taken_down(published_document: Make, dave: User) -> Callable[..., Document]:
    """A document of Alice's with this text that Dave took down for good."""

    def make(*pages: str, **columns: Any) -> Document:
        document = published_document(title="被投诉的报告", pages=list(pages), **columns)
        compare(document)
        document_takedown(operator=dave, document_id=document.pk, reason="Bob wrote it.", stays_down=True)
        return document

    return make


def gone(document: Document) -> None:
    document_delete(actor=document.author, document_id=document.pk)


def test_what_was_taken_down_is_known_whoever_brings_it_back(
    taken_down: Make, draft_document: Make, mallory: User, rule: Rule
) -> None:
    rule("taken_down", "refuse:50")
    first = taken_down(ESSAY)
    for author in (mallory, first.author):
        again = draft_document(author=author, title="换个名字", pages=[ESSAY.replace("培训", "训练")])
        compare(again)
        finding = next(each for each in findings_of(again) if each.earlier.document_number == first.pk)
        assert matter_of(finding) == Matter.TAKEN_DOWN
        with pytest.raises(CopyRefused) as refused:
            document_submit(actor=author, document_id=again.pk)
        assert "被投诉的报告" not in str(refused.value)


def test_by_default_it_goes_to_a_person(taken_down: Make, draft_document: Make, mallory: User) -> None:
    taken_down(ESSAY)
    again = draft_document(author=mallory, pages=[ESSAY])
    compare(again)
    document_submit(actor=mallory, document_id=again.pk)
    with pytest.raises(Conflict):
        document_publish(document_id=again.pk, by="rule")


def test_its_marks_are_enough_when_its_words_are_gone(
    taken_down: Make, draft_document: Make, mallory: User, rule: Rule
) -> None:
    rule("taken_down", "refuse:60")
    first = taken_down(ESSAY)
    gone(first)
    again = draft_document(author=mallory, title="换个名字", pages=[ESSAY], content=b"other")
    compare(again)
    (finding,) = findings_of(again)
    assert finding.passages == []
    assert (finding.kind, finding.earlier.document_number) == (Finding.Kind.SAME_TEXT, first.pk)
    assert finding.marks_earlier == len(unpacked(finding.earlier.sample.packed))
    assert finding.marks_shared == finding.marks_earlier
    with pytest.raises(CopyRefused):
        document_submit(actor=mallory, document_id=again.pk)


def test_a_disguise_does_not_hide_it_when_its_words_are_gone(
    taken_down: Make, draft_document: Make, mallory: User
) -> None:
    gone(taken_down(ESSAY * 2 + OTHER))
    disguised = ESSAY.replace("培训", "训练").replace("职责", "责任").replace("措施", "办法")
    again = draft_document(author=mallory, pages=[FORM + disguised + OTHER], content=b"other")
    compare(again)
    (finding,) = findings_of(again)
    assert 0.4 < finding.earlier_share < 1


def test_a_form_it_had_in_common_with_many_makes_none_a_copy_of_it(
    taken_down: Make, published_document: Make, draft_document: Make, mallory: User
) -> None:
    for words in ("海边灯塔渔船航道岩石风暴", "花园月季牡丹草坪灌溉修剪", "桥梁混凝土钢筋桥墩伸缩缝养护"):
        compare(published_document(pages=[f"{FORM}{words}。"]))
    gone(taken_down(f"{FORM}算法数据索引缓存队列线程锁。"))
    other = draft_document(author=mallory, pages=[f"{FORM}旅行地图帐篷背包溪流山谷露营。"], content=b"other")
    compare(other)
    assert not [finding for finding in findings_of(other) if finding.marks_earlier is not None]


def test_the_same_file_is_known_even_without_a_word(
    taken_down: Make, draft_document: Make, mallory: User
) -> None:
    first = taken_down("", content=b"a scan")
    gone(first)
    again = draft_document(author=mallory, pages=[""], content=b"a scan")
    compare(again)
    (finding,) = findings_of(again)
    assert finding.has_the_same_bytes
    assert (finding.share, finding.earlier_share) == (1, 1)
    assert matter_of(finding) == Matter.TAKEN_DOWN


def test_a_copy_in_review_comes_back_when_the_original_is_taken_down(
    published_document: Make,
    draft_document: Make,
    mallory: User,
    dave: User,
    rule: Rule,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rule("taken_down", "refuse")
    first = published_document(pages=[ESSAY])
    compare(first)
    again = draft_document(author=mallory, pages=[ESSAY])
    compare(again)
    document_submit(actor=mallory, document_id=again.pk)
    with django_capture_on_commit_callbacks(execute=True):
        document_takedown(operator=dave, document_id=first.pk, reason="Not yours.", stays_down=True)
    assert state_of(again) == Document.State.RETURNED


def test_what_the_house_puts_back_no_longer_stays_down(taken_down: Make, dave: User) -> None:
    document = taken_down(ESSAY)
    assert Fingerprint.objects.get().stays_down
    document_restore(actor=dave, document_id=document.pk)
    assert not Fingerprint.objects.get().stays_down


def test_a_takedown_for_another_reason_bars_nothing(
    published_document: Make, draft_document: Make, dave: User, mallory: User
) -> None:
    document = published_document(pages=[ESSAY])
    compare(document)
    document_takedown(operator=dave, document_id=document.pk, reason="The price is wrong.")
    again = draft_document(author=mallory, pages=[ESSAY])
    compare(again)
    (finding,) = findings_of(again)
    assert matter_of(finding) == Matter.SAME_TEXT


def test_a_draft_that_is_deleted_is_forgotten(draft_document: Make) -> None:
    document = draft_document(pages=[ESSAY])
    compare(document)
    gone(document)
    assert not Fingerprint.objects.exists()
    assert not Mark.objects.exists()


def test_a_work_its_author_withdrew_and_deleted_is_remembered_against_others_only(
    published_document: Make, draft_document: Make, alice: User, mallory: User
) -> None:
    first = published_document(pages=[ESSAY])
    compare(first)
    document_withdraw(actor=alice, document_id=first.pk)
    gone(first)
    again = draft_document(pages=[ESSAY], content=b"again")
    compare(again)
    assert findings_of(again) == []
    copied = draft_document(author=mallory, pages=[ESSAY], content=b"other")
    compare(copied)
    assert {finding.earlier.document_number for finding in findings_of(copied)} == {first.pk, again.pk}
