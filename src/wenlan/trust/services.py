"""What reviewers decide, and the conversation between people and the house."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenlan.accounts.models import User
from wenlan.accounts.services import mail_send
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.text import clean_line, clean_paragraphs
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_publish, document_return
from wenlan.trust.models import Review, Ticket, TicketMessage, answer_deadline


class EmptyMessage(WenlanError):
    """A reason or a message has nothing in it."""

    code = "empty_message"


@transaction.atomic
def review_decide(
    *, reviewer: User, document_id: int, decision: str, reason: str = "", revision_id: int | None = None
) -> Review:
    """Publish a document in review, or return it to its author with a reason; the author is told by mail.

    `revision_id` is the revision the reviewer looked at. Raises NotAllowed for who is no reviewer and for a
    reviewer's own document (an operator may decide about theirs), EmptyMessage for a return without a reason, Conflict when somebody else has decided, or the
    author has changed the file, in the meantime.
    """
    document = Document.objects.select_related("author").filter(pk=document_id).first()
    if document is None:
        raise Conflict(_("This document no longer exists."))
    _may_decide(reviewer, document)
    reason = clean_paragraphs(reason)
    if decision == Review.Decision.PUBLISHED:
        document_publish(document_id=document_id)
    elif decision == Review.Decision.RETURNED:
        if not reason:
            raise EmptyMessage(_("Write why the document is returned."))
        document_return(document_id=document_id, reason=reason)
    else:
        raise ValueError(f"{decision!r} is no decision.")
    revision = document.revisions.filter(state=Revision.State.READY).order_by("-number").first()
    if revision is None or (revision_id is not None and revision.pk != revision_id):
        raise Conflict(_("The author has changed the file in the meantime. Look at it again."))
    review = Review.objects.create(
        document=document, revision=revision, reviewer=reviewer, decision=decision, reason=reason
    )
    _author_tell(review)
    return review


def _may_decide(reviewer: User, document: Document) -> None:
    if not (reviewer.is_reviewer or reviewer.is_staff):
        raise NotAllowed(_("Only reviewers decide about documents."))
    # An operator may: a house that one person runs has nobody else to ask.
    if document.author_id == reviewer.pk and not reviewer.is_staff:
        raise NotAllowed(_("Another reviewer decides about your own document."))


def _author_tell(review: Review) -> None:
    author = review.document.author
    is_published = review.decision == Review.Decision.PUBLISHED
    path = (
        review.document.get_absolute_url()
        if is_published
        else reverse("documents:edit", args=[review.document_id])
    )
    _mail(
        to=author.email,
        language=author.language,
        template="published" if is_published else "returned",
        context={"review": review, "document": review.document, "url": settings.SITE_URL + path},
    )


def _mail(*, to: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send the mail of `templates/trust/mail/`, whose first line is the subject."""
    with override(language):
        text = render_to_string(f"trust/mail/{template}.txt", {"site_name": settings.SITE_NAME, **context})
    subject, _newline, body = text.strip().partition("\n")
    mail_send(to=to, subject=subject, body=body)


@transaction.atomic
def ticket_open(
    *,
    kind: str,
    subject: str,
    body: str,
    email: str,
    reporter: User | AnonymousUser | None = None,
    document: Document | None = None,
    language: str | None = None,
) -> Ticket:
    """Store what somebody asks and mail them the way back to it. The house answers within three days.

    `email` and `language` are those of the account if there is one. Raises EmptyMessage.
    """
    person = reporter if isinstance(reporter, User) else None
    body = clean_paragraphs(body)
    subject = clean_line(subject)[:200]
    if not body or not subject:
        raise EmptyMessage(_("Write what it is about."))
    ticket = Ticket.objects.create(
        kind=kind,
        document=document,
        reporter=person,
        email=person.email if person else email.lower(),
        language=person.language if person else language or settings.LANGUAGE_CODE,
        subject=subject,
        body=body,
    )
    _ticket_mail(ticket, "ticket_opened")
    return ticket


def _ticket_mail(ticket: Ticket, template: str, **context: Any) -> None:
    url = settings.SITE_URL + ticket.get_absolute_url()
    _mail(
        to=ticket.email,
        language=ticket.language,
        template=template,
        context={"ticket": ticket, "url": url, **context},
    )


@transaction.atomic
def ticket_reply(*, ticket_id: int, author: User | AnonymousUser | None, body: str) -> TicketMessage:
    """Add what the person who opened a ticket has to say; it is open again and the deadline starts anew.

    Raises EmptyMessage.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    message = _message_add(ticket, author=author, body=body, is_from_house=False)
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.OPEN, due_at=answer_deadline())
    return message


@transaction.atomic
def ticket_answer(*, ticket_id: int, operator: User, body: str) -> TicketMessage:
    """Answer a ticket for the house; its reporter is told by mail.

    Raises NotAllowed for anybody but operators, EmptyMessage.
    """
    if not operator.is_staff:
        raise NotAllowed(_("Only operators answer for the house."))
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    message = _message_add(ticket, author=operator, body=body, is_from_house=True)
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.ANSWERED)
    _ticket_mail(ticket, "ticket_answered", message=message)
    return message


def _message_add(
    ticket: Ticket, *, author: User | AnonymousUser | None, body: str, is_from_house: bool
) -> TicketMessage:
    body = clean_paragraphs(body)
    if not body:
        raise EmptyMessage(_("Write something first."))
    return TicketMessage.objects.create(
        ticket=ticket,
        author=author if isinstance(author, User) else None,
        body=body,
        is_from_house=is_from_house,
        created_at=timezone.now(),
    )


def ticket_close(*, ticket_id: int) -> None:
    """Close a ticket that is settled; a closed one stays closed."""
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.CLOSED)
