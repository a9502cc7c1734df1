"""What changes about people."""

from __future__ import annotations

import datetime
import logging
import secrets
import smtplib
from collections.abc import Iterable
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import (
    get_language,
    get_supported_language_variant,
    gettext,
    override,
)

from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.handlers import handlers
from wenlan.core.text import clean_line, clean_paragraphs

logger = logging.getLogger(__name__)

#: How long a worker may take over one mail before another may try it.
MAIL_LEASE = datetime.timedelta(minutes=3)
#: How long to wait after the first, second … attempt that failed; after the last of them the mail is given up.
MAIL_PAUSES = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 180, 360, 720))
#: What was sent or given up is forgotten after this time.
MAIL_KEPT = datetime.timedelta(days=30)
MAIL_SWEEP_LIMIT = 100


@transaction.atomic
def person_create(
    *,
    email: str,
    password: str | None,
    display_name: str,
    language: str = "zh-hans",
    is_author: bool = False,
    is_reviewer: bool = False,
    is_operator: bool = False,
) -> User:
    """Store a person whose e-mail address counts as confirmed, so that they can sign in at once.

    Raises django.db.IntegrityError if the address, in any case, is taken.
    """
    user = User.objects.create_user(
        email,
        password,
        display_name=clean_line(display_name)[:60],
        language=language,
        is_author=is_author,
        is_reviewer=is_reviewer,
        is_staff=is_operator,
        is_superuser=is_operator,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def guest_create() -> User:
    """Store a guest, whose mail is in the language of the page they are on. Nobody can sign in as one.

    The address is none (RFC 2606 reserves `.invalid`); no password ever matches.
    """
    return User.objects.create_user(
        f"guest-{secrets.token_hex(12)}@guest.invalid",
        None,
        display_name=gettext("Guest"),
        language=get_supported_language_variant(get_language() or settings.LANGUAGE_CODE),
        is_guest=True,
        is_active=False,
    )


@transaction.atomic
def guest_becomes(*, user: User, email: str, password: str, display_name: str) -> User:
    """Make an account of a guest, whose e-mail address counts as confirmed: they came by a link sent there.

    Raises django.db.IntegrityError if the address, in any case, is taken.
    """
    user.email = email.lower()
    user.display_name = clean_line(display_name)[:60]
    user.is_guest, user.is_active = False, True
    user.date_joined = timezone.now()
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def person_email_set(*, user: User, email: str) -> None:
    """Make `email` the one confirmed address `user` signs in with. For operators, who vouch for it."""
    user.email = email.lower()
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def profile_update(*, user: User, display_name: str, bio: str, language: str) -> None:
    name_before = User.objects.values_list("display_name", flat=True).get(pk=user.pk)
    user.display_name = clean_line(display_name)
    user.bio = clean_paragraphs(bio)
    user.language = language
    user.save(update_fields=["display_name", "bio", "language"])
    if user.display_name != name_before:
        name_announce(user=user)


def name_announce(*, user: User) -> None:
    """Tell the rooms above that `user` has another name."""
    for renamed in handlers("person_renamed"):
        renamed(user.pk)


def language_choose(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def author_become(*, user: User) -> None:
    """Let a reader upload; nothing changes for who is an author already."""
    User.objects.filter(pk=user.pk).update(is_author=True)
    user.is_author = True


@transaction.atomic
def mail_send(*, to: str, subject: str, body: str) -> OutgoingMail:
    """Put a mail of plain text on its way; it is sent by a worker once the caller's transaction is committed.

    A mail server that is away delays the mail and fails nothing here.
    """
    mail = OutgoingMail.objects.create(to=to, subject=clean_line(subject)[:200], body=body.strip() + "\n")
    transaction.on_commit(partial(_mail_ring, mail.pk))
    return mail


def _mail_ring(mail_id: int) -> None:
    from wenlan.accounts.tasks import mail_deliver as task

    task.enqueue(mail_id)


def mail_template_send(*, to: str, language: str, template: str, context: dict[str, Any]) -> OutgoingMail:
    """The same with the text of a template in `language`, whose first line is the subject."""
    with override(language):
        text = render_to_string(template, {"site_name": settings.SITE_NAME, **context})
    subject, _newline, body = text.strip().partition("\n")
    return mail_send(to=to, subject=subject, body=body)


def mail_deliver(*, mail_id: int) -> bool:
    """Hand one mail that is due to the mail server; True if the server took it.

    A mail that is not due, already sent or given up stays as it is. A server that is away, or asks to come back
    later, gets the mail again after a pause; one that refuses for good does not.
    """
    now = timezone.now()
    due = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.QUEUED, next_attempt_at__lte=now)
    if not due.update(attempts=F("attempts") + 1, next_attempt_at=now + MAIL_LEASE):
        return False
    mail = OutgoingMail.objects.get(pk=mail_id)
    try:
        _mail_hand_over(mail)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _mail_failed(mail, error)
        return False
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=OutgoingMail.State.SENT, sent_at=timezone.now(), body="", last_error=""
    )
    return True


def _mail_hand_over(mail: OutgoingMail) -> None:
    EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.to],
        headers={"Auto-Submitted": "auto-generated"},  # RFC 3834: no holiday replies to these
    ).send()


def _mail_failed(mail: OutgoingMail, error: Exception) -> None:
    logger.warning("Mail %s could not be sent (attempt %s): %s", mail.pk, mail.attempts, error)
    is_given_up = mail.attempts > len(MAIL_PAUSES) or _is_refused_for_good(error)
    pause = MAIL_PAUSES[min(mail.attempts, len(MAIL_PAUSES)) - 1]
    OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts).update(
        state=OutgoingMail.State.FAILED if is_given_up else OutgoingMail.State.QUEUED,
        next_attempt_at=timezone.now() + pause,
        last_error=clean_line(f"{type(error).__name__}: {error}")[:300],
    )


def _is_refused_for_good(error: Exception) -> bool:
    """Permanent failures: reply codes 5yz (RFC 5321, section 4.2.1), and mail no server would understand."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _reply in error.recipients.values())
        case smtplib.SMTPAuthenticationError():
            return False  # the operator's mistake, not the mail's
        case smtplib.SMTPResponseException():
            return error.smtp_code >= 500
        case OSError():  # also the parent of SMTPException: servers that hang up, connections refused
            return False
    return True


def mail_sweep() -> int:
    """Ring again for mail that is due and that nobody has taken, and forget old mail; how many were due."""
    now = timezone.now()
    overdue = OutgoingMail.objects.filter(
        state=OutgoingMail.State.QUEUED, next_attempt_at__lte=now - datetime.timedelta(seconds=20)
    )
    mail_ids = list(overdue.order_by("next_attempt_at").values_list("pk", flat=True)[:MAIL_SWEEP_LIMIT])
    for mail_id in mail_ids:
        _mail_ring(mail_id)
    finished = OutgoingMail.objects.exclude(state=OutgoingMail.State.QUEUED)
    finished.filter(next_attempt_at__lt=now - MAIL_KEPT).delete()
    return len(mail_ids)


@transaction.atomic
def mail_retry(*, mail_ids: Iterable[int]) -> int:
    """Try mail that was given up from the start again; how many there were."""
    failed = OutgoingMail.objects.filter(pk__in=list(mail_ids), state=OutgoingMail.State.FAILED)
    retried = list(failed.values_list("pk", flat=True))
    failed.update(state=OutgoingMail.State.QUEUED, attempts=0, next_attempt_at=timezone.now())
    for mail_id in retried:
        transaction.on_commit(partial(_mail_ring, mail_id))
    return len(retried)
