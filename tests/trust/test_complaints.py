"""A buyer who complains: the money of their order waits for the house's answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import Order
from wenlan.orders.services import document_buy
from wenlan.trust.models import Ticket
from wenlan.trust.services import ticket_answer, ticket_close, ticket_open, ticket_reply


@pytest.fixture
def order(published_document: Callable[..., Document], bob: User) -> Order:
    give_money(bob, 400)
    document = published_document(price_minor=400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    return Order.objects.get()


def _complain(order: Order, reporter: User | None, kind: str = "report") -> Ticket:
    return ticket_open(
        kind=kind,
        subject="内容与标题不符",
        body="里面是别的文件。",
        email="somebody@example.com",
        reporter=reporter,
        document=order.document,
    )


def _cause(order: Order) -> str:
    order.refresh_from_db()
    return order.held_cause


def test_the_money_waits_until_the_house_has_answered(order: Order, bob: User, dave: User) -> None:
    ticket = _complain(order, bob)
    assert _cause(order) == f"ticket:{ticket.pk}"
    ticket_answer(ticket_id=ticket.pk, operator=dave, body="我们看过了。")
    assert _cause(order) == ""
    ticket_reply(ticket_id=ticket.pk, author=bob, body="还是不对。")
    assert _cause(order) == f"ticket:{ticket.pk}"
    ticket_close(ticket_id=ticket.pk)
    assert _cause(order) == ""


def test_while_another_complaint_waits_the_money_does(order: Order, bob: User) -> None:
    first, second = _complain(order, bob), _complain(order, bob, "download_failed")
    ticket_close(ticket_id=first.pk)
    assert _cause(order) == f"ticket:{second.pk}"
    ticket_close(ticket_id=second.pk)
    assert _cause(order) == ""


def test_who_has_not_bought_it_holds_nothing(order: Order, mallory: User) -> None:
    _complain(order, mallory)
    _complain(order, None)
    assert _cause(order) == ""


def test_a_question_holds_nothing(order: Order, bob: User) -> None:
    _complain(order, bob, "help")
    assert _cause(order) == ""


def test_only_the_house_sees_the_order_beside_the_ticket(
    client_as: Callable[[User | None], Client], order: Order, bob: User, dave: User
) -> None:
    ticket = _complain(order, bob)
    link = reverse("orders:house_refund", args=[order.pk])
    assert link in client_as(dave).get(ticket.get_absolute_url()).content.decode()
    assert link not in client_as(bob).get(ticket.get_absolute_url()).content.decode()
