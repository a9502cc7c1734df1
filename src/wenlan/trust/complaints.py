"""What a complaint about something bought does to its money."""

from __future__ import annotations

from wenlan.orders.models import Order
from wenlan.orders.selectors import order_live
from wenlan.orders.services import order_hold, order_unhold
from wenlan.trust.models import Ticket

COMPLAINTS = (Ticket.Kind.REPORT, Ticket.Kind.DOWNLOAD_FAILED)
"""Kinds of tickets by which a buyer says that they did not get what they paid for."""


def order_complained_of(ticket: Ticket) -> Order | None:
    """The order that `ticket` is about: its reporter has bought the document and complains of it."""
    if ticket.kind not in COMPLAINTS or ticket.reporter is None or ticket.document is None:
        return None
    return order_live(reader=ticket.reporter, document=ticket.document)


def order_money_follow(ticket: Ticket) -> None:
    """Hold the money of the order while a complaint of it waits for the house, and let go of it afterwards.

    To be called, inside the transaction, whenever the state of a ticket has changed; harmless for any other ticket.
    """
    order = order_complained_of(ticket)
    if order is None:
        return
    if order.held_cause.startswith("ticket:"):
        order_unhold(order_id=order.pk, cause=order.held_cause)
    waiting = Ticket.objects.filter(
        kind__in=COMPLAINTS, reporter=ticket.reporter, document=ticket.document, state=Ticket.State.OPEN
    )
    first = waiting.order_by("pk").first()
    if first is not None:
        order_hold(order_id=order.pk, cause=f"ticket:{first.pk}")
