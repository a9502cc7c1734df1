"""The words of the texts that one is compared with, read at once and not without end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import accumulate, groupby
from operator import itemgetter

from wenlan.documents.models import Page
from wenlan.similarity.engine import Wording, wording_of
from wenlan.similarity.models import Fingerprint

COMPARED_WORDS_MAX = 1_000_000
"""Words of other texts that one is compared with: some seconds, and some hundred megabytes."""

logger = logging.getLogger(__name__)


def affordable(texts: Sequence[Fingerprint]) -> list[Fingerprint]:
    """The first of the texts that have no more than `COMPARED_WORDS_MAX` words together, one at least."""
    sums = accumulate(text.word_count for text in texts)
    chosen = [text for text, words in zip(texts, sums, strict=True) if words <= COMPARED_WORDS_MAX]
    chosen = chosen or list(texts[:1])
    if len(chosen) < len(texts):
        logger.info("of %s long texts that share something only %s are compared", len(texts), len(chosen))
    return chosen


def wordings_of(texts: Sequence[Fingerprint]) -> list[Wording]:
    """The wording of each text, in their order; one without a page has no words."""
    pages = Page.objects.filter(revision__in=[text.revision_id for text in texts])
    rows = pages.order_by("revision_id", "number").values_list("revision_id", "text").iterator(chunk_size=50)
    found = {
        revision_id: wording_of(text for _, text in group)
        for revision_id, group in groupby(rows, itemgetter(0))
    }
    nothing = wording_of([])
    return [found.get(text.revision_id, nothing) for text in texts]
