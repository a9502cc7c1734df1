"""Asking the house, with or without an account."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.trust import services
from wenlan.trust.models import Ticket, new_code

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]

pytestmark = pytest.mark.django_db

QUESTION = {"kind": "help", "subject": "下载", "body": "怎么下载？", "email": "Reader@Example.com"}


def _ask(client: Client, **changes: str) -> Any:
    return client.post(reverse("trust:help"), {**QUESTION, **changes})


def _ticket(**changes: Any) -> Ticket:
    return services.ticket_open(**{**QUESTION, **changes})


def test_a_stranger_asks_and_finds_the_way_back_in_a_mail(client: Client) -> None:
    answer = _ask(client)

    ticket = Ticket.objects.get()
    assert answer["Location"] == reverse("trust:ticket", args=[ticket.code])
    mail = OutgoingMail.objects.get()
    assert mail.to == ticket.email == "reader@example.com"
    assert ticket.get_absolute_url() in mail.body
    assert "怎么下载？" in Client().get(ticket.get_absolute_url()).content.decode()


def test_the_first_mail_repeats_nothing_the_stranger_wrote(client: Client) -> None:
    _ask(client, subject="Win a car", body="at evil.example")

    mail = OutgoingMail.objects.get()
    assert "car" not in mail.subject + mail.body
    assert "evil" not in mail.subject + mail.body


def test_the_house_promises_an_answer_within_three_days() -> None:
    ticket = _ticket()

    assert abs(ticket.due_at - timezone.now() - datetime.timedelta(days=3)) < datetime.timedelta(minutes=1)


def test_somebody_with_an_account_is_not_asked_for_an_address(client_as: ClientAs, bob: User) -> None:
    client = client_as(bob)
    assert "email" not in client.get(reverse("trust:help")).context["form"].fields

    _ask(client, email="somebody@else.example")

    ticket = Ticket.objects.get()
    assert (ticket.reporter, ticket.email) == (bob, "bob@example.com")
    assert ticket.subject in client.get(reverse("trust:help")).content.decode()


@pytest.mark.parametrize("field", ["subject", "body", "email", "kind"])
@pytest.mark.parametrize("value", ["", " \u200b\t"])
def test_a_question_without_what_it_needs_is_not_stored(client: Client, field: str, value: str) -> None:
    answer = _ask(client, **{field: value})

    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert not Ticket.objects.exists()


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(
    client: Client, published_document: MakeDocument
) -> None:
    report = reverse("trust:report", args=[published_document().pk])

    assert _ask(client, website="https://spam.example").status_code == 302
    filled = {"reason": "other", "body": "x", "email": "a@b.example", "website": "x"}
    assert client.post(report, filled).status_code == 302

    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_the_sixth_ticket_of_an_hour_is_asked_to_wait(client: Client, client_as: ClientAs, bob: User) -> None:
    answers = [_ask(client) for _number in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [400]
    assert Ticket.objects.count() == 5
    assert _ask(client_as(bob)).status_code == 302  # a person is not mistaken for the neighbour


def test_many_addresses_of_one_household_count_as_one(client: Client) -> None:
    statuses = [
        client.post(reverse("trust:help"), QUESTION, REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code
        for number in range(6)
    ]

    assert statuses[-1] == 400
    elsewhere = client.post(reverse("trust:help"), QUESTION, REMOTE_ADDR="2001:db8:1:3::1")
    assert elsewhere.status_code == 302


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("content", "report"),
        ("preview", "report"),
        ("download", "download_failed"),
        ("copyright", "copyright"),
        ("other", "report"),
    ],
)
def test_a_document_is_reported_without_an_account(
    client: Client, published_document: MakeDocument, reason: str, kind: str
) -> None:
    document = published_document(title="秋天的账目")
    path = reverse("trust:report", args=[document.pk])
    assert "秋天的账目" in client.get(path).content.decode()

    client.post(path, {"reason": reason, "body": "Page 2", "email": "reader@example.com"})

    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.document) == (kind, document)
    assert "秋天的账目" in ticket.subject


def test_a_report_without_a_reason_that_exists_is_not_stored(
    client: Client, published_document: MakeDocument
) -> None:
    path = reverse("trust:report", args=[published_document().pk])

    answer = client.post(path, {"reason": "boredom", "body": "…", "email": "reader@example.com"})

    assert answer.context["form"].errors["reason"]


@pytest.mark.parametrize("person", ["bob", "mallory", None])
def test_what_cannot_be_seen_cannot_be_reported(
    client_as: ClientAs, request: pytest.FixtureRequest, draft_document: MakeDocument, person: str | None
) -> None:
    path = reverse("trust:report", args=[draft_document(title="Secret").pk])
    client = client_as(request.getfixturevalue(person) if person else None)

    assert client.get(path).status_code == 404
    assert client.post(path, {"reason": "other", "body": "x", "email": "a@b.example"}).status_code == 404


def test_a_ticket_does_not_lead_its_reader_to_a_document_that_is_gone(
    client: Client, published_document: MakeDocument
) -> None:
    document = published_document(title="Gone tomorrow")
    ticket = _ticket(document=document)
    Document.objects.filter(pk=document.pk).update(state=Document.State.DRAFT)

    assert document.get_absolute_url() not in client.get(ticket.get_absolute_url()).content.decode()


def test_dave_answers_and_the_reader_hears_of_it_in_the_language_of_the_question(
    client_as: ClientAs, dave: User
) -> None:
    ticket = _ticket(language="en")
    OutgoingMail.objects.all().delete()

    client_as(dave).post(ticket.get_absolute_url(), {"body": "Open your library."})

    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.ANSWERED
    mail = OutgoingMail.objects.get()
    assert mail.to == "reader@example.com"
    assert "Open your library." in mail.body
    assert mail.subject.startswith("An answer to your message")
    assert "Open your library." in Client().get(ticket.get_absolute_url()).content.decode()


def test_the_reader_writes_again_and_the_deadline_starts_anew(client: Client, dave: User) -> None:
    ticket = _ticket()
    services.ticket_answer(ticket_id=ticket.pk, operator=dave, body="Open your library.")
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=long_ago)

    client.post(ticket.get_absolute_url(), {"body": "It is not there."})

    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN
    assert ticket.due_at > timezone.now()
    assert [message.is_from_house for message in ticket.messages.all()] == [True, False]


@pytest.mark.parametrize("person", ["alice", "bob", "carol", "mallory"])
def test_nobody_but_operators_speaks_for_the_house(
    client_as: ClientAs, request: pytest.FixtureRequest, person: str
) -> None:
    ticket = _ticket()
    user = request.getfixturevalue(person)

    client_as(user).post(ticket.get_absolute_url(), {"body": "I am the house."})
    with pytest.raises(NotAllowed):
        services.ticket_answer(ticket_id=ticket.pk, operator=user, body="I am the house.")

    assert [message.is_from_house for message in ticket.messages.all()] == [False]


def test_a_settled_ticket_is_closed_and_opened_again_by_writing(client: Client) -> None:
    ticket = _ticket()

    client.post(ticket.get_absolute_url(), {"close": ""})
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.CLOSED
    client.post(ticket.get_absolute_url(), {"body": "It broke again."})
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN


@pytest.mark.parametrize("body", ["", "  ", "\u200b", "x" * 5001])
def test_a_message_that_says_nothing_or_too_much_is_not_stored(client: Client, body: str) -> None:
    ticket = _ticket()

    answer = client.post(ticket.get_absolute_url(), {"body": body})

    assert answer.context["form"].errors["body"]
    assert not ticket.messages.exists()


def test_markup_in_a_ticket_stays_text(client: Client) -> None:
    ticket = _ticket(subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    services.ticket_reply(ticket_id=ticket.pk, author=None, body="<b>loud</b>")

    html = client.get(ticket.get_absolute_url()).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>loud" not in html


def test_a_ticket_is_not_for_search_engines_or_other_sites(client: Client) -> None:
    answer = client.get(_ticket().get_absolute_url())

    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("code", ["1", "abcd-efgh-jkmn-pqrs", "tickets2", "x" * 300, "%27--", "%00"])
def test_a_guessed_code_finds_nothing(client: Client, code: str) -> None:
    _ticket()

    assert client.get(f"/help/{code}/").status_code == 404


def test_codes_are_long_and_differ() -> None:
    codes = {new_code() for _number in range(1000)}

    assert len(codes) == 1000
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", code) for code in codes)


def test_dave_sees_first_what_must_be_answered_first(client_as: ClientAs, dave: User) -> None:
    relaxed, urgent, closed = _ticket(), _ticket(), _ticket()
    Ticket.objects.filter(pk=urgent.pk).update(due_at=timezone.now() - datetime.timedelta(hours=1))
    services.ticket_close(ticket_id=closed.pk)
    client = client_as(dave)

    listed = client.get(reverse("trust:tickets"))
    assert list(listed.context["page_obj"]) == [urgent, relaxed]
    assert "state--bad" in listed.content.decode()
    assert list(client.get(reverse("trust:tickets"), {"state": "closed"}).context["page_obj"]) == [closed]


@pytest.mark.parametrize("person", ["alice", "bob", "carol", "mallory", None])
def test_nobody_else_sees_the_tickets_of_all_readers(
    client_as: ClientAs, request: pytest.FixtureRequest, person: str | None
) -> None:
    client = client_as(request.getfixturevalue(person) if person else None)

    assert client.get(reverse("trust:tickets")).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_help_page_speaks_both_languages(client: Client, language: str) -> None:
    client.cookies["django_language"] = language

    html = client.get(reverse("trust:help")).content.decode()

    assert f'<html lang="{language}"' in html
    assert ("Write to us" in html) == (language == "en")
    assert ("联系我们" in html) == (language == "zh-hans")


@pytest.mark.parametrize("model", ["review", "ticket", "ticketmessage"])
def test_dave_finds_everything_in_the_administration(client_as: ClientAs, dave: User, model: str) -> None:
    ticket = _ticket()
    services.ticket_reply(ticket_id=ticket.pk, author=None, body="more")
    client = client_as(dave)

    assert client.get(reverse(f"admin:trust_{model}_changelist"), {"q": "a"}).status_code == 200
    assert client.get(reverse("admin:trust_ticket_change", args=[ticket.pk])).status_code == 200
