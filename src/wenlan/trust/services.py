"""What reviewers decide, and the conversation between people and the house."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.accounts.services import mail_template_send
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.text import clean_line, clean_paragraphs
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import (
    amendment_accept,
    amendment_reopen,
    amendment_return,
    document_publish,
    document_reopen,
    document_return,
    document_withdraw,
)
from wenlan.similarity.taken_down import document_texts_bar
from wenlan.trust.complaints import order_money_follow
from wenlan.trust.models import Review, Ticket, TicketMessage, answer_deadline


class EmptyMessage(WenlanError):
    """A reason or a message has nothing in it."""

    code = "empty_message"


@transaction.atomic
def review_decide(
    *,
    reviewer: User,
    document_id: int,
    decision: str,
    reason: str = "",
    revision_id: int | None = None,
    submitted_at: datetime.datetime | None = None,
) -> Review:
    """Publish a document in review, or return it to its author with a reason; the author is told by mail.

    `revision_id` is the revision the reviewer looked at, `submitted_at` when its author had sent it. Raises
    NotAllowed for who is no reviewer and for a reviewer's own document (an operator may decide about theirs),
    EmptyMessage for a return without a reason, Conflict when somebody else has decided, or the author has changed
    something, in the meantime.
    """
    document = _document_to_decide(reviewer, document_id)
    if submitted_at is not None and document.submitted_at != submitted_at:
        raise Conflict(_("The author has changed this in the meantime. Look at it again."))
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


@transaction.atomic
def amendment_decide(
    *, reviewer: User, document_id: int, decision: str, submitted_at: datetime.datetime, reason: str = ""
) -> Review:
    """Accept the other words for a document that its author asked for at `submitted_at`, or return them.

    The author is told by mail. Raises what `review_decide` raises.
    """
    document = _document_to_decide(reviewer, document_id)
    if decision == Review.Decision.ACCEPTED:
        amendment_accept(document_id=document_id, submitted_at=submitted_at)
    elif decision == Review.Decision.REFUSED:
        reason = clean_paragraphs(reason)
        if not reason:
            raise EmptyMessage(_("Write why the change is returned."))
        amendment_return(document_id=document_id, submitted_at=submitted_at, reason=reason)
    else:
        raise ValueError(f"{decision!r} is no decision.")
    document.refresh_from_db(fields=["title"])
    assert document.current_revision is not None  # noqa: S101 - what readers know has one; tells the type checker
    review = Review.objects.create(
        document=document,
        revision=document.current_revision,
        reviewer=reviewer,
        decision=decision,
        reason=reason,
    )
    _author_tell(review)
    return review


@transaction.atomic
def review_undo(*, reviewer: User, review_id: int) -> Review:
    """Take back one's own decision: what was decided about is in review again, and its author is told.

    Raises NotAllowed for anybody but who decided, Conflict after 15 minutes, and when somebody has gone on from
    the decision in the meantime.
    """
    review = Review.objects.filter(pk=review_id).select_related("document__author").first()
    if review is None or review.reviewer_id != reviewer.pk:
        raise NotAllowed(_("Only who decided can take a decision back."))
    latest = Review.objects.filter(document=review.document_id).values_list("pk", flat=True).first()
    if not review.can_be_undone or latest != review.pk:
        raise Conflict(_("This decision can no longer be taken back."))
    if review.decision in {Review.Decision.PUBLISHED, Review.Decision.RETURNED}:
        document_reopen(document_id=review.document_id)
    else:
        amendment_reopen(document_id=review.document_id)
    taken_back = Review.objects.filter(pk=review_id, undone_at=None).update(undone_at=timezone.now())
    if not taken_back:
        raise Conflict(_("This decision can no longer be taken back."))
    mail_author(review.document, "decision_undone", path=reverse("documents:edit", args=[review.document_id]))
    return review


@transaction.atomic
def document_takedown(*, operator: User, document_id: int, reason: str, stays_down: bool = False) -> None:
    """Take a published document off the shelf for the house; its author is told why by mail and beside the document.

    With `stays_down` the rule for such texts holds for whoever uploads its text again. Raises NotAllowed for anybody but operators, EmptyMessage without a reason, Conflict when it is not published.
    """
    if not operator.is_staff:
        raise NotAllowed(_("Only operators take documents down."))
    reason = clean_paragraphs(reason)
    if not reason:
        raise EmptyMessage(_("Write why; the author reads it."))
    document_withdraw(actor=operator, document_id=document_id, reason=reason)
    if stays_down:
        document_texts_bar(document_id=document_id)
    document = Document.objects.select_related("author").get(pk=document_id)
    mail_author(
        document,
        "taken_down",
        path=reverse("documents:edit", args=[document_id]),
        reason=reason,
        help_url=settings.SITE_URL + reverse("trust:help"),
    )


def _document_to_decide(reviewer: User, document_id: int) -> Document:
    document = Document.objects.select_related("author", "current_revision").filter(pk=document_id).first()
    if document is None:
        raise Conflict(_("This document no longer exists."))
    reviewer_check(reviewer, document)
    return document


def reviewer_check(reviewer: User, document: Document) -> None:
    """Raise NotAllowed for who may not decide about `document`."""
    if not (reviewer.is_reviewer or reviewer.is_staff):
        raise NotAllowed(_("Only reviewers decide about documents."))
    # An operator may: a house that one person runs has nobody else to ask.
    if document.author_id == reviewer.pk and not reviewer.is_staff:
        raise NotAllowed(_("Another reviewer decides about your own document."))


def _author_tell(review: Review) -> None:
    path = (
        review.document.get_absolute_url()
        if review.is_welcome
        else reverse("documents:edit", args=[review.document_id])
    )
    mail_author(review.document, review.decision, path=path, review=review)


def mail_author(document: Document, template: str, *, path: str, **context: Any) -> None:
    """Send the author of `document` the mail of `templates/trust/mail/`, which leads to `path`."""
    mail_from_template(
        to=document.author.email,
        language=document.author.language,
        template=template,
        context={"document": document, "url": settings.SITE_URL + path, **context},
    )


def mail_from_template(*, to: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send the mail of `templates/trust/mail/`, whose first line is the subject."""
    mail_template_send(to=to, language=language, template=f"trust/mail/{template}.txt", context=context)


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

    `email` and `language` are those of the account if there is one. While a complaint of something bought waits, its
    money is held. Raises EmptyMessage.
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
    order_money_follow(ticket)
    return ticket


def _ticket_mail(ticket: Ticket, template: str, **context: Any) -> None:
    url = settings.SITE_URL + ticket.get_absolute_url()
    mail_from_template(
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
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    message = _message_add(ticket, author=author, body=body, is_from_house=False)
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.OPEN, due_at=answer_deadline())
    order_money_follow(ticket)
    return message


@transaction.atomic
def ticket_answer(*, ticket_id: int, operator: User, body: str) -> TicketMessage:
    """Answer a ticket for the house; its reporter is told by mail.

    Raises NotAllowed for anybody but operators, EmptyMessage.
    """
    if not operator.is_staff:
        raise NotAllowed(_("Only operators answer for the house."))
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    message = _message_add(ticket, author=operator, body=body, is_from_house=True)
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.ANSWERED)
    order_money_follow(ticket)
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


@transaction.atomic
def ticket_close(*, ticket_id: int) -> None:
    """Close a ticket that is settled; a closed one stays closed."""
    Ticket.objects.filter(pk=ticket_id).update(state=Ticket.State.CLOSED)
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is not None:
        order_money_follow(ticket)
