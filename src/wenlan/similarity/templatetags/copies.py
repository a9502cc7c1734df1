"""What was found about a text, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wenlan.accounts.models import User
from wenlan.documents.models import Document, Revision
from wenlan.similarity.engine.judging import SAME_SHARE
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.rules import (
    Action,
    Judged,
    Matter,
    findings_told,
    matter_of,
    revisions_being_compared,
    verdict_about,
)
from wenlan.similarity.submission import refusal_text

register = template.Library()


@register.simple_tag
def copy_shares(finding: Finding) -> str:
    """`{% copy_shares finding %}`: how much of either text is in the other, or what is known without its words."""
    if finding.marks_earlier:
        return _("%(shared)d of %(total)d marks of document %(number)d, whose text is gone") % {
            "shared": finding.marks_shared or 0,
            "total": finding.marks_earlier,
            "number": finding.earlier.document_number,
        }
    return _("%(percent)d%% of this text, %(earlier)d%% of document %(number)d") % {
        "percent": finding.percent,
        "earlier": finding.earlier_percent,
        "number": finding.earlier.document_number,
    }


@register.simple_tag
def copy_verdict(finding: Finding) -> str:
    """`{% copy_verdict finding %}`: the shortest that can be said to a reviewer."""
    number = finding.earlier.document_number
    percent = max(finding.percent, finding.earlier_percent)
    words = _("text that was taken down") if finding.earlier.stays_down else finding.get_kind_display()
    return _("%(what)s, %(percent)d%%: document %(number)d") % {
        "what": words,
        "percent": percent,
        "number": number,
    }


@dataclass(frozen=True)
class News:
    """What is known about the texts of a list of documents, by the numbers of their revisions."""

    told: dict[int, Judged]
    waits: set[int]


@register.simple_tag
def copies_of_documents(documents: Iterable[Document]) -> News:
    """`{% copies_of_documents documents as copies %}`: what was found about those that their authors still work on.

    The revisions of the documents are loaded; two queries.
    """
    unfinished = (document for document in documents if document.state in Document.UNFINISHED)
    revisions = [revision for document in unfinished if (revision := document.newest_revision)]
    return News(findings_told(revisions), revisions_being_compared(revisions))


@register.inclusion_tag("similarity/_line.html")
def copy_line(copies: News, document: Document) -> dict[str, Any]:
    """`{% copy_line copies document %}`: that something was found about it, for its author; the page of it says what."""
    revision = document.newest_revision
    if revision is None:
        return {}
    judged = copies.told.get(revision.pk)
    return line_context(document, judged, waits=judged is None and revision.pk in copies.waits)


@register.inclusion_tag("similarity/_line.html")
def copy_news(document: Document, revision: Revision) -> dict[str, Any]:
    """`{% copy_news document revision %}`: the same of a revision that was just converted, until it is compared."""
    return news_context(document, revision)


def news_context(document: Document, revision: Revision) -> dict[str, Any]:
    """What `similarity/_line.html` draws of a text whose author waits for what is found."""
    verdict = verdict_about(revision)
    judged = verdict.judged[0] if verdict.judged else None
    waits = judged is None and verdict.is_being_compared
    return line_context(
        document, judged, waits=waits, compared=verdict.fingerprint if verdict.is_compared else None
    )


def line_context(
    document: Document, judged: Judged | None, *, waits: bool, compared: Fingerprint | None = None
) -> dict[str, Any]:
    """With the text that was `compared` it is said, too, that nothing was found or that there is none."""
    return {
        "document": document,
        "percent": judged.finding.percent if judged else 0,
        "found": judged is not None,
        "is_refused": judged is not None and judged.action == Action.REFUSE,
        "waits": waits,
        "is_compared": compared is not None,
        "is_textless": compared is not None and not compared.word_count,
    }


@dataclass(frozen=True)
class Told:
    """What an author is told of one finding: how much, where, and what they can open of it."""

    share: str
    title: str
    number: int
    url: str
    percent: int
    earlier_percent: int
    matter: Matter


@register.inclusion_tag("similarity/_found.html", takes_context=True)
def copies_found(context: dict[str, Any], document: Document, revision: Revision | None) -> dict[str, Any]:
    """`{% copies_found document revision %}`: what was found about the text, for its author, and what they answer."""
    return found_context(document, revision, context.get("user"))


def found_context(document: Document, revision: Revision | None, user: Any) -> dict[str, Any]:
    """What `similarity/_found.html` draws."""
    verdict = verdict_about(revision) if revision else None
    waits = revision is not None and (
        revision.is_being_converted or (verdict is not None and verdict.is_being_compared)
    )
    refused = verdict.refused_for if verdict else []
    return {
        "document": document,
        "verdict": verdict,
        "waits": waits,
        "is_whole": bool(
            verdict and any(judged.finding.percent >= SAME_SHARE * 100 for judged in verdict.judged)
        ),
        "told": [_told(judged.finding, user) for judged in verdict.judged] if verdict else [],
        "refusal": refusal_text(refused[0]) if refused else "",
        "warns": bool(verdict and verdict.warned_of and not refused),
        "answers": document.state in Document.UNFINISHED,
    }


def _told(finding: Finding, user: User | None) -> Told:
    """Of others' texts that everybody can open title and address; of one's own the way to it; of others nothing."""
    matter = matter_of(finding)
    earlier = finding.earlier
    title = url = ""
    if finding.is_by_the_same_author and earlier.revision is not None:
        title, url = earlier.title, reverse("documents:edit", args=[earlier.document_number])
    elif earlier.is_public and earlier.revision is not None:
        title, url = earlier.revision.document.title, earlier.revision.document.get_absolute_url()
    return Told(
        share=share_words(finding.percent),
        title=title,
        number=earlier.document_number,
        url=url,
        percent=finding.percent,
        earlier_percent=finding.earlier_percent,
        matter=matter,
    )


def share_words(percent: int) -> str:
    """How much of a text that is, as one says it."""
    if percent == 100:
        return pgettext("share", "All of your text")
    if percent >= 85:
        return pgettext("share", "Nearly all of your text")
    if percent >= 60:
        return pgettext("share", "Most of your text")
    if percent >= 40:
        return pgettext("share", "About half of your text")
    if percent >= 20:
        return pgettext("share", "A good part of your text")
    return pgettext("share", "A small part of your text")
