"""The outbox: a mail is sent once, later rather than never, and forgotten afterwards."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.accounts.conftest import Inbox
from wenlan.accounts import services, tasks
from wenlan.accounts.models import OutgoingMail

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


def _mail(**changes: str) -> OutgoingMail:
    return services.mail_send(
        **{"to": "bob@example.com", "subject": "A letter", "body": "Dear Bob,\n…", **changes}
    )


def _make_due(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=timezone.now())


def test_a_mail_arrives_with_its_text_and_the_text_is_then_erased(inbox: Inbox) -> None:
    mail = _mail(subject="您的文档已发布", body="《秋天》已发布。")

    tasks.mail_deliver.func(mail.pk)

    assert inbox.last["Subject"] == "您的文档已发布"
    assert inbox.last_text.strip() == "《秋天》已发布。"
    assert inbox.last["Auto-Submitted"] == "auto-generated"
    mail.refresh_from_db()
    assert (mail.state, mail.body) == (State.SENT, "")


def test_the_worker_is_told_once_the_change_is_stored(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            mail = _mail()
        assert not DBTaskResult.objects.exists()

    task = DBTaskResult.objects.get()
    assert task.queue_name == "mail"
    assert task.args_kwargs["args"] == [mail.pk]


def test_a_mail_is_sent_once_however_often_the_task_runs(inbox: Inbox) -> None:
    mail = _mail()

    for _run in range(3):
        tasks.mail_deliver.func(mail.pk)

    assert len(inbox.messages) == 1


def test_a_mail_that_another_worker_is_sending_is_left_alone(inbox: Inbox) -> None:
    mail = _mail()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        attempts=1, next_attempt_at=timezone.now() + services.MAIL_LEASE
    )

    assert services.mail_deliver(mail_id=mail.pk) is False
    assert inbox.messages == []


def test_a_deleted_mail_is_no_error() -> None:
    tasks.mail_deliver.func(123456)


def test_a_server_that_asks_to_come_back_later_gets_the_mail_later(inbox: Inbox) -> None:
    mail = _mail()
    inbox.refuse = "451 try again later"
    assert services.mail_deliver(mail_id=mail.pk) is False
    mail.refresh_from_db()
    assert mail.state == State.QUEUED
    assert mail.next_attempt_at > timezone.now() + datetime.timedelta(seconds=30)
    assert "451" in mail.last_error

    inbox.refuse = ""
    assert services.mail_deliver(mail_id=mail.pk) is False  # too early
    _make_due(mail)
    assert services.mail_deliver(mail_id=mail.pk) is True
    assert len(inbox.messages) == 1


def test_a_refusal_for_good_is_not_tried_again_until_an_operator_says_so(inbox: Inbox) -> None:
    mail = _mail()
    inbox.refuse = "550 no such person"
    services.mail_deliver(mail_id=mail.pk)
    mail.refresh_from_db()
    assert mail.state == State.FAILED
    assert mail.body

    inbox.refuse = ""
    assert services.mail_retry(mail_ids=[mail.pk]) == 1
    assert services.mail_deliver(mail_id=mail.pk) is True


def test_an_operator_who_tries_again_does_not_send_twice_what_was_sent(inbox: Inbox) -> None:
    mail = _mail()
    services.mail_deliver(mail_id=mail.pk)

    assert services.mail_retry(mail_ids=[mail.pk]) == 0


def test_a_mail_that_never_gets_through_is_given_up(inbox: Inbox) -> None:
    mail = _mail()
    inbox.refuse = "451 try again later"

    attempts = 0
    while OutgoingMail.objects.get(pk=mail.pk).state == State.QUEUED:
        _make_due(mail)
        services.mail_deliver(mail_id=mail.pk)
        attempts += 1
        assert attempts < 20

    assert attempts == len(services.MAIL_PAUSES) + 1


def test_the_sweep_rings_for_forgotten_mail_only(
    django_capture_on_commit_callbacks: Any,
) -> None:
    forgotten, _fresh, sent = _mail(), _mail(), _mail()
    long_ago = timezone.now() - datetime.timedelta(minutes=10)
    OutgoingMail.objects.filter(pk__in=[forgotten.pk, sent.pk]).update(next_attempt_at=long_ago)
    OutgoingMail.objects.filter(pk=sent.pk).update(state=State.SENT)

    assert services.mail_sweep() == 1

    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[forgotten.pk]]


def test_the_sweep_forgets_old_mail_also_what_was_never_sent() -> None:
    long_ago = timezone.now() - services.MAIL_KEPT - datetime.timedelta(days=1)
    for state in (State.SENT, State.FAILED):
        OutgoingMail.objects.filter(pk=_mail().pk).update(state=state, next_attempt_at=long_ago)
    sent, failed, waiting = _mail(), _mail(), _mail()
    OutgoingMail.objects.filter(pk=sent.pk).update(state=State.SENT)
    OutgoingMail.objects.filter(pk=failed.pk).update(state=State.FAILED)
    OutgoingMail.objects.filter(pk=waiting.pk).update(next_attempt_at=long_ago)

    services.mail_sweep()

    assert set(OutgoingMail.objects.values_list("pk", flat=True)) == {sent.pk, failed.pk, waiting.pk}


def test_a_subject_cannot_carry_headers(inbox: Inbox, post: Callable[[], int]) -> None:
    _mail(subject="Hello\r\nBcc: everybody@example.com\r\n\r\nbuy this")
    post()

    assert inbox.last["Subject"] == "Hello Bcc: everybody@example.com buy this"
    assert inbox.last["Bcc"] is None


def test_a_recipient_cannot_carry_headers(inbox: Inbox, post: Callable[[], int]) -> None:
    mail = _mail(to="bob@example.com\nBcc: everybody@example.com")
    post()

    mail.refresh_from_db()
    assert inbox.messages == []
    assert mail.state == State.FAILED


def test_a_transaction_that_fails_sends_nothing(django_capture_on_commit_callbacks: Any) -> None:
    def fail_after_writing() -> None:
        with transaction.atomic():
            _mail()
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True) as callbacks, contextlib.suppress(RuntimeError):
        fail_after_writing()

    assert callbacks == []
    assert not OutgoingMail.objects.exists()
