"""Pages that look wrong to readers: what they say of them, and how the house settles it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.conversion.services import revision_redraw_request
from wenlan.core.errors import Conflict
from wenlan.core.text import clean_paragraphs
from wenlan.documents.models import Document, Revision
from wenlan.trust.models import PageProblem
from wenlan.trust.services import mail_from_template, reviewer_check

State = PageProblem.State
_UNSETTLED = (State.OPEN, State.REDRAWING)


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

    A person counts once for a page: what they say later takes the place of what they said.
    """
    person = reporter if isinstance(reporter, User) else None
    values = {
        "email": person.email if person else email.lower(),
        "language": person.language if person else language or settings.LANGUAGE_CODE,
        "body": clean_paragraphs(body),
    }
    known = PageProblem.objects.filter(revision=revision, page_number=page_number, state__in=_UNSETTLED)
    if person:
        known = known.filter(reporter=person)
    else:
        known = known.filter(reporter=None, email=values["email"]).exclude(email="")
    found = known.select_for_update(no_key=True).first()
    if found is None:
        return PageProblem.objects.create(
            revision=revision, page_number=page_number, reporter=person, **values
        )
    PageProblem.objects.filter(pk=found.pk).update(**values)
    found.refresh_from_db()
    return found


@transaction.atomic
def page_problems_dismiss(*, reviewer: User, revision_id: int, page_number: int) -> int:
    """Settle what readers said of a page: it is as it should be. They are told by mail; returns how many they were.

    Raises NotAllowed for who is no reviewer and for a reviewer's own document, Conflict when nothing is open.
    """
    revision = _revision_to_settle(reviewer, revision_id)
    problems = PageProblem.objects.filter(revision=revision, page_number=page_number, state=State.OPEN)
    return _settle(problems, State.DISMISSED, "page_dismissed", settled_by=reviewer)


@transaction.atomic
def page_problems_draw_again(*, reviewer: User, revision_id: int) -> None:
    """Have a revision drawn again because of what readers said of its pages; they are told when that is done.

    Nobody has a document converted for ever: it takes a report that is open, and rests for an hour afterwards. Raises
    what `page_problems_dismiss` and `revision_redraw_request` raise.
    """
    revision = _revision_to_settle(reviewer, revision_id)
    problems = PageProblem.objects.filter(revision=revision, state=State.OPEN)
    if not problems.update(state=State.REDRAWING, settled_by=reviewer):
        raise Conflict(_("Somebody else has settled this."))
    revision_redraw_request(revision_id=revision_id)


@transaction.atomic
def page_problems_settle(*, revision_id: int, succeeded: bool) -> None:
    """Tell who reported pages of a revision that it was drawn again; if it was not, what they said is open again."""
    problems = PageProblem.objects.filter(revision=revision_id, state=State.REDRAWING)
    if not succeeded:
        problems.update(state=State.OPEN, settled_by=None)
    elif problems.exists():
        _settle(problems, State.REDRAWN, "page_redrawn")


def _revision_to_settle(reviewer: User, revision_id: int) -> Revision:
    revision = Revision.objects.select_related("document").filter(pk=revision_id).first()
    if revision is None:
        raise Conflict(_("This document no longer exists."))
    reviewer_check(reviewer, revision.document)
    return revision


def _settle(
    problems: QuerySet[PageProblem], state: PageProblem.State, mail: str, *, settled_by: User | None = None
) -> int:
    """Give the problems their last state and tell who reported them; their addresses are not needed any more."""
    settled = list(problems.select_for_update(of=("self",), no_key=True).select_related("revision__document"))
    if not settled:
        raise Conflict(_("Somebody else has settled this."))
    changes = {"settled_by": settled_by} if settled_by else {}
    PageProblem.objects.filter(pk__in=[problem.pk for problem in settled]).update(
        state=state, settled_at=timezone.now(), email="", **changes
    )
    told: set[tuple[str, int]] = set()
    for problem in settled:
        if problem.email and (problem.email, problem.page_number) not in told:
            told.add((problem.email, problem.page_number))
            _tell(problem, problem.revision.document, mail)
    return len(settled)


def _tell(problem: PageProblem, document: Document, mail: str) -> None:
    url = settings.SITE_URL + document.page_url(problem.page_number)
    mail_from_template(
        to=problem.email,
        language=problem.language,
        template=mail,
        context={"document": document, "number": problem.page_number, "url": url},
    )
