"""From the download button to every byte of the original."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from typing import Any, cast
from unittest import mock
from urllib.parse import quote, unquote

import pytest
from django.core import signing
from django.db import OperationalError, connection
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.delivery import services
from wenlan.delivery.models import Delivery
from wenlan.documents.models import Document, Revision
from wenlan.orders.models import Entitlement
from wenlan.orders.services import document_buy

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]
CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes, several chunks


@pytest.fixture
def document(published_document: Factory) -> Document:
    return published_document(price_minor=400, content=CONTENT, title="入党申请书")


@pytest.fixture
def bought(document: Document, bob: User) -> Document:
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    return document


@pytest.fixture
def link(bought: Document, bob: User) -> str:
    return services.link_make(user=bob, document=bought)


def _download_url(document: Document) -> str:
    return reverse("delivery:download", args=[document.pk])


def _revision(document: Document) -> Revision:
    assert document.current_revision is not None
    return document.current_revision


def _body(response: HttpResponseBase) -> bytes:
    """Everything the answer sends; at its end the test client closes it as a server does."""
    return b"".join(cast("StreamingHttpResponse", response).streaming_content)  # type: ignore[arg-type]


@pytest.fixture
def stranger() -> Client:
    """The link alone is enough: a download program has no session."""
    return Client()


def test_bob_gets_every_byte_under_the_proper_name(client_as: Browser, bought: Document, bob: User) -> None:
    browser = client_as(bob)
    answer = browser.get(_download_url(bought), HTTP_USER_AGENT="Firefox " * 50)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "no-store"
    assert unquote(answer["Location"]).endswith("/入党申请书.doc")
    response = browser.get(answer["Location"])
    assert response.status_code == 200
    content = _body(response)
    assert content == CONTENT
    assert hashlib.sha256(content).hexdigest() == _revision(bought).sha256
    expected = {
        "Content-Type": "application/msword",
        "Content-Length": str(len(CONTENT)),
        "Content-Disposition": f"attachment; filename=\"document-{bought.pk}.doc\"; filename*=UTF-8''{quote('入党申请书.doc')}",
        "ETag": f'"{_revision(bought).sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert {name: response[name] for name in expected} == expected
    delivery = Delivery.objects.get()
    assert (delivery.reader, delivery.revision, delivery.bytes_sent) == (
        bob,
        bought.current_revision,
        len(CONTENT),
    )
    assert delivery.is_complete
    assert delivery.intervals == [[0, len(CONTENT)]]
    assert len(delivery.user_agent) == 200


def test_the_file_is_sent_in_pieces(stranger: Client, link: str) -> None:
    response = cast("StreamingHttpResponse", stranger.get(link))
    pieces = list(cast("Iterator[bytes]", response.streaming_content))
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= 256 * 1024


def test_a_web_server_in_front_is_told_not_to_hoard_what_the_reader_may_never_fetch(
    stranger: Client, link: str
) -> None:
    for header in ("", "bytes=0-9"):
        assert stranger.get(link, HTTP_RANGE=header)["X-Accel-Buffering"] == "no"


def test_again_and_again_for_who_bought_it(client_as: Browser, bought: Document, bob: User) -> None:
    for _time in range(3):
        assert _body(client_as(bob).get(_download_url(bought), follow=True)) == CONTENT
    assert Delivery.objects.filter(completed_at__isnull=False).count() == 3


def test_a_withdrawn_document_is_still_there_for_its_buyer(
    client_as: Browser, bought: Document, bob: User
) -> None:
    Document.objects.filter(pk=bought.pk).update(state="withdrawn")
    assert _body(client_as(bob).get(_download_url(bought), follow=True)) == CONTENT


def test_the_author_reviewers_and_operators_get_the_original(
    client_as: Browser, document: Document, alice: User, carol: User, dave: User
) -> None:
    for person in (alice, carol, dave):
        assert _body(client_as(person).get(_download_url(document), follow=True)) == CONTENT


def test_who_has_not_bought_it_is_sent_to_buy_it(
    client_as: Browser, document: Document, mallory: User
) -> None:
    answer = client_as(mallory).get(_download_url(document))
    assert answer["Location"] == reverse("orders:buy", args=[document.pk])
    assert client_as(None).get(_download_url(document))["Location"].startswith(reverse("account_login"))
    assert not Delivery.objects.exists()


def test_what_is_not_on_the_shelf_is_not_there(
    client_as: Browser, draft_document: Factory, mallory: User
) -> None:
    for pk in (draft_document().pk, 10**9):
        assert client_as(mallory).get(reverse("delivery:download", args=[pk])).status_code == 404


def test_no_link_is_made_for_who_has_no_right(document: Document, mallory: User) -> None:
    with pytest.raises(NotAllowed):
        services.link_make(user=mallory, document=document)


def test_a_forged_link_does_not_exist(stranger: Client, link: str, bought: Document, mallory: User) -> None:
    _empty, _f, token, name = link.split("/")
    delivery = Delivery.objects.get()
    other_salt = signing.dumps([mallory.pk, delivery.revision_id, delivery.token], salt="mine")
    for forged in (token[:-1], "x" + token, "a:b:c", other_salt, "%00"):
        assert stranger.get(f"/f/{forged}/{name}").status_code == 404
    assert not any(delivery.bytes_sent for delivery in Delivery.objects.all())


def test_a_link_for_one_reader_does_not_serve_another(
    stranger: Client, link: str, bought: Document, mallory: User
) -> None:
    delivery = Delivery.objects.get()
    token = signing.dumps([mallory.pk, delivery.revision_id, delivery.token], salt=services._SALT)
    assert stranger.get(reverse("delivery:file", args=[token, "x.doc"])).status_code == 404


def test_a_link_that_was_passed_on_gives_nothing_to_another_person(
    client_as: Browser, link: str, bob: User, mallory: User
) -> None:
    assert client_as(mallory).get(link).status_code == 404
    assert client_as(bob).get(link).status_code == 200


def test_an_expired_link_offers_a_new_one(
    stranger: Client, link: str, bought: Document, settings: Any
) -> None:
    settings.DOWNLOAD_LINK_SECONDS = -1
    for answer in (stranger.get(link), stranger.get(link, HTTP_RANGE="bytes=0-1")):
        assert answer.status_code == 410
        assert _download_url(bought) in answer.content.decode()


def test_a_broken_download_goes_on_after_its_link_expired(
    client_as: Browser, link: str, bought: Document, bob: User, mallory: User, settings: Any
) -> None:
    settings.DOWNLOAD_LINK_SECONDS = -1
    answer = client_as(bob).get(link, HTTP_RANGE="bytes=100-")
    assert client_as(mallory).get(link, HTTP_RANGE="bytes=100-").status_code == 410
    settings.DOWNLOAD_LINK_SECONDS = 900
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "no-store"
    assert _body(client_as(bob).get(answer["Location"], HTTP_RANGE="bytes=100-")) == CONTENT[100:]


def test_what_came_before_and_after_the_link_expired_is_one_delivery(
    client_as: Browser, link: str, bob: User, settings: Any
) -> None:
    _body(client_as(bob).get(link, HTTP_RANGE="bytes=0-499999"))
    settings.DOWNLOAD_LINK_SECONDS = -1
    renewed = client_as(bob).get(link, HTTP_RANGE="bytes=500000-")["Location"]
    settings.DOWNLOAD_LINK_SECONDS = 900
    _body(client_as(bob).get(renewed, HTTP_RANGE="bytes=500000-"))
    assert Delivery.objects.get().is_complete


def test_who_lost_the_right_does_not_go_on_after_the_link_expired(
    client_as: Browser, link: str, bob: User, settings: Any
) -> None:
    Entitlement.objects.all().delete()
    settings.DOWNLOAD_LINK_SECONDS = -1
    assert client_as(bob).get(link, HTTP_RANGE="bytes=100-").status_code == 410


def test_the_right_is_asked_for_again_when_the_link_is_used(
    stranger: Client, link: str, bob: User, document: Document
) -> None:
    Entitlement.objects.all().delete()
    assert stranger.get(link).status_code == 404


def test_a_reader_who_may_not_sign_in_any_more_gets_nothing(stranger: Client, link: str, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert stranger.get(link).status_code == 404


def test_head_says_everything_and_sends_nothing(stranger: Client, link: str) -> None:
    response = stranger.head(link, HTTP_RANGE="bytes=0-9")
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Accept-Ranges"] == "bytes"
    assert response.content == b""
    assert not any(delivery.bytes_sent for delivery in Delivery.objects.all())


def test_asking_the_download_button_what_there_is_begins_no_delivery(
    client_as: Browser, bought: Document, bob: User
) -> None:
    response = client_as(bob).head(_download_url(bought))
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["ETag"] == f'"{_revision(bought).sha256}"'
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_are_not_understood(stranger: Client, link: str, method: str) -> None:
    assert getattr(stranger, method)(link).status_code == 405


@pytest.mark.parametrize(
    ("header", "content_range", "expected"),
    [
        ("bytes=0-9", "bytes 0-9/1024000", CONTENT[:10]),
        ("bytes=1023990-", "bytes 1023990-1023999/1024000", CONTENT[-10:]),
        ("bytes=-10", "bytes 1023990-1023999/1024000", CONTENT[-10:]),
        ("bytes=300000-900000", "bytes 300000-900000/1024000", CONTENT[300000:900001]),
    ],
)
def test_a_range_gets_exactly_those_bytes(
    stranger: Client, link: str, header: str, content_range: str, expected: bytes
) -> None:
    response = stranger.get(link, HTTP_RANGE=header)
    assert response.status_code == 206
    assert response["Content-Range"] == content_range
    assert response["Content-Length"] == str(len(expected))
    assert _body(response) == expected


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=9-1", "pages=1-2", "nonsense"])
def test_a_range_that_makes_no_sense_gets_the_whole_file(stranger: Client, link: str, header: str) -> None:
    response = stranger.get(link, HTTP_RANGE=header)
    assert response.status_code == 200
    assert _body(response) == CONTENT


def test_a_range_beyond_the_end_is_told_the_size(stranger: Client, link: str) -> None:
    response = stranger.get(link, HTTP_RANGE="bytes=1024000-")
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024000"
    assert response.content == b""


def test_a_download_is_resumed_only_into_the_same_file(stranger: Client, link: str, bought: Document) -> None:
    etag = f'"{_revision(bought).sha256}"'
    changed = http_date(int(_revision(bought).created_at.timestamp()))
    for validator in (etag, changed):
        assert stranger.get(link, HTTP_RANGE="bytes=5-9", HTTP_IF_RANGE=validator).status_code == 206
    for validator in ('"other"', f"W/{etag}", http_date(0)):
        response = stranger.get(link, HTTP_RANGE="bytes=5-9", HTTP_IF_RANGE=validator)
        assert response.status_code == 200
        assert _body(response) == CONTENT


def test_who_has_the_file_already_gets_no_second_copy(stranger: Client, link: str, bought: Document) -> None:
    etag = f'"{_revision(bought).sha256}"'
    for method in (stranger.get, stranger.head):
        response = method(link, HTTP_IF_NONE_MATCH=etag)
        assert response.status_code == 304
        assert response["ETag"] == etag
    assert stranger.get(link, HTTP_IF_NONE_MATCH='"other"').status_code == 200
    tomorrow = http_date((timezone.now() + timedelta(days=1)).timestamp())
    assert stranger.get(link, HTTP_IF_MODIFIED_SINCE=tomorrow).status_code == 304


def test_who_insists_on_another_file_is_refused(stranger: Client, link: str, bought: Document) -> None:
    assert stranger.get(link, HTTP_IF_MATCH='"other"').status_code == 412
    assert stranger.get(link, HTTP_IF_MATCH='"other"', HTTP_RANGE="bytes=0-1").status_code == 412
    assert stranger.get(link, HTTP_IF_UNMODIFIED_SINCE=http_date(10**9)).status_code == 412
    assert stranger.get(link, HTTP_IF_MATCH=f'"{_revision(bought).sha256}"').status_code == 200


def test_a_download_in_parts_is_complete_when_no_part_is_missing(stranger: Client, link: str) -> None:
    for header in ("bytes=500000-", "bytes=0-99999", "bytes=0-99999"):
        _body(stranger.get(link, HTTP_RANGE=header))
        assert not Delivery.objects.get().is_complete
    _body(stranger.get(link, HTTP_RANGE="bytes=100000-499999"))
    delivery = Delivery.objects.get()
    assert delivery.is_complete
    assert delivery.intervals == [[0, len(CONTENT)]]
    assert delivery.bytes_sent == len(CONTENT) + 100_000


def test_a_connection_that_breaks_leaves_an_incomplete_delivery(stranger: Client, link: str) -> None:
    response = cast("StreamingHttpResponse", stranger.get(link))
    stream = cast("Generator[bytes]", response._iterator)  # type: ignore[attr-defined]
    assert next(stream) + next(stream) == CONTENT[: 512 * 1024]
    stream.close()  # what a server does when the client is gone
    delivery = Delivery.objects.get()
    assert 0 < delivery.bytes_sent < len(CONTENT)
    assert not delivery.is_complete


@pytest.mark.django_db(transaction=True)
def test_a_proof_is_written_although_the_database_went_away_meanwhile(
    stranger: Client, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    record, calls = services.delivery_record, []

    def record_at_the_second_call(**what: Any) -> None:
        calls.append(connection.connection)
        if len(calls) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        record(**what)

    response = stranger.get(link)
    with mock.patch.object(services, "delivery_record", record_at_the_second_call):
        _body(response)
    assert calls[0] is not calls[1]
    assert "are not noted" in caplog.text
    assert Delivery.objects.get().is_complete


def test_thousands_of_holes_do_not_fill_the_database(link: str) -> None:
    token = Delivery.objects.get().token
    for number in range(600):
        services.delivery_record(token=token, start=number * 10, sent_bytes=1)
    delivery = Delivery.objects.get()
    assert len(delivery.intervals) == 500
    assert delivery.bytes_sent == 600


def test_a_deleted_delivery_is_no_error(db: None) -> None:
    services.delivery_record(token="gone", start=0, sent_bytes=1)


@pytest.mark.django_db(transaction=True)
def test_parts_sent_at_the_same_time_are_all_noted(link: str) -> None:
    token = Delivery.objects.get().token
    outcomes = at_once(
        8, lambda n: services.delivery_record(token=token, start=n * 128_000, sent_bytes=128_000)
    )
    assert outcomes == [None] * 8
    delivery = Delivery.objects.get()
    assert delivery.is_complete
    assert delivery.bytes_sent == len(CONTENT)


def test_a_lost_original_is_admitted(stranger: Client, link: str, bought: Document) -> None:
    _revision(bought).file.storage.delete(str(_revision(bought).file.name))
    for method in (stranger.get, stranger.head):
        assert method(link).status_code == 503


def test_the_web_server_in_front_may_send_the_file(
    stranger: Client, link: str, bought: Document, settings: Any
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    revision = _revision(bought)
    name = revision.file.storage.save("originals/年 度?#.doc", revision.file)
    Revision.objects.filter(pk=revision.pk).update(file=name)
    response = stranger.get(link, HTTP_RANGE="bytes=0-1")
    assert response.status_code == 200
    assert response["X-Accel-Redirect"] == f"/protected/{quote(name)}"
    assert "?" not in response["X-Accel-Redirect"]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["ETag"] == f'"{revision.sha256}"'
    assert response.content == b""


def test_what_the_web_server_in_front_sends_is_handed_over_and_not_proven(
    client_as: Browser, stranger: Client, link: str, dave: User, settings: Any
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    stranger.head(link)
    assert Delivery.objects.get().handed_over_at is None
    stranger.get(link)
    delivery = Delivery.objects.get()
    assert delivery.handed_over_at is not None
    assert (delivery.bytes_sent, delivery.is_complete) == (0, False)
    page = client_as(dave).get(
        reverse("admin:delivery_delivery_changelist"), {"handed_over_at__isempty": "0"}
    )
    assert page.context["cl"].result_count == 1


def test_who_has_the_file_already_is_told_so_before_the_web_server_in_front(
    stranger: Client, link: str, bought: Document, settings: Any
) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    response = stranger.get(link, HTTP_IF_NONE_MATCH=f'"{_revision(bought).sha256}"')
    assert response.status_code == 304
    assert Delivery.objects.get().handed_over_at is None


def test_dave_sees_what_was_delivered(client_as: Browser, link: str, dave: User) -> None:
    delivery = Delivery.objects.get()
    page = client_as(dave).get(reverse("admin:delivery_delivery_changelist"), {"q": delivery.token})
    assert delivery.reader.display_name in page.content.decode()
    change = reverse("admin:delivery_delivery_change", args=[delivery.pk])
    assert client_as(dave).post(change, {"bytes_sent": "0"}).status_code == 403


def test_the_document_page_can_say_how_to_check_the_file(bought: Document) -> None:
    from django.template.loader import render_to_string

    page = render_to_string("documents/_checksum.html", {"revision": bought.current_revision})
    assert _revision(bought).sha256 in page
    assert "certutil" in page
