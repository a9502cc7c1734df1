"""Common matter that reviewers have found: templates, forms and laws that texts share without being copies."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q

from wenlan.similarity.engine import wording_of
from wenlan.similarity.engine.marks import pair_values
from wenlan.similarity.models import Finding, Fingerprint

SAME_TEXT_SHARE = 0.9
"""Two texts that share so much both ways have not a template in common but everything."""
FINDINGS_MAX = 20


def common_values(texts: Sequence[Fingerprint]) -> frozenset[int]:
    """The pairs of words in passages that some of these texts share and a reviewer has called no copy.

    Not those of the same author, whose text somebody else may copy, and not those of texts that are the same throughout.
    """
    numbers = [text.pk for text in texts]
    dismissed = Finding.objects.filter(
        Q(share__lt=SAME_TEXT_SHARE) | Q(earlier_share__lt=SAME_TEXT_SHARE),
        state=Finding.State.DISMISSED,
        fingerprint__in=numbers,
        earlier__in=numbers,
    ).exclude(fingerprint__owner=F("earlier__owner"))
    values: set[int] = set()
    for passages in dismissed.values_list("passages", flat=True)[:FINDINGS_MAX]:
        for mine, earlier in passages:
            values.update(_pairs(mine) & _pairs(earlier))
    return frozenset(values)


def _pairs(passage: str) -> set[int]:
    return set(pair_values(wording_of([passage]).words))
