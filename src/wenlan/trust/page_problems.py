"""Pages that look wrong to readers: what they say of them, and how the house settles it.

Whoever writes reports of a revision locks the revision first, as a redrawing that ends does, then the reports by their
numbers: so nobody waits crosswise, and of two reports at the same moment the second finds the first.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.conversion.services import revision_redraw_request
from wenlan.core.errors import Conflict
from wenlan.core.text import clean_paragraphs
from wenlan.documents.models import Document, Revision
from wenlan.trust.models import PageProblem
from wenlan.trust.selectors import HAS_PAGE
from wenlan.trust.services import mail_from_template, reviewer_check

State = PageProblem.State


@transaction.atomic
def page_problem_report(
    *,
    revision: Revision,
    page_number: int,
    body: str,
    email: str = "",
    reporter: User | AnonymousUser | None = None,
    language: str | None = None,
) -> PageProblem:
    """Store that a page looks wrong to somebody, who is told by mail how it was settled if they left an address.

    What a person with an account or an address says later of a page takes the place of what they said. Raises Conflict
    when the preview was taken away in the meantime.
    """
    locked = _revision_locked(revision.pk)
    if not locked.is_ready:
        raise Conflict(_("This document has changed in the meantime. Look at it again."))
    person = reporter if isinstance(reporter, User) else None
    values = {
        "email": person.email if person else email.lower(),
        "language": person.language if person else language or settings.LANGUAGE_CODE,
        "body": clean_paragraphs(body),
    }
    known = _unsettled().filter(revision=locked, page_number=page_number)
    if person:
        known = known.filter(reporter=person)
    else:
        known = known.filter(reporter=None, email=values["email"]).exclude(email="")
    found = _locked(known)
    if not found:
        return PageProblem.objects.create(revision=locked, page_number=page_number, reporter=person, **values)
    _change(found, **values)
    found[0].refresh_from_db()
    return found[0]


@transaction.atomic
def page_problems_dismiss(*, reviewer: User, revision_id: int, page_number: int) -> int:
    """Settle what readers said of a page: it is as it should be. Returns how many of them are told so by mail.

    Raises NotAllowed for who is no reviewer and for a reviewer's own document, Conflict when nothing is open.
    """
    revision = _revision_to_settle(reviewer, revision_id)
    problems = _locked(
        PageProblem.objects.filter(revision=revision, page_number=page_number, state=State.OPEN)
    )
    if not problems:
        raise Conflict(_("Somebody else has settled this."))
    return _settle(problems, State.DISMISSED, "page_dismissed", settled_by=reviewer)


@transaction.atomic
def page_problems_draw_again(*, reviewer: User, revision_id: int) -> None:
    """Have a revision drawn again because of what readers said of its pages; they are told when that is done.

    Nobody has a document converted for ever: it takes a report that is open, and rests for an hour afterwards. Raises
    what `page_problems_dismiss` and `revision_redraw_request` raise.
    """
    revision = _revision_to_settle(reviewer, revision_id)
    problems = _locked(PageProblem.objects.filter(revision=revision, state=State.OPEN))
    if not problems:
        raise Conflict(_("Somebody else has settled this."))
    _change(problems, state=State.REDRAWING, settled_by=reviewer)
    revision_redraw_request(revision_id=revision_id)


@transaction.atomic
def page_problems_settle(*, revision_id: int, succeeded: bool) -> None:
    """Tell who reported pages of a revision that it was drawn again; if it was not, what they said is open again.

    What was said meanwhile of a page that the new preview has no more is settled with the rest.
    """
    is_over = Q(state=State.REDRAWING)
    if succeeded:
        is_over |= Q(~HAS_PAGE, state=State.OPEN)
    problems = _locked(PageProblem.objects.filter(is_over, revision=revision_id))
    if succeeded:
        _settle(problems, State.REDRAWN, "page_redrawn")
    else:
        _change(problems, state=State.OPEN, settled_by=None)


@transaction.atomic
def page_problems_forget(revision_id: int) -> None:
    """Forget what waits to be settled of a revision whose place another takes: nobody sees its pages again."""
    waiting = _locked(_unsettled().filter(revision=revision_id))
    PageProblem.objects.filter(pk__in=[problem.pk for problem in waiting]).delete()


def page_problems_sweep() -> int:
    """Forget the addresses of strangers who have waited too long to be told anything; how many there were."""
    long_ago = timezone.now() - datetime.timedelta(days=settings.PAGE_PROBLEM_ADDRESS_DAYS)
    waiting = _unsettled().filter(reporter=None, created_at__lt=long_ago).exclude(email="")
    if not waiting.exists():
        return 0
    with transaction.atomic():
        return _change(_locked(waiting), email="")


def _revision_locked(revision_id: int) -> Revision:
    """The revision with its document, its row locked until the transaction ends. Raises Conflict when it is gone."""
    revisions = Revision.objects.select_for_update(of=("self",), no_key=True).select_related("document")
    revision = revisions.defer("outline", "report").filter(pk=revision_id).first()
    if revision is None:
        raise Conflict(_("This document no longer exists."))
    return revision


def _revision_to_settle(reviewer: User, revision_id: int) -> Revision:
    revision = _revision_locked(revision_id)
    reviewer_check(reviewer, revision.document)
    return revision


def _unsettled() -> QuerySet[PageProblem]:
    return PageProblem.objects.filter(state__in=[State.OPEN, State.REDRAWING])


def _locked(problems: QuerySet[PageProblem]) -> list[PageProblem]:
    """The problems with their documents, their rows locked until the transaction ends."""
    problems = problems.select_for_update(of=("self",), no_key=True).select_related("revision__document")
    return list(problems.defer("revision__outline", "revision__report").order_by("pk"))


def _change(problems: list[PageProblem], **columns: Any) -> int:
    return PageProblem.objects.filter(pk__in=[problem.pk for problem in problems]).update(**columns)


def _settle(
    problems: list[PageProblem], state: PageProblem.State, mail: str, *, settled_by: User | None = None
) -> int:
    """Give the problems of one revision, locked, their last state and tell who reported them; returns how many mails.

    Their addresses are not needed any more.
    """
    changes = {"settled_by": settled_by} if settled_by else {}
    _change(problems, state=state, settled_at=timezone.now(), email="", **changes)
    told: set[tuple[str, int]] = set()
    for problem in problems:
        if problem.email and (problem.email, problem.page_number) not in told:
            told.add((problem.email, problem.page_number))
            _tell(problem, problem.revision.document, mail)
    return len(told)


def _tell(problem: PageProblem, document: Document, mail: str) -> None:
    url = settings.SITE_URL + document.page_url(problem.page_number)
    mail_from_template(
        to=problem.email,
        language=problem.language,
        template=mail,
        context={"document": document, "number": problem.page_number, "url": url},
    )
