"""The house's rules: what becomes of a text that has something in common with an earlier one.

`settings.COPY_RULES` has for each matter what is done from which percent on. It is looked up when somebody decides, not
when something is found, so that a rule, a take-down or a withdrawal holds from the moment on in which it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from wenlan.documents.models import Revision
from wenlan.similarity.models import Finding, Fingerprint


class Action(StrEnum):
    """What a rule does."""

    REFUSE = "refuse"
    """It does not go to review, unless its author objects."""
    WARN = "warn"
    """Its author has to say that they know."""
    REVIEW = "review"
    """A person decides."""
    IGNORE = "ignore"


class Matter(StrEnum):
    """What a text has in common with an earlier one, as the rules tell it apart."""

    SAME_TEXT = "same_text"
    PART = "part"
    PASSAGES = "passages"
    TAKEN_DOWN = "taken_down"
    OWN = "own"


def matter_of(finding: Finding) -> Matter:
    if finding.earlier.stays_down:
        return Matter.TAKEN_DOWN
    if finding.is_by_the_same_author:
        return Matter.OWN
    match finding.kind:
        case Finding.Kind.SAME_TEXT:
            return Matter.SAME_TEXT
        case Finding.Kind.PART_OF | Finding.Kind.CONTAINS:
            return Matter.PART
    return Matter.PASSAGES


def percent_of(finding: Finding) -> int:
    """What the steps of a rule are about: of the same text the smaller of the two shares, else the larger."""
    shares = finding.percent, finding.earlier_percent
    return min(shares) if finding.kind == Finding.Kind.SAME_TEXT else max(shares)


def action_about(finding: Finding) -> Action:
    """What the rules say of a finding, its texts and their documents loaded.

    Nobody is refused or warned for a text that they cannot read, unless it was taken down: a person decides then.
    """
    if finding.state == Finding.State.DISMISSED:
        return Action.IGNORE
    matter, percent = matter_of(finding), percent_of(finding)
    steps = settings.COPY_RULES[matter]
    action = next((Action(name) for least, name in steps if percent >= least), Action.IGNORE)
    is_hidden = matter not in {Matter.TAKEN_DOWN, Matter.OWN} and not finding.earlier.is_public
    return Action.REVIEW if is_hidden and action in {Action.REFUSE, Action.WARN} else action


@dataclass(frozen=True)
class Judged:
    """A finding and what the rules say of it."""

    finding: Finding
    action: Action


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a text: `fingerprint` is None as long as nobody asked for its comparison.

    `judged` are what it has of earlier texts, the strongest first, without what the rules ignore; `later` says that
    somebody else's text came after it which is like it.
    """

    fingerprint: Fingerprint | None
    judged: Sequence[Judged]
    later: bool = False

    @property
    def is_compared(self) -> bool:
        return self.fingerprint is not None and self.fingerprint.state == Fingerprint.State.COMPARED

    @property
    def is_being_compared(self) -> bool:
        return self.fingerprint is not None and self.fingerprint.is_being_compared

    def of(self, action: Action) -> list[Finding]:
        return [judged.finding for judged in self.judged if judged.action == action]

    @property
    def refused_for(self) -> list[Finding]:
        return self.of(Action.REFUSE)

    @property
    def warned_of(self) -> list[Finding]:
        return self.of(Action.WARN)

    @property
    def is_answered(self) -> bool:
        """Whether its author knew of all this when they sent it to review."""
        answered_at = self.fingerprint.answered_at if self.fingerprint else None
        return answered_at is not None and all(finding.found_at <= answered_at for finding in self.warned_of)

    @property
    def is_objected_to(self) -> bool:
        return self.fingerprint is not None and bool(self.fingerprint.objection)

    @property
    def is_clear(self) -> bool:
        """Whether a rule may publish the text: it was compared, and nothing is left that somebody has to look at."""
        if not self.is_compared or self.later or self.refused_for or self.of(Action.REVIEW):
            return False
        return not self.warned_of or self.is_answered


def verdict_about(revision: Revision) -> Verdict:
    """What the rules say of the text of `revision` now."""
    fingerprint = Fingerprint.objects.select_related("revision").filter(revision=revision).first()
    if fingerprint is None:
        return Verdict(None, [])
    findings = Finding.objects.select_related(
        "fingerprint", "earlier__revision__document__author", "earlier__owner"
    )
    judged = [Judged(finding, action_about(finding)) for finding in findings.filter(fingerprint=fingerprint)]
    of_others = Finding.objects.filter(earlier=fingerprint).exclude(state=Finding.State.DISMISSED)
    own = Q(fingerprint__owner=fingerprint.owner_id) if fingerprint.owner_id else Q(pk=None)
    return Verdict(
        fingerprint,
        [each for each in judged if each.action != Action.IGNORE],
        later=of_others.exclude(own).exclude(fingerprint__revision=None).exists(),
    )


def findings_told(revisions: Iterable[Revision]) -> dict[int, Judged]:
    """For each of these revisions the strongest finding that the rules do not ignore, by its number; one query."""
    findings = Finding.objects.select_related(
        "fingerprint", "earlier__revision__document__author", "earlier__owner"
    )
    findings = findings.filter(fingerprint__revision__in=list(revisions)).defer("passages", "swapped")
    told: dict[int, Judged] = {}
    for finding in findings:
        action = action_about(finding)
        if action != Action.IGNORE and finding.fingerprint.revision_id is not None:
            told.setdefault(finding.fingerprint.revision_id, Judged(finding, action))
    return told


def revisions_being_compared(revisions: Iterable[Revision]) -> set[int]:
    """The numbers of those of the revisions about which it is worth waiting for what will be found; one query."""
    waiting = Fingerprint.objects.select_related("revision").filter(
        revision__in=list(revisions), state=Fingerprint.State.WAITING
    )
    return {text.revision_id for text in waiting if text.revision_id and text.is_being_compared}
