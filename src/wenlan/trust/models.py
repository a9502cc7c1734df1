"""What is decided about documents, and what people ask the house."""

from __future__ import annotations

import datetime
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.decisions import UNDO_WITHIN
from wenlan.documents.models import Document, Revision

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

#: Letters and digits that nobody mistakes for each other; 16 of them carry 79 bits.
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
ANSWER_WITHIN = datetime.timedelta(days=3)


class Review(models.Model):
    """One decision of one reviewer about one revision, or about other words for a published document.

    Decisions are added, never changed; one that its reviewer took back says since when (`undone_at`).
    """

    class Decision(models.TextChoices):
        PUBLISHED = "published", _("Published")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Change accepted")
        REFUSED = "refused", _("Change returned")

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="reviews"
    )
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="reviews"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.PROTECT,
        related_name="reviews",
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    reason = models.TextField(_("reason"), blank=True)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now, editable=False)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="returned", reason=""), name="trust_returned_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(decision="refused", reason=""), name="trust_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.decision}"

    @property
    def is_welcome(self) -> bool:
        """Whether the author got what they asked for."""
        return self.decision in {self.Decision.PUBLISHED, self.Decision.ACCEPTED}

    @property
    def undo_until(self) -> datetime.datetime:
        return self.decided_at + UNDO_WITHIN

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.undo_until


def new_code() -> str:
    """A ticket's code, `k7mf-29xq-wb4n-t8hd`: whoever knows it may read and answer the ticket."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _index in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def answer_deadline() -> datetime.datetime:
    return timezone.now() + ANSWER_WITHIN


class Ticket(models.Model):
    """What somebody asks the house, with or without an account, and the house's promise to answer in time.

    ::

        open ──the house answers──► answered ──either closes──► closed
         ▲ ▲                           │                          │
         │ └──────── they write ───────┘                          │
         └─────────────────────── they write ─────────────────────┘

    `due_at` is the deadline of the answer; it starts anew whenever the ticket is opened again.
    """

    class Kind(models.TextChoices):
        HELP = "help", _("Question")
        REPORT = "report", _("Report of a document")
        COPYRIGHT = "copyright", _("Copyright")
        DOWNLOAD_FAILED = "download_failed", _("Download failed")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    code = models.CharField(_("code"), max_length=20, unique=True, default=new_code, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.HELP)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reporter"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
    )
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("message"), max_length=5000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    due_at = models.DateTimeField(_("to be answered by"), default=answer_deadline)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    messages: RelatedManager[TicketMessage]

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="trust_tickets_due")]
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="trust_ticket_has_a_subject"),
            models.CheckConstraint(condition=~Q(email=""), name="trust_ticket_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("trust:ticket", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at < timezone.now()


class TicketMessage(models.Model):
    """One more message in a ticket's thread, after the one that opened it."""

    ticket = models.ForeignKey(
        Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="messages"
    )
    is_from_house = models.BooleanField(_("from the house"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    body = models.TextField(_("message"), max_length=5000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="trust_message_has_text")]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class PageProblem(models.Model):
    """That a page of a preview looks wrong to a reader.

    ::

        open ──dismiss──► dismissed
         │ ▲
         │ └────no new preview────┐
         └──draw again──► redrawing ──new preview──► redrawn

    This is no ticket: many readers report one page and it is settled once for all of them, nothing is discussed, an
    address is optional, and reviewers decide who must not see the tickets of others. The address is forgotten as soon
    as its owner has been told, and that of a stranger after a while when there is nothing to tell; what nobody has
    settled goes with the file when another takes its place.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        REDRAWING = "redrawing", _("Being drawn again")
        DISMISSED = "dismissed", _("Dismissed")
        REDRAWN = "redrawn", _("Drawn again")

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.CASCADE, related_name="page_problems"
    )
    page_number = models.PositiveIntegerField(_("page"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reporter"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    body = models.TextField(_("message"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("page that looks wrong")
        verbose_name_plural = _("pages that look wrong")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "revision", "page_number"], name="trust_page_problems")]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "page_number", "reporter"],
                condition=Q(state__in=["open", "redrawing"]),
                name="trust_page_problem_once_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.page_number}"
