"""The house decides by rule what becomes of a text that has something of an earlier one; its author is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import compare, findings_of
from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.environment import ConfigurationError, Environment
from wenlan.core.errors import Conflict
from wenlan.documents.models import Document
from wenlan.documents.services import (
    document_publish,
    document_restore,
    document_submit,
    document_withdraw,
)
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.models import Fingerprint
from wenlan.similarity.rules import Action, Matter, action_about, matter_of, verdict_about
from wenlan.similarity.services import fingerprint_compare, revision_comparison_request
from wenlan.similarity.submission import CopyNotKnown, CopyRefused

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]
Rule = Callable[..., None]
State = Document.State


@pytest.fixture
def rule(settings: Any) -> Rule:
    """Set what the house does about one matter: `rule("same_text", "refuse:90,review")`."""

    def change(matter: str, steps: str) -> None:
        read = Environment({"RULE": steps}).steps("RULE", "", choices=tuple(Action))
        settings.COPY_RULES = {**settings.COPY_RULES, matter: read}

    return change


@pytest.fixture
def copied(published_document: Make, draft_document: Make, mallory: User) -> Callable[..., Document]:
    """A draft of Mallory's with this text, after a published document of Alice's with the essay; both compared."""

    def make(text: str = ESSAY, **columns: Any) -> Document:
        compare(published_document(title="原来的报告", pages=[ESSAY]))
        draft = draft_document(**{"author": mallory, "title": "抄来的报告", "pages": [text], **columns})
        compare(draft)
        return draft

    return make


def state_of(document: Document) -> str:
    document.refresh_from_db()
    return document.state


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("review", ((0, "review"),)),
        ("review:30, refuse:90", ((90, "refuse"), (30, "review"))),
        ("ignore", ((0, "ignore"),)),
    ],
)
def test_a_rule_may_have_steps(text: str, steps: tuple[tuple[int, str], ...]) -> None:
    assert Environment({"RULE": text}).steps("RULE", "review", choices=tuple(Action)) == steps


@pytest.mark.parametrize(
    "text", ["forbid", "refuse:101", "refuse:-1", "refuse:x", "refuse:50,warn:50", ":50"]
)
def test_a_rule_that_cannot_be_read_stops_the_start(text: str) -> None:
    with pytest.raises(ConfigurationError, match="RULE is"):
        Environment({"RULE": text}).steps("RULE", "review", choices=tuple(Action))


def test_by_default_a_person_decides_about_whatever_is_found(copied: Make, mallory: User) -> None:
    draft = copied()
    (finding,) = findings_of(draft)
    assert (matter_of(finding), action_about(finding)) == (Matter.SAME_TEXT, Action.REVIEW)
    document_submit(actor=mallory, document_id=draft.pk)
    assert state_of(draft) == State.IN_REVIEW
    with pytest.raises(Conflict):
        document_publish(document_id=draft.pk, by="rule")
    document_publish(document_id=draft.pk)
    assert state_of(draft) == State.PUBLISHED


def test_the_same_text_is_refused_with_the_way_out(copied: Make, rule: Rule, mallory: User) -> None:
    rule("same_text", "refuse:90,review")
    draft = copied()
    (finding,) = findings_of(draft)
    with pytest.raises(CopyRefused) as refused:
        document_submit(actor=mallory, document_id=draft.pk)
    assert "原来的报告" in str(refused.value)
    assert str(finding.earlier.document_number) in str(refused.value)
    assert state_of(draft) == State.DRAFT

    document_submit(actor=mallory, document_id=draft.pk, objection=" 这是我自己的文章。\u200b ")
    assert state_of(draft) == State.IN_REVIEW
    assert draft.revisions.get().fingerprint.objection == "这是我自己的文章。"
    with pytest.raises(Conflict):
        document_publish(document_id=draft.pk, by="rule")


def test_blanks_are_no_objection(copied: Make, rule: Rule, mallory: User) -> None:
    rule("same_text", "refuse")
    with pytest.raises(CopyRefused):
        document_submit(actor=mallory, document_id=copied().pk, knows=True, objection=" \u200b\n")


def test_below_the_lowest_step_nothing_happens(copied: Make, rule: Rule, mallory: User) -> None:
    rule("passages", "refuse:90,warn:70")
    draft = copied(OTHER + OTHER[::-1] + ESSAY[:120])
    assert verdict_about(draft.revisions.get()).judged == []
    document_submit(actor=mallory, document_id=draft.pk)
    document_publish(document_id=draft.pk, by="rule")


def test_who_is_warned_has_to_know(copied: Make, rule: Rule, mallory: User) -> None:
    rule("same_text", "warn")
    draft = copied()
    with pytest.raises(CopyNotKnown):
        document_submit(actor=mallory, document_id=draft.pk)
    document_submit(actor=mallory, document_id=draft.pk, knows=True)
    document_publish(document_id=draft.pk, by="rule")
    assert state_of(draft) == State.PUBLISHED


def test_nobody_is_refused_for_what_they_cannot_read(
    copied: Make, rule: Rule, mallory: User, alice: User
) -> None:
    rule("same_text", "refuse")
    draft = copied()
    (finding,) = findings_of(draft)
    document_withdraw(actor=alice, document_id=finding.earlier.document_number)
    (judged,) = verdict_about(draft.revisions.get()).judged
    assert judged.action == Action.REVIEW
    document_submit(actor=mallory, document_id=draft.pk)
    assert state_of(draft) == State.IN_REVIEW


def test_ones_own_earlier_text_has_a_rule_of_its_own(
    copied: Make, rule: Rule, alice: User, mallory: User
) -> None:
    rule("same_text", "refuse")
    rule("own", "ignore")
    draft = copied(author=alice)
    document_submit(actor=alice, document_id=draft.pk)
    document_publish(document_id=draft.pk, by="rule")


def test_what_a_reviewer_has_dismissed_keeps_nothing_back(
    copied: Make, rule: Rule, carol: User, mallory: User
) -> None:
    rule("same_text", "refuse")
    draft = copied()
    (finding,) = findings_of(draft)
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=False)
    document_submit(actor=mallory, document_id=draft.pk)
    document_publish(document_id=draft.pk, by="rule")


def test_no_rule_publishes_what_is_not_compared(
    draft_document: Make, alice: User, published_document: Make
) -> None:
    draft = draft_document(pages=[OTHER])
    revision = draft.revisions.get()
    document_submit(actor=alice, document_id=draft.pk)
    with pytest.raises(Conflict):
        document_publish(document_id=draft.pk, by="rule")
    revision_comparison_request(revision.pk)
    for by in ("rule", "reviewer"):
        with pytest.raises(Conflict):
            document_publish(document_id=draft.pk, by=by)
    # A comparison that has come to nothing for an hour keeps no person from deciding, but every rule.
    draft.revisions.update(converted_at=timezone.now() - timedelta(hours=2))
    with pytest.raises(Conflict):
        document_publish(document_id=draft.pk, by="rule")
    fingerprint_compare(fingerprint_id=Fingerprint.objects.get(revision=revision).pk)
    document_publish(document_id=draft.pk, by="rule")
    assert state_of(draft) == State.PUBLISHED


def test_a_reviewer_need_not_wait_for_a_comparison_for_ever(draft_document: Make, alice: User) -> None:
    draft = draft_document(pages=[OTHER])
    revision_comparison_request(draft.revisions.get().pk)
    draft.revisions.update(converted_at=timezone.now() - timedelta(hours=2))
    document_submit(actor=alice, document_id=draft.pk)
    document_publish(document_id=draft.pk)
    assert state_of(draft) == State.PUBLISHED


def test_what_is_refused_after_it_was_sent_to_review_comes_back_with_the_reason(
    published_document: Make, draft_document: Make, rule: Rule, mallory: User
) -> None:
    rule("same_text", "refuse")
    compare(published_document(title="原来的报告", pages=[ESSAY]))
    draft = draft_document(author=mallory, title="抄来的报告", pages=[ESSAY])
    revision_comparison_request(draft.revisions.get().pk)
    document_submit(actor=mallory, document_id=draft.pk)
    assert state_of(draft) == State.IN_REVIEW

    compare(draft)

    assert state_of(draft) == State.RETURNED
    assert "原来的报告" in draft.return_reason
    mail = OutgoingMail.objects.get(to=mallory.email)
    assert draft.return_reason in mail.body
    assert f"/my/documents/{draft.pk}/" in mail.body
    document_submit(actor=mallory, document_id=draft.pk, objection="两位作者合写的。")
    compare(draft)
    assert state_of(draft) == State.IN_REVIEW


def test_a_text_whose_earlier_twin_is_compared_last_comes_back_too(
    published_document: Make, draft_document: Make, rule: Rule, mallory: User
) -> None:
    rule("same_text", "refuse")
    first = published_document(title="原来的报告", pages=[ESSAY])
    draft = draft_document(author=mallory, title="抄来的报告", pages=[ESSAY])
    compare(draft)
    document_submit(actor=mallory, document_id=draft.pk)
    compare(first)
    assert state_of(draft) == State.RETURNED


def test_what_came_later_and_is_like_it_is_looked_at_by_a_person(
    draft_document: Make, alice: User, mallory: User, published_document: Make
) -> None:
    first = draft_document(pages=[ESSAY])
    compare(first)
    compare(published_document(author=mallory, title="先上架的抄本", pages=[ESSAY]))
    document_submit(actor=alice, document_id=first.pk)
    with pytest.raises(Conflict):
        document_publish(document_id=first.pk, by="rule")
    document_publish(document_id=first.pk)


def test_an_author_does_not_put_back_what_is_refused_by_now(
    copied: Make, rule: Rule, mallory: User, dave: User
) -> None:
    draft = copied()
    document_submit(actor=mallory, document_id=draft.pk)
    document_publish(document_id=draft.pk)
    document_withdraw(actor=mallory, document_id=draft.pk)
    rule("same_text", "refuse")
    with pytest.raises(Conflict):
        document_restore(actor=mallory, document_id=draft.pk)
    document_restore(actor=dave, document_id=draft.pk)
    assert state_of(draft) == State.PUBLISHED
