"""“This page looks wrong”: from any reader to whoever settles it, and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.threads import at_once, wait_until_a_lock_is_waited_for
from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_replace_file
from wenlan.trust import page_problems
from wenlan.trust.models import PageProblem
from wenlan.trust.selectors import pages_in_question_count
from wenlan.trust.services import review_decide

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]
State = PageProblem.State

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(published_document: MakeDocument) -> Document:
    return published_document()


def _report(client: Client, document: Document, number: int = 2, **fields: str) -> Any:
    return client.post(reverse("trust:page_wrong", args=[document.pk, number]), fields)


def _settle(client: Client, document: Document, what: str, number: int = 2) -> Any:
    address = reverse("trust:page_problem_settle", args=[document.current_revision_id, number])
    return client.post(address, {"settle": what})


def _revision(document: Document) -> Revision:
    return document.revisions.get()


def _queue(client: Client) -> str:
    return client.get(reverse("trust:page_problems")).content.decode()


def test_each_page_of_the_reader_has_a_way_to_say_that_it_looks_wrong(
    client: Client, document: Document
) -> None:
    html = client.get(document.get_absolute_url()).content.decode()
    assert html.count("/wrong/") == 3
    assert "这一页显示有误" in html


def test_a_stranger_reports_a_page_and_goes_back_to_it(
    client: Client, document: Document, carol: User, client_as: ClientAs
) -> None:
    answer = _report(client, document, body="字压在图上", email="Reader@Example.com")

    assert answer["Location"].endswith("#page-2")
    problem = PageProblem.objects.get()
    assert (problem.page_number, problem.email, problem.state) == (2, "reader@example.com", State.OPEN)
    html = _queue(client_as(carol))
    assert "字压在图上" in html
    assert document.title in html
    assert f"/{document.current_revision_id}/2/" in html


def test_a_page_beyond_the_preview_does_not_exist_for_a_stranger(client: Client, document: Document) -> None:
    assert _report(client, document, number=4).status_code == 404
    assert not PageProblem.objects.exists()


def test_a_program_that_fills_in_the_trap_reports_nothing(client: Client, document: Document) -> None:
    assert _report(client, document, website="https://spam.example").status_code == 302
    assert not PageProblem.objects.exists()


def test_the_eleventh_report_of_an_hour_is_refused(client: Client, document: Document) -> None:
    for _number in range(10):
        assert _report(client, document).status_code == 302
    assert _report(client, document).status_code != 302
    assert PageProblem.objects.count() == 10


def test_a_person_counts_once_for_a_page(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    for words in ("first", "second"):
        _report(client_as(bob), document, body=words)
        _report(Client(), document, body=words, email="a@example.com")
    _report(Client(), document, number=1)

    html = _queue(client_as(carol))
    assert PageProblem.objects.count() == 3
    assert "2 位读者" in html
    assert "first" not in html
    assert html.index("/2/") < html.index(f"/{document.current_revision_id}/1/")


def test_many_reports_without_an_address_are_not_called_many_readers(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    for _number in range(5):
        _report(Client(), document, number=1)
    _report(client_as(bob), document)
    _report(Client(), document, email="a@example.com")

    html = _queue(client_as(carol))
    assert "5 条反馈" in html
    assert "5 位读者" not in html
    revision_id = document.current_revision_id
    assert html.index(f"/{revision_id}/2/") < html.index(f"/{revision_id}/1/")


def test_only_who_left_an_address_is_said_to_be_told(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    client = client_as(carol)
    _report(Client(), document)
    _report(client_as(bob), document)
    _settle(client, document, "dismiss")
    assert "已驳回，并通知 1 位读者。" in _queue(client)
    _report(Client(), document)
    _settle(client, document, "dismiss")
    assert "已驳回。" in _queue(client)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_account", [True, False])
def test_two_reports_of_one_person_at_the_same_moment_are_one(
    document: Document, bob: User, has_account: bool
) -> None:
    who: dict[str, Any] = {"reporter": bob} if has_account else {"email": "a@example.com"}

    def report(number: int) -> str:
        return page_problems.page_problem_report(
            revision=_revision(document), page_number=2, body=f"{number}", **who
        ).body

    assert at_once(4, report) == ["0", "1", "2", "3"]
    assert PageProblem.objects.get().body in "0123"


@pytest.mark.django_db(transaction=True)
def test_who_reports_a_page_while_their_last_report_is_being_stored_is_not_refused(
    document: Document, bob: User
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")

    def report(body: str) -> None:
        revision = _revision(document)
        page_problems.page_problem_report(revision=revision, page_number=2, body=body, reporter=bob)

    def report_in_a_thread() -> None:
        try:
            report("second")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            report("first")
            reporting = pool.submit(report_in_a_thread)
            wait_until_a_lock_is_waited_for()
        reporting.result(timeout=10)
    assert PageProblem.objects.get().body == "second"


def test_who_reported_is_told_that_the_page_is_right(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    _report(client_as(bob), document)
    _report(Client(), document, email="a@example.com")
    _report(Client(), document)
    _report(client_as(bob), document, number=3)

    _settle(client_as(carol), document, "dismiss")

    assert {mail.to for mail in OutgoingMail.objects.all()} == {bob.email, "a@example.com"}
    assert document.title in OutgoingMail.objects.all()[0].subject
    assert PageProblem.objects.filter(state=State.DISMISSED, settled_by=carol, email="").count() == 3
    assert PageProblem.objects.get(page_number=3).state == State.OPEN


def test_who_reported_is_told_when_the_new_preview_is_there(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    _report(client_as(bob), document)
    _settle(client_as(carol), document, "draw_again")

    assert not OutgoingMail.objects.exists()
    assert "正在重新绘制" in _queue(client_as(carol))
    revision = _revision(document)
    assert (revision.is_ready, revision.is_being_redrawn) == (True, True)

    page_problems.page_problems_settle(revision_id=revision.pk, succeeded=True)
    assert OutgoingMail.objects.get().to == bob.email
    assert PageProblem.objects.get().state == State.REDRAWN


def test_a_new_preview_that_fails_opens_what_was_said_again(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    _report(client_as(bob), document)
    _settle(client_as(carol), document, "draw_again")
    page_problems.page_problems_settle(revision_id=_revision(document).pk, succeeded=False)

    assert (PageProblem.objects.get().state, OutgoingMail.objects.count()) == (State.OPEN, 0)


def test_what_was_said_of_a_page_that_a_new_preview_has_no_more_is_settled_with_it(
    client_as: ClientAs, document: Document, bob: User, carol: User
) -> None:
    _report(client_as(bob), document)
    _settle(client_as(carol), document, "draw_again")
    _report(Client(), document, number=3, email="a@example.com")
    _report(Client(), document, number=1, email="b@example.com")
    _revision(document).pages.filter(number=3).delete()
    page_problems.page_problems_settle(revision_id=_revision(document).pk, succeeded=True)

    assert {mail.to for mail in OutgoingMail.objects.all()} == {bob.email, "a@example.com"}
    assert PageProblem.objects.get(state=State.OPEN).page_number == 1
    assert not PageProblem.objects.filter(email="a@example.com").exists()


def test_a_page_the_preview_has_no_more_is_not_counted(
    client_as: ClientAs, document: Document, carol: User
) -> None:
    _report(Client(), document)
    client = client_as(carol)
    for count in (1, 0):
        assert _queue(client).count("<article") == count
        assert pages_in_question_count(carol) == count
        _revision(document).pages.filter(number=2).delete()


def test_what_was_said_of_a_file_goes_with_it_when_another_takes_its_place(
    alice: User, carol: User, draft_document: MakeDocument, tmp_path: Path
) -> None:
    document = draft_document(state=Document.State.IN_REVIEW)
    revision = _revision(document)
    review_decide(reviewer=carol, document_id=document.pk, decision="returned", reason="Page 3 is empty.")
    page_problems.page_problem_report(revision=revision, page_number=2, body="", email="a@example.com")
    path = tmp_path / "better.txt"
    path.write_text("The better minutes.")
    document_replace_file(actor=alice, document_id=document.pk, path=path, name=path.name, move=False)

    revision.refresh_from_db()
    assert revision.state == Revision.State.REPLACED
    assert not PageProblem.objects.exists()
    with pytest.raises(Conflict):
        page_problems.page_problem_report(revision=revision, page_number=2, body="", email="a@example.com")


def test_the_address_of_a_stranger_is_forgotten_when_nobody_ever_settles_the_report(
    client_as: ClientAs, document: Document, bob: User, carol: User, settings: Any
) -> None:
    settings.PAGE_PROBLEM_ADDRESS_DAYS = 30
    _report(client_as(bob), document)
    for email, days in (("old@example.com", 31), ("new@example.com", 29)):
        _report(Client(), document, email=email)
        written = timezone.now() - timedelta(days=days)
        PageProblem.objects.filter(email=email).update(created_at=written)

    assert [page_problems.page_problems_sweep() for _time in range(2)] == [1, 0]
    assert set(PageProblem.objects.values_list("email", flat=True)) == {bob.email, "new@example.com", ""}
    assert "3 位读者" in _queue(client_as(carol))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("settle", ["dismiss", "draw_again"])
def test_of_two_reviewers_one_waits_for_the_other_and_holds_nothing_the_other_needs(
    document: Document, carol: User, settle: str
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")
    for number in range(3):
        PageProblem.objects.create(revision=_revision(document), page_number=2, body=f"{number}")
    first, *others = PageProblem.objects.order_by("pk")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            PageProblem.objects.select_for_update().get(pk=first.pk)
            settling = pool.submit(_settled, document, carol, settle)
            wait_until_a_lock_is_waited_for()
            for other in others:
                PageProblem.objects.select_for_update(nowait=True).get(pk=other.pk)
        settling.result(timeout=10)
    assert not PageProblem.objects.filter(state=State.OPEN).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("settle", ["dismiss", "draw_again"])
def test_a_reviewer_waits_for_a_redrawing_that_ends_and_does_not_block_it(
    document: Document, carol: User, settle: str
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")
    PageProblem.objects.create(revision=_revision(document), page_number=2)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Revision.objects.filter(document=document).update(stage="finishing")
            settling = pool.submit(_settled, document, carol, settle)
            wait_until_a_lock_is_waited_for()
            PageProblem.objects.select_for_update(nowait=True).get()
        settling.result(timeout=10)
    assert not PageProblem.objects.filter(state=State.OPEN).exists()


def _settled(document: Document, reviewer: User, settle: str) -> None:
    """Settle what was said of the second page, in a thread of its own."""
    revision_id = _revision(document).pk
    try:
        if settle == "dismiss":
            page_problems.page_problems_dismiss(reviewer=reviewer, revision_id=revision_id, page_number=2)
        else:
            page_problems.page_problems_draw_again(reviewer=reviewer, revision_id=revision_id)
    finally:
        connection.close()


def test_nobody_has_a_document_converted_endlessly(client: Client, document: Document, carol: User) -> None:
    def draw_again() -> None:
        page_problems.page_problems_draw_again(reviewer=carol, revision_id=_revision(document).pk)

    for _number in range(5):
        _report(client, document)
    assert not DBTaskResult.objects.exists()  # a reader starts nothing
    draw_again()
    with pytest.raises(Conflict):
        draw_again()
    Revision.objects.update(redraw_asked_at=None, redrawn_at=timezone.now())
    page_problems.page_problems_settle(revision_id=_revision(document).pk, succeeded=True)
    _report(client, document)
    with pytest.raises(Conflict):
        draw_again()
    assert PageProblem.objects.filter(state=State.OPEN).count() == 1


def test_only_reviewers_settle_and_not_about_their_own(
    client_as: ClientAs, document: Document, alice: User, mallory: User
) -> None:
    _report(Client(), document)
    assert _settle(client_as(mallory), document, "dismiss").status_code == 404
    alice.is_reviewer = True
    alice.save()
    with pytest.raises(NotAllowed):
        page_problems.page_problems_dismiss(reviewer=alice, revision_id=_revision(document).pk, page_number=2)
    assert PageProblem.objects.get().state == State.OPEN


def test_the_first_page_is_large_enough_to_be_compared(
    client_as: ClientAs, document: Document, carol: User
) -> None:
    page = _revision(document).pages.get(number=1)
    page.images = [{**page.images[0], "width": width} for width in (360, 720, 1200)]
    page.save()
    _report(Client(), document, number=1)

    for html in (
        _queue(client_as(carol)),
        Client().get(reverse("trust:page_wrong", args=[document.pk, 1])).content.decode(),
    ):
        assert 'width="720"' in html
        assert 'width="360"' not in html


def test_the_queue_asks_the_database_as_often_for_many_pages_as_for_one(
    client_as: ClientAs, published_document: MakeDocument, dave: User
) -> None:
    client = client_as(dave)
    counts = []
    for documents in (1, 8):
        for _number in range(documents):
            PageProblem.objects.create(revision=_revision(published_document()), page_number=1, body="wrong")
        with CaptureQueriesContext(connection) as queries:
            html = _queue(client)
        counts.append(len(queries))

    assert html.count("<article") == 9
    assert counts[0] == counts[1]
