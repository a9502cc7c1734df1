"""What the rules about copies keep from review and from the shelf, and what its author is told."""

from __future__ import annotations

from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.core.errors import Conflict, WenlanError
from wenlan.core.text import clean_paragraphs
from wenlan.documents.models import Revision
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.rules import verdict_about


class CopyRefused(WenlanError):
    """A rule of the site refuses the text; its author may object."""

    code = "copy_refused"


class CopyNotKnown(WenlanError):
    """The author has not said yet that they know what was found."""

    code = "copy_not_known"


def submission_check(document_id: int, *, knows: bool, objection: str) -> None:
    """Keep back a document whose text the rules refuse, and note what its author says to what was found.

    Called in the transaction in which it goes to review. A text that is not compared yet may go there: it comes back
    when it turns out that the rules refuse it (`trust.copies`). Raises CopyRefused without an objection and CopyNotKnown
    when there is a warning that the author does not know of.
    """
    revision = Revision.objects.filter(document=document_id).order_by("-number").first()
    if revision is None:
        return
    verdict = verdict_about(revision)
    if verdict.fingerprint is None:
        return
    objection = clean_paragraphs(objection)
    if verdict.refused_for and not objection:
        raise CopyRefused(refusal_text(verdict.refused_for[0]))
    if verdict.warned_of and not (knows or objection):
        raise CopyNotKnown(
            _("Its text is in the library already. Read what was found, and say that you know.")
        )
    Fingerprint.objects.filter(pk=verdict.fingerprint.pk).update(
        objection=objection if verdict.refused_for else "",
        answered_at=timezone.now() if knows or objection else None,
    )


def publication_check(revision_id: int, *, by: Literal["reviewer", "rule", "author"]) -> None:
    """Keep from readers what was not compared yet, or what the rules leave to others than `by`. Raises Conflict.

    A reviewer waits for the comparison but decides whatever it says; a rule publishes only what is clear; an author
    does not bring back what the rules refuse.
    """
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        return
    verdict = verdict_about(revision)
    if verdict.is_being_compared:
        raise Conflict(
            _("Its text is still being compared with the others here. That takes seconds; try again then.")
        )
    if by == "rule" and not verdict.is_clear:
        raise Conflict(_("A person decides about this text."))
    if by == "author" and verdict.refused_for:
        raise Conflict(refusal_text(verdict.refused_for[0]))


def refusal_text(finding: Finding) -> str:
    """Why a text is refused, in the language that is active; names the earlier one only if everybody may see it."""
    if finding.earlier.stays_down:
        return _(
            "This text was taken off the shelf here and stays down. If you think that this is wrong, object and write"
            " why: a reviewer decides."
        )
    words = {
        "title": finding.earlier.title,
        "number": finding.earlier.document_number,
        "percent": finding.percent,
    }
    if finding.is_by_the_same_author:
        return (
            _(
                "%(percent)d%% of this text is in your own “%(title)s” already (document %(number)d). Publish that one, or"
                " object and write why: a reviewer decides."
            )
            % words
        )
    return (
        _(
            "%(percent)d%% of this text is in the library already, in “%(title)s” (document %(number)d). If you think that"
            " this may be published, object and write why: a reviewer decides."
        )
        % words
    )
