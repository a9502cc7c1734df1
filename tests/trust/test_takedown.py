"""Dave takes a document off the shelf, and its author is told why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.models import Document
from wenlan.trust import services

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]


def test_dave_comes_from_a_report_to_the_document_and_takes_it_down(
    client_as: ClientAs, dave: User, bob: User, published_document: MakeDocument
) -> None:
    document = published_document(title="秋天的账目")
    ticket = services.ticket_open(
        kind="report", subject="x", body="Page 3 is mine.", email="", reporter=bob, document=document
    )
    OutgoingMail.objects.all().delete()
    client = client_as(dave)
    takedown = f"{reverse('trust:takedown', args=[document.pk])}?next={ticket.get_absolute_url()}"
    assert takedown in client.get(ticket.get_absolute_url()).text
    assert "秋天的账目" in client.get(takedown).text

    answer = client.post(takedown, {"reason": "Page 3 is Bob's."})

    assert answer["Location"] == ticket.get_absolute_url()
    document.refresh_from_db()
    assert (document.state, document.withdrawn_by, document.withdrawal_reason) == (
        "withdrawn",
        dave,
        "Page 3 is Bob's.",
    )
    mail = OutgoingMail.objects.get()
    assert mail.to == "alice@example.com"
    assert "Page 3 is Bob's." in mail.body
    assert reverse("documents:edit", args=[document.pk]) in mail.body


def test_alice_reads_why_beside_the_document(
    client_as: ClientAs, alice: User, dave: User, published_document: MakeDocument
) -> None:
    document = published_document()
    services.document_takedown(operator=dave, document_id=document.pk, reason="<b>Not</b> yours.")

    assert "&lt;b&gt;Not&lt;/b&gt; yours." in client_as(alice).get(f"/my/documents/{document.pk}/").text


@pytest.mark.parametrize("reason", ["", " \u200b\n"])
def test_a_takedown_needs_a_reason(
    client_as: ClientAs, dave: User, published_document: MakeDocument, reason: str
) -> None:
    document = published_document()

    answer = client_as(dave).post(reverse("trust:takedown", args=[document.pk]), {"reason": reason})

    assert answer.context["form"].errors["reason"]
    with pytest.raises(services.EmptyMessage):
        services.document_takedown(operator=dave, document_id=document.pk, reason=reason)
    document.refresh_from_db()
    assert document.is_published


@pytest.mark.parametrize("person", ["alice", "bob", "carol", "mallory", None])
def test_for_everybody_else_there_is_no_takedown(
    client_as: ClientAs,
    request: pytest.FixtureRequest,
    published_document: MakeDocument,
    person: str | None,
) -> None:
    document = published_document()
    user = request.getfixturevalue(person) if person else None
    client = client_as(user)
    path = reverse("trust:takedown", args=[document.pk])

    assert client.get(path).status_code == 404
    assert client.post(path, {"reason": "Mine."}).status_code == 404
    assert path not in client.get(document.get_absolute_url()).text
    if user is not None:
        with pytest.raises(NotAllowed):
            services.document_takedown(operator=user, document_id=document.pk, reason="Mine.")
    document.refresh_from_db()
    assert document.is_published


def test_the_page_of_a_document_leads_dave_to_its_desk_and_the_takedown(
    client_as: ClientAs, dave: User, published_document: MakeDocument
) -> None:
    document = published_document()
    page = client_as(dave).get(document.get_absolute_url()).text

    assert reverse("documents:edit", args=[document.pk]) in page
    assert reverse("trust:takedown", args=[document.pk]) in page


def test_what_is_not_on_the_shelf_cannot_be_taken_down(
    client_as: ClientAs, dave: User, draft_document: MakeDocument
) -> None:
    document = draft_document()

    assert client_as(dave).get(reverse("trust:takedown", args=[document.pk])).status_code == 409
    with pytest.raises(Conflict):
        services.document_takedown(operator=dave, document_id=document.pk, reason="No.")


def test_the_way_back_leads_nowhere_else(
    client_as: ClientAs, dave: User, published_document: MakeDocument
) -> None:
    document = published_document()
    path = reverse("trust:takedown", args=[document.pk])

    page = client_as(dave).get(path, {"next": "https://evil.example/"})

    assert page.context["origin"] == reverse("web:home")
