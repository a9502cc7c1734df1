"""One worker at a time, and nothing is lost when it dies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.conversion.conftest import Uploader
from wenlan.accounts.models import User
from wenlan.conversion import services
from wenlan.conversion.jobs import job_folder
from wenlan.conversion.messages import failure_message
from wenlan.conversion.services import claims
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.leases import Claim, ClaimLost
from wenlan.documents.models import Document, Revision

State = Revision.State


def claim(revision: Revision) -> Claim:
    claimed = services.revision_claim(revision_id=revision.pk)
    assert claimed is not None
    return claimed


def let_the_lease_run_out(revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_waiting_revision_is_claimed_by_one_worker_only(uploaded: Uploader) -> None:
    revision = uploaded()
    assert claim(revision) == Claim(revision.pk, 1)
    assert services.revision_claim(revision_id=revision.pk) is None
    revision.refresh_from_db()
    assert (revision.state, revision.attempt_count) == (State.CONVERTING, 1)


@pytest.mark.parametrize("state", [State.READY, State.FAILED, State.QUARANTINED])
def test_what_is_over_is_not_claimed(uploaded: Uploader, state: str) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=state, page_count=1)
    assert services.revision_claim(revision_id=revision.pk) is None


def test_an_author_with_few_files_does_not_wait_behind_one_with_many(uploaded: Uploader, bob: User) -> None:
    many = [uploaded(f"Alice's file {number}\n" * 3) for number in range(3)]
    one = uploaded("The only file of Bob's\n" * 3, author=bob)

    turns = [services.revision_claim_next() for _ in range(5)]

    assert [turn and turn.row_id for turn in turns] == [one.pk, *(revision.pk for revision in many), None]


def test_who_has_a_conversion_under_way_lets_the_others_go_first(uploaded: Uploader, bob: User) -> None:
    under_way, waiting = (uploaded(f"Bob's file {number}\n" * 3, author=bob) for number in range(2))
    claim(under_way)
    many = [uploaded(f"Alice's file {number}\n" * 3) for number in range(3)]

    turns = [services.revision_claim_next() for _ in range(4)]

    assert [turn and turn.row_id for turn in turns] == [many[0].pk, waiting.pk, many[1].pk, many[2].pk]


def let_time_pass(seconds: float) -> None:
    """Everything that has happened to files happened so much earlier."""
    for revision in Revision.objects.all():
        revision.created_at -= timedelta(seconds=seconds)
        if revision.claimed_at:
            revision.claimed_at -= timedelta(seconds=seconds)
        revision.save(update_fields=["created_at", "claimed_at"])


def convert_next() -> int | None:
    """Whose file had its turn, the conversion being over at once."""
    turn = services.revision_claim_next()
    if turn is None:
        return None
    Revision.objects.filter(pk=turn.row_id).update(state=State.READY, page_count=1, claimed_until=None)
    return Revision.objects.get(pk=turn.row_id).document.author_id


def test_who_has_many_files_gets_on_while_others_keep_coming_with_one(
    uploaded: Uploader, alice: User
) -> None:
    for number in range(6):
        uploaded(f"Alice's file {number}\n" * 3)
    turns = []
    for minute in range(3):
        for number in range(2):
            visitor = User.objects.create(
                email=f"visitor{minute}{number}@example.com", display_name="Visitor"
            )
            uploaded(f"File {minute} {number}\n" * 3, author=visitor)
        turns.append([convert_next() for _ in range(2)].count(alice.pk))
        let_time_pass(60)
    assert turns == [0, 1, 1]


def test_who_was_late_and_had_a_turn_lets_the_others_go_first_again(
    uploaded: Uploader, alice: User, bob: User
) -> None:
    for number in range(3):
        uploaded(f"Alice's file {number}\n" * 3)
    let_time_pass(3600)
    assert convert_next() == alice.pk
    uploaded("The only file of Bob's\n" * 3, author=bob)
    assert [convert_next() for _ in range(4)] == [bob.pk, alice.pk, alice.pk, None]


def test_of_those_who_wait_for_long_the_one_who_waits_longest_is_next(
    uploaded: Uploader, alice: User, bob: User
) -> None:
    for number in range(3):
        uploaded(f"Alice's file {number}\n" * 3)
    assert convert_next() == alice.pk
    let_time_pass(60)
    uploaded("The only file of Bob's\n" * 3, author=bob)
    let_time_pass(60)
    assert [convert_next() for _ in range(3)] == [alice.pk, bob.pk, alice.pk]


def test_the_next_in_turn_is_found_in_as_many_queries_for_many_files_as_for_one(
    uploaded: Uploader, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        uploaded(f"Alice's file {number}\n" * 3)
    with django_assert_num_queries(2):
        assert claims._next_in_turn() is not None


def test_a_revision_that_was_deleted_is_not_claimed(db: None) -> None:
    assert services.revision_claim(revision_id=12345) is None


def test_when_the_lease_runs_out_another_worker_takes_over(uploaded: Uploader) -> None:
    revision = uploaded()
    dead = claim(revision)
    let_the_lease_run_out(revision)
    alive = claim(revision)
    assert alive.token == dead.token + 1
    services.claim_renew(alive)
    with pytest.raises(ClaimLost):
        services.claim_renew(dead)


def test_a_renewed_lease_is_not_taken_over(uploaded: Uploader) -> None:
    revision = uploaded()
    held = claim(revision)
    let_the_lease_run_out(revision)
    services.claim_renew(held)
    assert services.revision_claim(revision_id=revision.pk) is None


def test_after_three_dead_workers_the_file_is_in_quarantine(uploaded: Uploader) -> None:
    revision = uploaded()
    for _ in range(3):
        last = claim(revision)
        let_the_lease_run_out(revision)
    assert services.revision_claim(revision_id=revision.pk) is None
    revision.refresh_from_db()
    assert (revision.state, revision.error_code) == (State.QUARANTINED, "quarantined")
    with pytest.raises(ClaimLost):
        services.claim_renew(last)


def test_a_document_in_review_whose_file_is_quarantined_goes_back_with_the_reason(uploaded: Uploader) -> None:
    revision = uploaded(state=Document.State.IN_REVIEW)
    Revision.objects.filter(pk=revision.pk).update(attempt_count=3)
    assert services.revision_claim(revision_id=revision.pk) is None
    document = Document.objects.get(pk=revision.document_id)
    assert document.state == Document.State.RETURNED
    assert document.return_reason


def test_a_worker_told_to_stop_gives_its_work_back_and_is_no_crash(uploaded: Uploader) -> None:
    revision = uploaded()
    services.claim_release(claim(revision))
    revision.refresh_from_db()
    assert (revision.state, revision.attempt_count) == (State.PENDING, 0)
    assert claim(revision).token == 2


def test_trying_again_starts_from_the_beginning(
    alice: User, uploaded: Uploader, django_capture_on_commit_callbacks: Any
) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.FAILED, error_code="damaged", attempt_count=2)
    with django_capture_on_commit_callbacks(execute=True):
        services.revision_retry(actor=alice, revision_id=revision.pk)
    revision.refresh_from_db()
    assert (revision.state, revision.error_code, revision.attempt_count) == (State.PENDING, "", 0)
    assert DBTaskResult.objects.filter(queue_name="conversion").count() == 1


def test_trying_again_twice_is_a_conflict(alice: User, uploaded: Uploader) -> None:
    revision = uploaded()
    with pytest.raises(Conflict):
        services.revision_retry(actor=alice, revision_id=revision.pk)


def test_only_an_operator_takes_a_file_out_of_quarantine(
    alice: User, mallory: User, dave: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.QUARANTINED)
    for person in (alice, mallory):
        with pytest.raises(NotAllowed):
            services.revision_retry(actor=person, revision_id=revision.pk)
    services.revision_retry(actor=dave, revision_id=revision.pk)
    revision.refresh_from_db()
    assert revision.state == State.PENDING


def rung_for() -> list[int]:
    tasks = DBTaskResult.objects.filter(queue_name="conversion").order_by("enqueued_at")
    return [task.args_kwargs["args"][0] for task in tasks]


def test_the_sweep_rings_once_for_what_was_forgotten(
    uploaded: Uploader, django_capture_on_commit_callbacks: Any
) -> None:
    forgotten, orphaned, held, ready = (uploaded(f"text number {n}") for n in range(4))
    claim(orphaned), claim(held)
    let_the_lease_run_out(orphaned)
    Revision.objects.filter(pk=ready.pk).update(state=State.READY, page_count=1)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            services.revisions_sweep()
    assert rung_for() == [forgotten.pk, orphaned.pk]


def test_the_sweep_clears_the_folders_of_dead_workers_only(uploaded: Uploader, settings: Any) -> None:
    jobs = Path(settings.CONVERSION_JOBS_DIR)
    dead, alive = claim(uploaded("one text")), claim(uploaded("another text"))
    dead_revision = Revision.objects.get(pk=dead.row_id)
    folders = [jobs / f"{held.row_id}-{held.token}-abc" for held in (dead, alive)]
    for folder in (*folders, jobs / "not ours"):
        (folder / "out").mkdir(parents=True)
    let_the_lease_run_out(dead_revision)
    claim(dead_revision)
    services.revisions_sweep()
    assert sorted(path.name for path in jobs.iterdir()) == sorted([folders[1].name, "not ours"])


def test_the_folder_of_a_drawing_again_goes_when_its_file_is_replaced_meanwhile(
    uploaded: Uploader, settings: Any
) -> None:
    jobs = Path(settings.CONVERSION_JOBS_DIR)
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(claim_token=3, redraw_asked_at=timezone.now())
    folder = jobs / f"{revision.pk}-3-abc"
    folder.mkdir(parents=True)
    for state, stays in ((Revision.State.READY, True), (Revision.State.REPLACED, False)):
        Revision.objects.filter(pk=revision.pk).update(state=state, page_count=1)
        services.revisions_sweep()
        assert folder.exists() is stays, state


def test_a_job_folder_is_private_and_gone_afterwards(settings: Any) -> None:
    with job_folder(Claim(7, 2)) as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "file").write_text("x")
    assert not folder.exists()


@pytest.mark.parametrize("code", ["damaged", "timed_out", "a code of tomorrow"])
def test_every_failure_has_words(code: str) -> None:
    assert failure_message(code)


def test_every_way_the_engine_refuses_or_fails_has_its_own_words() -> None:
    from typing import get_args

    from wenlan.conversion.engine import Status
    from wenlan.conversion.engine.model import RejectionCode
    from wenlan.conversion.messages import FAILURES, REJECTIONS

    of_the_scanner = {"infected", "not_scanned", "too_large_to_scan"}
    assert set(get_args(RejectionCode)) | of_the_scanner == set(REJECTIONS)
    assert {status.value for status in Status} - {"ok"} <= set(FAILURES)


def test_nothing_is_claimed_nor_rung_for_while_the_disk_is_full(
    uploaded: Uploader, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    revision = uploaded()
    room, settings.KEEP_FREE_BYTES = settings.KEEP_FREE_BYTES, 10**18
    with django_capture_on_commit_callbacks(execute=True):
        services.revisions_sweep()
    assert services.revision_claim(revision_id=revision.pk) is None
    assert rung_for() == []
    settings.KEEP_FREE_BYTES = room
    with django_capture_on_commit_callbacks(execute=True):
        services.revisions_sweep()
    assert rung_for() == [revision.pk]
    assert services.revision_claim(revision_id=revision.pk) is not None
