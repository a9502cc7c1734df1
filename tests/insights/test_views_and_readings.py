"""What is counted, what is remembered, and of whom."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.insights import services
from wenlan.insights.models import DocumentView, Reading
from wenlan.insights.selectors import last_page_read, reading_history
from wenlan.insights.visitors import visitor_key

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
STRANGER = AnonymousUser()


def _view_count(document: Document) -> int:
    return Document.objects.values_list("view_count", flat=True).get(pk=document.pk)


def _request(
    user: User | AnonymousUser = STRANGER, *, address: str = "127.0.0.1", browser: str = FIREFOX
) -> Any:
    request = RequestFactory(REMOTE_ADDR=address).get("/", headers={"user-agent": browser})
    request.user = user
    return request


def test_visitors_count_once_a_day_each(published_document: MakeDocument) -> None:
    document = published_document()

    counted = [
        services.view_record(document=document, user=STRANGER, visitor_key=key)
        for key in ("one", "two", "one", "one")
    ]

    assert counted == [True, True, False, False]
    assert _view_count(document) == 2


def test_the_next_day_counts_again_under_another_hash(
    published_document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = published_document()
    today = timezone.localdate()
    for day in (today, today + datetime.timedelta(days=1)):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        services.view_record(document=document, user=STRANGER, visitor_key="one")

    assert _view_count(document) == 2
    assert len(set(DocumentView.objects.values_list("visitor_hash", flat=True))) == 2


def test_two_documents_are_counted_apart(published_document: MakeDocument) -> None:
    first, second = published_document(), published_document()
    for document in (first, second):
        services.view_record(document=document, user=STRANGER, visitor_key="one")

    assert (_view_count(first), _view_count(second)) == (1, 1)


def test_an_authors_own_visits_do_not_count(published_document: MakeDocument, alice: User, bob: User) -> None:
    document = published_document()

    assert not services.view_record(document=document, user=alice, visitor_key="user alice")
    assert services.view_record(document=document, user=bob, visitor_key="user bob")
    assert _view_count(document) == 1


def test_what_is_stored_does_not_name_the_visitor(published_document: MakeDocument) -> None:
    services.view_record(document=published_document(), user=STRANGER, visitor_key="203.0.113.9 Firefox")

    row = str(list(DocumentView.objects.values_list()))
    assert "203.0.113.9" not in row
    assert "Firefox" not in row


def test_a_repeated_view_costs_one_query_and_a_new_one_few(published_document: MakeDocument) -> None:
    document = published_document()
    with CaptureQueriesContext(connection) as first:
        services.view_record(document=document, user=STRANGER, visitor_key="one")
    with CaptureQueriesContext(connection) as again:
        services.view_record(document=document, user=STRANGER, visitor_key="one")

    statements = [query for query in first if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 3
    assert len(again) == 1


def test_a_view_that_cannot_be_stored_does_not_fail_the_page(
    published_document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = published_document()

    def broken(*, document_id: int) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(services, "view_count_add", broken)

    assert services.view_record(document=document, user=STRANGER, visitor_key="one") is False
    assert not DocumentView.objects.exists()


def test_two_that_arrive_at_the_same_moment_count_once(
    published_document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = published_document()
    services.view_record(document=document, user=STRANGER, visitor_key="one")
    # The second one looked before the first had written.
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)

    assert services.view_record(document=document, user=STRANGER, visitor_key="one") is False

    assert _view_count(document) == 1


@pytest.mark.parametrize(
    "program",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Wget/1.21",
        "facebookexternalhit/1.1 (+preview)",
        "Sogou web spider/4.0",
    ],
)
def test_programs_are_not_visitors(published_document: MakeDocument, program: str) -> None:
    key = visitor_key(_request(browser=program))

    assert key == ""
    assert not services.view_record(document=published_document(), user=STRANGER, visitor_key=key)


def test_a_person_is_one_visitor_on_every_device(bob: User) -> None:
    phone = _request(bob, browser="Mozilla/5.0 (iPhone) Safari/605.1")

    assert visitor_key(_request(bob)) == visitor_key(phone) != ""


def test_strangers_differ_by_address_and_browser() -> None:
    keys = {
        visitor_key(_request()),
        visitor_key(_request(browser=FIREFOX.replace("Linux", "Windows"))),
        visitor_key(_request(address="203.0.113.9")),
    }

    assert len(keys) == 3


def test_a_reader_comes_back_to_the_page_where_they_stopped(
    published_document: MakeDocument, bob: User
) -> None:
    document = published_document()
    assert last_page_read(user=bob, document=document) == 1

    services.reading_record(user=bob, document=document, page_number=2)
    services.reading_record(user=bob, document=document, page_number=3)

    assert last_page_read(user=bob, document=document) == 3
    assert Reading.objects.get().opened_count == 1


def test_a_later_sitting_is_counted(published_document: MakeDocument, bob: User) -> None:
    document = published_document()
    services.reading_record(user=bob, document=document, page_number=2)
    Reading.objects.update(last_opened_at=timezone.now() - datetime.timedelta(hours=5))

    services.reading_record(user=bob, document=document, page_number=1)

    reading = Reading.objects.get()
    assert (reading.opened_count, reading.last_page) == (2, 1)


@pytest.mark.parametrize(("page", "kept"), [(0, 1), (-5, 1), (5, 5), (6, 5), (10**9, 5)])
def test_a_page_beyond_the_document_is_its_last(
    published_document: MakeDocument, bob: User, page: int, kept: int
) -> None:
    reading = services.reading_record(user=bob, document=published_document(), page_number=page)

    assert reading is not None
    assert reading.last_page == kept


def test_the_history_lists_the_latest_first_and_only_what_may_be_opened(
    published_document: MakeDocument, bob: User, alice: User
) -> None:
    first, second, gone = published_document(), published_document(), published_document()
    for document in (first, second, gone):
        services.reading_record(user=bob, document=document, page_number=1)
    services.reading_record(user=alice, document=first, page_number=1)
    services.reading_record(user=bob, document=first, page_number=2)
    Document.objects.filter(pk=gone.pk).update(state=Document.State.DRAFT)

    assert [reading.document for reading in reading_history(bob)] == [first, second]


def test_the_history_asks_the_database_no_more_for_more_rows(
    published_document: MakeDocument, bob: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for reading in reading_history(bob):
                assert reading.document.author.display_name
                assert reading.document.current_revision is not None
                list(reading.document.tags.all())
        return len(captured)

    services.reading_record(user=bob, document=published_document(), page_number=1)
    one = queries()
    for _number in range(10):
        services.reading_record(user=bob, document=published_document(), page_number=1)

    assert queries() == one


def test_the_page_reports_how_far_bob_has_come(
    client_as: ClientAs, published_document: MakeDocument, bob: User
) -> None:
    document = published_document()

    answer = client_as(bob).post(reverse("insights:reading", args=[document.pk]), {"page": "3"})

    assert answer.status_code == 204
    assert last_page_read(user=bob, document=document) == 3


def test_nothing_is_remembered_of_a_stranger(client: Client, published_document: MakeDocument) -> None:
    answer = client.post(reverse("insights:reading", args=[published_document().pk]), {"page": "3"})

    assert answer.status_code == 204
    assert not Reading.objects.exists()


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "1.5", "9" * 30])
def test_a_page_that_is_no_number_is_refused(
    client_as: ClientAs, published_document: MakeDocument, bob: User, page: str
) -> None:
    answer = client_as(bob).post(reverse("insights:reading", args=[published_document().pk]), {"page": page})

    assert answer.status_code == 400
    assert not Reading.objects.exists()


def test_what_cannot_be_opened_cannot_be_read(
    client_as: ClientAs, draft_document: MakeDocument, mallory: User
) -> None:
    document = draft_document()

    answer = client_as(mallory).post(reverse("insights:reading", args=[document.pk]), {"page": "1"})

    assert answer.status_code == 404
    assert not Reading.objects.exists()


def test_bob_clears_his_own_history_only(
    client_as: ClientAs, published_document: MakeDocument, bob: User, carol: User
) -> None:
    document = published_document()
    for user in (bob, carol):
        services.reading_record(user=user, document=document, page_number=2)

    client_as(bob).post(reverse("insights:history_clear"))

    assert list(Reading.objects.values_list("user", flat=True)) == [carol.pk]


def test_a_stranger_has_no_history_to_clear(
    client: Client, published_document: MakeDocument, bob: User
) -> None:
    services.reading_record(user=bob, document=published_document(), page_number=2)

    answer = client.post(reverse("insights:history_clear"))

    assert answer["Location"].startswith(reverse("account_login"))
    assert Reading.objects.exists()


def test_clearing_takes_a_click_on_the_page(client_as: ClientAs, bob: User) -> None:
    assert client_as(bob).get(reverse("insights:history_clear")).status_code == 405


def test_dave_finds_the_counts_in_the_administration_and_not_what_people_read(
    client_as: ClientAs, dave: User, published_document: MakeDocument
) -> None:
    document = published_document()
    services.view_record(document=document, user=STRANGER, visitor_key="one")
    services.reading_record(user=dave, document=document, page_number=1)

    client = client_as(dave)

    assert client.get(reverse("admin:insights_documentview_changelist"), {"q": "a"}).status_code == 200
    assert client.get("/admin/insights/reading/").status_code == 404
    assert client.get(reverse("admin:insights_documentview_add")).status_code == 403
