"""Watching a conversion, and trying it again, in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conversion.conftest import Uploader
from wenlan.accounts.models import User
from wenlan.documents.models import Document, Revision

ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]
HTMX = {"HX-Request": "true"}
State = Revision.State


def status_of(client: Client, revision: Revision, query: str = "") -> str:
    address = reverse("conversion:status", args=[revision.document_id])
    response = client.get(address + query, headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    return response.text


def test_a_waiting_file_is_asked_about_less_often_than_one_at_work(
    client_as: ClientAs, alice: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    assert 'hx-trigger="every 3s"' in status_of(client_as(alice), revision)
    Revision.objects.filter(pk=revision.pk).update(state=State.CONVERTING)
    assert 'hx-trigger="every 1s"' in status_of(client_as(alice), revision)


def test_progress_is_told_in_pages(client_as: ClientAs, alice: User, uploaded: Uploader) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(
        state=State.CONVERTING, stage="rendering", pages_done=3, page_count=12
    )
    text = status_of(client_as(alice), revision)
    assert 'max="12" value="3"' in text
    assert 'hx-trigger="every 1s"' in text


def test_the_asking_stops_when_it_is_over(client_as: ClientAs, alice: User, draft_document: Factory) -> None:
    revision = draft_document().revisions.get()
    for state in (State.READY, State.FAILED, State.QUARANTINED):
        Revision.objects.filter(pk=revision.pk).update(state=state)
        assert "hx-trigger" not in status_of(client_as(alice), revision)


def test_a_list_asks_a_single_question_for_all_its_files(
    client_as: ClientAs, alice: User, uploaded: Uploader, draft_document: Factory
) -> None:
    draft_document()
    revisions = [uploaded(f"text {number}") for number in range(3)]
    client = client_as(alice)
    page = client.get(reverse("documents:mine")).text
    assert page.count("hx-trigger") == 1
    assert 'hx-trigger="every 5s"' in page

    (question,) = re.findall(r'hx-get="([^"]*conversions[^"]*)"', page)
    Revision.objects.filter(pk=revisions[0].pk).update(state=State.CONVERTING, stage="rendering")
    Revision.objects.filter(pk=revisions[1].pk).update(state=State.READY, page_count=1)
    answer = client.get(unescape(question), headers=HTMX).text
    assert answer.count('hx-swap-oob="true"') == 3
    assert answer.count("hx-trigger") == 1
    assert 'hx-trigger="every 2s"' in answer
    (following,) = re.findall(r'hx-get="([^"]*conversions[^"]*)"', answer)
    watched = [f"documents={revision.document_id}" for revision in revisions]
    assert [question in unescape(following) for question in watched] == [True, False, True]


def test_the_question_about_a_list_ends_when_all_is_over(
    client_as: ClientAs, alice: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    Revision.objects.update(state=State.READY, page_count=1)
    address = reverse("conversion:statuses") + f"?documents={revision.document_id}&documents=x"
    answer = client_as(alice).get(address, headers=HTMX).text
    assert "hx-trigger" not in answer
    assert 'id="conversions"' in answer


def test_nobody_is_told_about_the_files_of_others(
    client_as: ClientAs, mallory: User, uploaded: Uploader
) -> None:
    address = reverse("conversion:statuses") + f"?documents={uploaded().document_id}"
    assert "conversion-" not in client_as(mallory).get(address, headers=HTMX).text


def test_a_list_is_answered_in_as_many_queries_for_many_files_as_for_one(
    client_as: ClientAs, alice: User, uploaded: Uploader
) -> None:
    client, address, counts = client_as(alice), reverse("conversion:statuses"), []
    for amount in (1, 50):
        documents = [uploaded(f"text {amount} {number}").document_id for number in range(amount)]
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"documents": documents}, headers=HTMX)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_first_page_is_shown_as_soon_as_there_is_one(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    revision = document.revisions.get()
    Revision.objects.filter(pk=revision.pk).update(state=State.CONVERTING)
    address = reverse("documents:page_image", args=[document.pk, revision.pk, 1, 72])
    client = client_as(alice)
    assert address in status_of(client, revision)
    assert client.get(address).status_code == 200
    assert address not in status_of(client, revision, "?short=1")


def test_a_failure_says_why_and_offers_to_try_again(
    client_as: ClientAs, alice: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.FAILED, error_code="timed_out")
    client = client_as(alice)
    client.cookies["django_language"] = "en"
    text = status_of(client, revision)
    assert "The conversion took too long" in text
    assert reverse("documents:delete", args=[revision.document_id]) not in text
    retry = reverse("conversion:retry", args=[revision.document_id])
    assert f'action="{retry}"' in text
    assert 'hx-trigger="every 3s"' in client.post(retry, headers=HTMX).text
    revision.refresh_from_db()
    assert revision.state == State.PENDING


@pytest.mark.parametrize("cause", ["too_large", "password_protected", "damaged", "no_pages"])
def test_what_fails_again_and_again_is_offered_for_deletion_instead(
    client_as: ClientAs, alice: User, uploaded: Uploader, cause: str
) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.FAILED, error_code=cause)
    text = status_of(client_as(alice), revision)
    assert reverse("documents:delete", args=[revision.document_id]) in text
    assert reverse("conversion:retry", args=[revision.document_id]) not in text


def test_trying_again_works_without_a_script(client_as: ClientAs, alice: User, uploaded: Uploader) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.FAILED)
    response = client_as(alice).post(reverse("conversion:retry", args=[revision.document_id]))
    assert response["Location"] == reverse("documents:edit", args=[revision.document_id])


def test_a_file_in_quarantine_is_tried_again_by_operators_only(
    client_as: ClientAs, alice: User, dave: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    Revision.objects.filter(pk=revision.pk).update(state=State.QUARANTINED, error_code="quarantined")
    retry = reverse("conversion:retry", args=[revision.document_id])
    assert retry not in status_of(client_as(alice), revision)
    assert retry in status_of(client_as(dave), revision)
    assert client_as(alice).post(retry).status_code == 403


def test_a_browser_that_comes_by_itself_is_shown_the_document(
    client_as: ClientAs, alice: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    response = client_as(alice).get(reverse("conversion:status", args=[revision.document_id]))
    assert response["Location"] == reverse("documents:edit", args=[revision.document_id])


@pytest.mark.parametrize("verb", ["status", "retry"])
def test_nobody_else_watches_or_restarts(
    client_as: ClientAs, bob: User, carol: User, mallory: User, uploaded: Uploader, verb: str
) -> None:
    address = reverse(f"conversion:{verb}", args=[uploaded().document_id])
    for user in (bob, carol, mallory):
        client = client_as(user)
        answer = client.get(address, headers=HTMX) if verb == "status" else client.post(address)
        assert answer.status_code == 404
    assert client_as(None).post(address).status_code in {302, 405}
