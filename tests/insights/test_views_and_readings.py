"""What is counted, what is remembered, and of whom."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.insights import services
from wenlan.insights.models import DocumentView, Reading, VisitorSalt
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


def test_nobody_can_tell_who_came_once_the_day_is_over(
    published_document: MakeDocument, bob: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.view_record(document=published_document(), user=bob, visitor_key=f"user {bob.pk}")
    view, salt = DocumentView.objects.get(), VisitorSalt.objects.get().salt
    assert services._visitor_hash(visitor_key=f"user {bob.pk}", salt=salt) == view.visitor_hash
    assert salt not in settings.SECRET_KEY

    monkeypatch.setattr(timezone, "localdate", lambda: view.day + datetime.timedelta(days=1))
    services.visitors_sweep()
    assert not VisitorSalt.objects.exists()
    assert DocumentView.objects.exists()
    services.view_record(document=published_document(), user=bob, visitor_key=f"user {bob.pk}")
    assert VisitorSalt.objects.get().salt != salt

    monkeypatch.setattr(timezone, "localdate", lambda: view.day + datetime.timedelta(days=2))
    assert services.visitors_sweep() == 1
    assert [row.day for row in DocumentView.objects.all()] == [view.day + datetime.timedelta(days=1)]


def test_all_processes_of_a_day_know_a_visitor_again(published_document: MakeDocument) -> None:
    document = published_document()
    assert services.view_record(document=document, user=STRANGER, visitor_key="one")

    caches["process"].clear()  # another process
    assert not services.view_record(document=document, user=STRANGER, visitor_key="one")
    assert VisitorSalt.objects.count() == 1


def test_the_sweep_leaves_today_alone_and_writes_nothing_when_there_is_nothing_to_do(
    published_document: MakeDocument,
) -> None:
    services.view_record(document=published_document(), user=STRANGER, visitor_key="one")

    with CaptureQueriesContext(connection) as queries:
        assert services.visitors_sweep() == 0
    assert [query for query in queries if not query["sql"].startswith("SELECT")] == []
    assert DocumentView.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reader_does_not_wait_while_others_write(published_document: MakeDocument, client: Client) -> None:
    document = published_document()
    client.get(document.get_absolute_url(), headers={"user-agent": FIREFOX})
    opened = Event()
    done = Event()

    def write_for_long() -> None:
        try:
            with transaction.atomic():
                Document.objects.filter(pk=document.pk).update(favourite_count=0)
                opened.set()
                done.wait(20)
        finally:
            connection.close()

    writer = Thread(target=write_for_long)
    writer.start()
    try:
        assert opened.wait(10)
        began = time.monotonic()
        answer = client.get(document.get_absolute_url(), headers={"user-agent": FIREFOX + " another"})
        took = time.monotonic() - began
    finally:
        done.set()
        writer.join()

    assert answer.status_code == 200
    assert took < 5  # the writer lets go after 20 s, SQLite waits for 30, PostgreSQL for ever
    assert _view_count(document) == 1

    client.get(document.get_absolute_url(), headers={"user-agent": FIREFOX + " another"})
    assert _view_count(document) == 2


@pytest.mark.django_db(transaction=True)
def test_other_writes_wait_as_long_as_ever(published_document: MakeDocument) -> None:
    def waits() -> Any:
        is_sqlite = connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout" if is_sqlite else "SHOW lock_timeout")
            return cursor.fetchone()

    before = waits()
    services.view_record(document=published_document(), user=STRANGER, visitor_key="one")
    assert waits() == before


def test_a_repeated_view_costs_one_query_and_a_new_one_few(published_document: MakeDocument) -> None:
    document = published_document()
    services.view_record(document=document, user=STRANGER, visitor_key="the first of the day")
    with CaptureQueriesContext(connection) as first:
        services.view_record(document=document, user=STRANGER, visitor_key="one")
    with CaptureQueriesContext(connection) as again:
        services.view_record(document=document, user=STRANGER, visitor_key="one")

    asides = ("SAVEPOINT", "RELEASE", "PRAGMA", "SET LOCAL")
    statements = [query for query in first if not query["sql"].startswith(asides)]
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
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Sogou web spider/4.0",
        "WhatsApp/2.23.20.0",
        "Scrapy/2.11.0 (+https://scrapy.org)",
        "Apache-HttpClient/4.5.13 (Java/11)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
        "Mediapartners-Google",
        "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
        "PostmanRuntime/7.36",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
    ],
)
def test_programs_are_not_visitors(published_document: MakeDocument, program: str) -> None:
    key = visitor_key(_request(browser=program))

    assert key == ""
    assert not services.view_record(document=published_document(), user=STRANGER, visitor_key=key)


@pytest.mark.parametrize(
    "browser",
    [
        FIREFOX,
        "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.38",
        "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/97 Mobile Safari/537.36 T7/13.31 baiduboxapp/13.31.0.10 (Baidu; P1 12)",
    ],
)
def test_people_are_visitors_whatever_their_phone(browser: str) -> None:
    assert visitor_key(_request(browser=browser))


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"])
def test_what_a_browser_fetches_in_advance_is_no_visit(purpose: str) -> None:
    request = _request()
    request.META["HTTP_SEC_PURPOSE"] = purpose
    assert visitor_key(request) == ""


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
