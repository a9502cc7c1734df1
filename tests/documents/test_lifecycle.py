"""The states of a document, and who may change them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from tests.documents.conftest import stored_files
from tests.threads import wait_until_a_lock_is_waited_for
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents import services
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Document, Revision
from wenlan.trust.services import review_decide

Factory = Callable[..., Document]
State = Document.State


def state_of(document: Document) -> str:
    document.refresh_from_db()
    return document.state


def test_a_draft_goes_to_review_to_the_shelf_off_it_and_back(alice: User, draft_document: Factory) -> None:
    document = draft_document()
    services.document_submit(actor=alice, document_id=document.pk)
    assert state_of(document) == State.IN_REVIEW
    assert document.submitted_at is not None
    services.document_publish(document_id=document.pk)
    assert state_of(document) == State.PUBLISHED
    first_published = document.published_at
    services.document_withdraw(actor=alice, document_id=document.pk)
    assert state_of(document) == State.WITHDRAWN
    services.document_restore(actor=alice, document_id=document.pk)
    assert state_of(document) == State.PUBLISHED
    assert document.published_at == first_published


def test_a_returned_document_is_edited_and_submitted_again(alice: User, draft_document: Factory) -> None:
    document = draft_document(state=State.IN_REVIEW)
    services.document_return(document_id=document.pk, reason="  The title promises more.\n")
    assert state_of(document) == State.RETURNED
    assert document.return_reason == "The title promises more."
    services.document_update(
        actor=alice, document_id=document.pk, title="Less", category=document.category, price_minor=0
    )
    assert state_of(document) == State.DRAFT
    services.document_submit(actor=alice, document_id=document.pk)
    assert state_of(document) == State.IN_REVIEW
    assert document.return_reason == ""


def test_publishing_shows_the_newest_converted_revision(draft_document: Factory) -> None:
    document = draft_document(state=State.IN_REVIEW, current_revision=None)
    services.document_publish(document_id=document.pk)
    document.refresh_from_db()
    assert document.current_revision == document.revisions.get()


def test_what_has_no_preview_is_not_published(draft_document: Factory) -> None:
    document = draft_document(state=State.IN_REVIEW)
    document.revisions.update(state=Revision.State.CONVERTING)
    with pytest.raises(Conflict):
        services.document_publish(document_id=document.pk)
    assert state_of(document) == State.IN_REVIEW


def test_a_document_without_a_category_is_not_submitted(alice: User, draft_document: Factory) -> None:
    document = draft_document(category=None)
    with pytest.raises(InvalidDetails) as caught:
        services.document_submit(actor=alice, document_id=document.pk)
    assert caught.value.field == "category"
    assert state_of(document) == State.DRAFT


@pytest.mark.parametrize("conversion", [Revision.State.FAILED, Revision.State.QUARANTINED])
def test_a_file_that_cannot_be_shown_is_not_submitted(
    alice: User, draft_document: Factory, conversion: str
) -> None:
    document = draft_document()
    document.revisions.update(state=conversion)
    with pytest.raises(Conflict):
        services.document_submit(actor=alice, document_id=document.pk)


def test_a_file_still_being_converted_may_be_submitted(alice: User, draft_document: Factory) -> None:
    document = draft_document(title_is_guess=True)
    document.revisions.update(state=Revision.State.CONVERTING)
    services.document_submit(actor=alice, document_id=document.pk)
    assert state_of(document) == State.IN_REVIEW
    assert not document.title_is_guess


ALLOWED = {
    "submit": {State.DRAFT, State.RETURNED},
    "publish": {State.IN_REVIEW},
    "return": {State.IN_REVIEW},
    "take_back": {State.IN_REVIEW},
    "reopen": {State.PUBLISHED, State.RETURNED},
    "withdraw": {State.PUBLISHED},
    "restore": {State.WITHDRAWN},
    "delete": {State.DRAFT, State.RETURNED, State.WITHDRAWN},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", ALLOWED)
def test_every_verb_works_in_its_states_and_changes_nothing_in_others(
    alice: User, published_document: Factory, verb: str, state: str
) -> None:
    document = published_document(state=state, withdrawn_by=alice if state == State.WITHDRAWN else None)
    calls: dict[str, Callable[[], Any]] = {
        "submit": lambda: services.document_submit(actor=alice, document_id=document.pk),
        "publish": lambda: services.document_publish(document_id=document.pk),
        "return": lambda: services.document_return(document_id=document.pk, reason="No."),
        "take_back": lambda: services.document_take_back(actor=alice, document_id=document.pk),
        "reopen": lambda: services.document_reopen(document_id=document.pk),
        "withdraw": lambda: services.document_withdraw(actor=alice, document_id=document.pk),
        "restore": lambda: services.document_restore(actor=alice, document_id=document.pk),
        "delete": lambda: services.document_delete(actor=alice, document_id=document.pk),
    }
    if state in ALLOWED[verb]:
        calls[verb]()
        assert not Document.objects.filter(pk=document.pk, state=state).exists()
    else:
        with pytest.raises(Conflict):
            calls[verb]()
        assert state_of(document) == state


@pytest.mark.parametrize("verb", ["submit", "take_back", "withdraw", "restore", "delete"])
def test_mallory_changes_nothing_of_alices(mallory: User, published_document: Factory, verb: str) -> None:
    document = published_document()
    with pytest.raises(NotAllowed):
        getattr(services, f"document_{verb}")(actor=mallory, document_id=document.pk)
    with pytest.raises(NotAllowed):
        services.document_update(actor=mallory, document_id=document.pk, title="Mine now")
    with pytest.raises(NotAllowed):
        services.amendment_discard(actor=mallory, document_id=document.pk)
    assert state_of(document) == State.PUBLISHED


def test_what_the_house_withdrew_only_the_house_restores(
    alice: User, dave: User, published_document: Factory
) -> None:
    document = published_document()
    services.document_withdraw(actor=dave, document_id=document.pk)
    with pytest.raises(NotAllowed):
        services.document_restore(actor=alice, document_id=document.pk)
    assert state_of(document) == State.WITHDRAWN
    services.document_restore(actor=dave, document_id=document.pk)
    assert state_of(document) == State.PUBLISHED


def test_a_return_needs_a_reason(draft_document: Factory) -> None:
    document = draft_document(state=State.IN_REVIEW)
    with pytest.raises(InvalidDetails):
        services.document_return(document_id=document.pk, reason=" \u200b ")
    assert state_of(document) == State.IN_REVIEW


def test_deleting_takes_the_files_along_after_the_commit(
    alice: User, draft_document: Factory, django_capture_on_commit_callbacks: Any
) -> None:
    document = draft_document()
    assert len(stored_files()) == 6
    with django_capture_on_commit_callbacks(execute=True):
        services.document_delete(actor=alice, document_id=document.pk)
        assert len(stored_files()) == 6
    assert stored_files() == []
    assert not Revision.objects.exists()


def test_what_was_ever_sold_is_not_deleted(alice: User, draft_document: Factory) -> None:
    document = draft_document(sale_count=1)
    with pytest.raises(Conflict):
        services.document_delete(actor=alice, document_id=document.pk)


def test_acting_on_a_deleted_document_is_a_conflict_and_no_crash(
    alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    services.document_delete(actor=alice, document_id=document.pk)
    for verb in ("submit", "withdraw", "restore", "delete"):
        with pytest.raises(Conflict):
            getattr(services, f"document_{verb}")(actor=alice, document_id=document.pk)


def test_the_rooms_above_hear_of_every_change_readers_see(
    alice: User, published_document: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    monkeypatch.setattr("wenlan.documents.services._common.handlers", lambda _name: (heard.append,))
    document = published_document()
    services.document_update(
        actor=alice, document_id=document.pk, title=document.title, category=document.category, price_minor=1
    )
    services.document_withdraw(actor=alice, document_id=document.pk)
    services.document_restore(actor=alice, document_id=document.pk)
    assert heard == [document.pk] * 3


def test_counters_add_up_whoever_else_writes_the_row(published_document: Factory) -> None:
    document = published_document()
    for _ in range(3):
        services.view_count_add(document_id=document.pk)
    services.sale_count_add(document_id=document.pk)
    document.refresh_from_db()
    assert (document.view_count, document.sale_count) == (3, 1)


def test_conflicts_are_errors_a_person_can_act_on() -> None:
    assert issubclass(Conflict, WenlanError)


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_a_conversion_that_ends_and_does_not_block_it(
    alice: User, draft_document: Factory
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")
    document = draft_document()

    def delete() -> None:
        try:
            services.document_delete(actor=alice, document_id=document.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Revision.objects.filter(document=document).update(stage="finishing")
            deleting = pool.submit(delete)
            wait_until_a_lock_is_waited_for()
            Document.objects.select_for_update(nowait=True).get(pk=document.pk)
        deleting.result(timeout=10)
    assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_a_decision_and_does_not_block_it(
    alice: User, carol: User, draft_document: Factory
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")
    document = draft_document(state=State.IN_REVIEW)

    def delete() -> None:
        try:
            services.document_delete(actor=alice, document_id=document.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            review_decide(reviewer=carol, document_id=document.pk, decision="published")
            deleting = pool.submit(delete)
            wait_until_a_lock_is_waited_for()
            # The decision refers to the revision when it is committed.
        with pytest.raises(Conflict):
            deleting.result(timeout=10)
    assert state_of(document) == State.PUBLISHED


def test_a_document_in_review_is_not_edited_until_it_is_taken_back(
    alice: User, draft_document: Factory
) -> None:
    document = draft_document(state=State.IN_REVIEW)
    with pytest.raises(Conflict):
        services.document_update(actor=alice, document_id=document.pk, title="Something else")
    services.document_take_back(actor=alice, document_id=document.pk)
    assert state_of(document) == State.DRAFT
    services.document_update(actor=alice, document_id=document.pk, title="Something else")


def test_an_author_reads_why_the_house_withdrew_a_document_until_it_is_restored(
    dave: User, published_document: Factory
) -> None:
    document = published_document()
    services.document_withdraw(actor=dave, document_id=document.pk, reason=" Page 3 is\u202e somebody's. ")
    document.refresh_from_db()
    assert document.withdrawal_reason == "Page 3 is somebody's."
    services.document_restore(actor=dave, document_id=document.pk)
    document.refresh_from_db()
    assert document.withdrawal_reason == ""
