"""A finding lasts as long as the two texts are here and alike, whichever of them changes; a decision lasts longer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import compare, findings_of
from tests.similarity.test_rules import Rule, rule, state_of
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.documents.models import Document
from wenlan.documents.services import (
    document_delete,
    document_publish,
    document_replace_file,
    document_submit,
    document_withdraw,
)
from wenlan.documents.services.lifecycle import Decider
from wenlan.similarity import services
from wenlan.similarity.candidates import candidates_for
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.models import Finding, FindingDecision, Fingerprint
from wenlan.similarity.services import fingerprint_compare, revision_comparison_request
from wenlan.similarity.submission import CopyRefused

__all__ = ["rule"]
pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


@pytest.fixture
def pair(draft_document: Make, mallory: User) -> tuple[Document, Document]:
    """Two drafts with the same text, Alice's and then Mallory's, both compared."""
    documents = draft_document(pages=[ESSAY]), draft_document(author=mallory, pages=[ESSAY])
    for document in documents:
        compare(document)
    assert Finding.objects.count() == 1
    return documents


def rewrite(document: Document) -> None:
    document.revisions.get().pages.update(text=OTHER)
    compare(document)


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_no_longer_alike_is_forgotten_whichever_text_changed(
    pair: tuple[Document, Document], which: int
) -> None:
    rewrite(pair[which])
    assert not Finding.objects.exists()


@pytest.mark.parametrize("which", [0, 1])
def test_comparing_either_again_keeps_what_holds(pair: tuple[Document, Document], which: int) -> None:
    before = Finding.objects.get()
    compare(pair[which])
    assert Finding.objects.get() == before


@pytest.mark.parametrize("which", [0, 1])
def test_a_draft_that_is_deleted_takes_what_was_found_with_it(
    pair: tuple[Document, Document], which: int
) -> None:
    document_delete(actor=pair[which].author, document_id=pair[which].pk)
    assert not Finding.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.engine
@pytest.mark.parametrize("which", [0, 1])
def test_another_file_takes_what_was_found_about_the_one_before_with_it(
    pair: tuple[Document, Document], which: int, tmp_path: Path
) -> None:
    path = tmp_path / "other.txt"
    path.write_text(OTHER, encoding="utf-8")
    document = pair[which]
    document_replace_file(
        actor=document.author, document_id=document.pk, path=path, name=path.name, move=True
    )
    assert not Finding.objects.exists()
    assert Fingerprint.objects.get().document_number == pair[1 - which].pk


def test_what_was_found_of_an_earlier_text_stays_when_that_is_deleted(
    published_document: Make, draft_document: Make, alice: User, mallory: User
) -> None:
    first = published_document(pages=[ESSAY])
    compare(first)
    draft = draft_document(author=mallory, pages=[ESSAY.replace("培训", "训练")])
    compare(draft)
    document_withdraw(actor=alice, document_id=first.pk)
    document_delete(actor=alice, document_id=first.pk)
    (finding,) = findings_of(draft)
    compare(draft)
    finding.refresh_from_db()
    assert finding.earlier.revision is None
    assert ["培训", "训练", 2] in finding.swapped  # the evidence from when its words were here
    rewrite(draft)
    assert not Finding.objects.exists()


def test_a_decision_stays_on_record_when_the_texts_are_gone(
    pair: tuple[Document, Document], carol: User
) -> None:
    finding_decide(actor=carol, finding_id=Finding.objects.get().pk, is_copy=True, reason="Word for word.")
    for document in pair:
        document_delete(actor=document.author, document_id=document.pk)
    decision = FindingDecision.objects.get()
    assert (decision.document_number, decision.earlier_number) == (pair[1].pk, pair[0].pk)
    assert (decision.finding, decision.reason) == (None, "Word for word.")


def test_a_comparison_does_not_forget_what_another_found_meanwhile(
    draft_document: Make, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = draft_document(pages=[ESSAY]), draft_document(author=mallory, pages=[ESSAY])

    def while_the_other_arrives(*arguments: Any, **options: Any) -> Any:
        found = candidates_for(*arguments, **options)
        monkeypatch.undo()
        compare(first)
        return found

    monkeypatch.setattr(services, "candidates_for", while_the_other_arrives)
    compare(second)
    (finding,) = Finding.objects.all()
    assert finding.fingerprint.document_number == second.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_of_two_texts_compared_at_once_the_later_is_the_copy(
    draft_document: Make, mallory: User, _turn: int
) -> None:
    first, second = draft_document(pages=[ESSAY]), draft_document(author=mallory, pages=[ESSAY])
    for document in (first, second):
        revision_comparison_request(document.revisions.get().pk)
    numbers = list(Fingerprint.objects.order_by("document_number").values_list("pk", flat=True))
    results = at_once(2, lambda number: fingerprint_compare(fingerprint_id=numbers[number]))
    assert not [result for result in results if isinstance(result, Exception)]
    (finding,) = Finding.objects.all()
    assert finding.fingerprint.document_number == second.pk
    assert not Fingerprint.objects.filter(state=Fingerprint.State.WAITING).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_a_text_that_is_deleted_while_it_is_compared_harms_nothing(
    draft_document: Make, mallory: User, _turn: int
) -> None:
    first, second = draft_document(pages=[ESSAY]), draft_document(author=mallory, pages=[ESSAY])
    compare(first)
    revision_comparison_request(second.revisions.get().pk)
    number = Fingerprint.objects.get(document_number=second.pk).pk

    def act(which: int) -> None:
        if which:
            fingerprint_compare(fingerprint_id=number)
        else:
            document_delete(actor=first.author, document_id=first.pk)

    assert not [result for result in at_once(2, act) if isinstance(result, Exception)]
    assert not Finding.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
def test_what_a_rule_refuses_never_stays_in_review_whichever_ends_first(
    published_document: Make, draft_document: Make, mallory: User, rule: Rule, _turn: int
) -> None:
    rule("same_text", "refuse")
    compare(published_document(pages=[ESSAY]))
    draft = draft_document(author=mallory, pages=[ESSAY])
    revision_comparison_request(draft.revisions.get().pk)
    number = Fingerprint.objects.get(document_number=draft.pk).pk

    def act(which: int) -> None:
        if which:
            fingerprint_compare(fingerprint_id=number)
        else:
            document_submit(actor=mallory, document_id=draft.pk)

    submitted, compared = at_once(2, act)
    assert compared is None
    assert submitted is None or isinstance(submitted, CopyRefused)
    assert state_of(draft) in {Document.State.DRAFT, Document.State.RETURNED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(3))
@pytest.mark.parametrize("by", ["reviewer", "rule"])
def test_nothing_is_published_while_it_is_being_compared(
    published_document: Make, draft_document: Make, mallory: User, rule: Rule, by: Decider, _turn: int
) -> None:
    rule("same_text", "refuse")
    compare(published_document(pages=[ESSAY]))
    draft = draft_document(author=mallory, pages=[ESSAY], state=Document.State.IN_REVIEW)
    revision_comparison_request(draft.revisions.get().pk)
    number = Fingerprint.objects.get(document_number=draft.pk).pk

    def act(which: int) -> None:
        if which:
            fingerprint_compare(fingerprint_id=number)
        else:
            document_publish(document_id=draft.pk, by=by)

    published, compared = at_once(2, act)
    assert compared is None
    assert isinstance(published, Conflict)
    assert state_of(draft) == Document.State.RETURNED
