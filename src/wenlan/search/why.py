"""Why a hit ranks where it does, for operators."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from wenlan.search.analysis import SearchQuery
from wenlan.search.best_first import RankedHits, quality_weight
from wenlan.search.index import search_index
from wenlan.search.ports import SearchUnavailable
from wenlan.search.ranking import BLENDED_HITS, Ranked, quality_parts
from wenlan.search.standing import standings_of

logger = logging.getLogger(__name__)

EXPLAIN_TIMEOUT_SECONDS = 3.0

#: The fields as they are told; the two ways in which the whole text is cut are one.
_FIELDS = {
    "title": (gettext_lazy("title"), ("title",)),
    "headings": (gettext_lazy("headings"), ("headings",)),
    "tags": (gettext_lazy("tags"), ("tags",)),
    "author": (gettext_lazy("author"), ("author",)),
    "text": (gettext_lazy("whole text"), ("words", "grams")),
}
_FIDELITY = {
    1: gettext_lazy("faithful preview"),
    0: gettext_lazy("small differences in the preview"),
    -1: gettext_lazy("pages that miss something in the preview"),
}
_COUNTS = {
    "favourites": ngettext_lazy("%(count)d favourite", "%(count)d favourites", "count"),
    "sales": ngettext_lazy("%(count)d sale", "%(count)d sales", "count"),
    "readers": ngettext_lazy("%(count)d reader", "%(count)d readers", "count"),
    "complaints_upheld": ngettext_lazy("%(count)d complaint upheld", "%(count)d complaints upheld", "count"),
    "complaints_open": ngettext_lazy("%(count)d open complaint", "%(count)d open complaints", "count"),
}


@dataclass(frozen=True)
class Part:
    """What a field or a signal, `name`, adds; `label` says it to a person."""

    name: str
    label: str
    amount: float

    @property
    def signed(self) -> str:
        return signed(self.amount)


@dataclass(frozen=True)
class WhyHere:
    """How a hit came to its place; the numbers are those of the formula in `ranking`."""

    rank: Ranked
    quality: float
    weight: float
    fields: list[Part]
    signals: list[Part]

    @property
    def is_blended(self) -> bool:
        """Whether its quality counted: after the first hits it does not, nor when the site wants none to."""
        return bool(self.weight) and self.rank.place_by_fit <= BLENDED_HITS

    @property
    def place_text(self) -> str:
        rank = self.rank
        if rank.place == rank.place_by_fit:
            return _("%(place)d, also by the words alone") % {"place": rank.place}
        return _("%(place)d, by the words alone %(before)d") % {
            "place": rank.place,
            "before": rank.place_by_fit,
        }

    @property
    def fit_text(self) -> str:
        """`12.31 = title 5.20 + whole text 7.11`."""
        parts = " + ".join(f"{part.label} {part.amount:.2f}" for part in self.fields)
        return f"{self.rank.fit:.2f} = {parts}" if parts else f"{self.rank.fit:.2f}"

    @property
    def quality_text(self) -> str:
        """`+0.31 = faithful preview +0.25, 3 favourites +0.06`."""
        if not self.signals:
            return _("0: nothing is known of it")
        parts = _(", ").join(f"{part.label} {part.signed}" for part in self.signals)
        return f"{signed(self.quality)} = {parts}"

    @property
    def score_text(self) -> str:
        """`12.31 × (1 + 0.2 × 0.31) ≈ 13.07`."""
        if not self.is_blended:
            return _("%(score)s; the quality does not count here") % {"score": f"{self.rank.score:.2f}"}
        rank, quality = self.rank, f"{abs(self.quality):.2f}"
        sign = "−" if self.quality < 0 else "+"
        return f"{rank.fit:.2f} × (1 {sign} {self.weight:g} × {quality}) ≈ {rank.score:.2f}"


def signed(amount: float) -> str:
    """`+0.25`, with a true minus before what is negative."""
    return f"{amount:+.2f}".replace("-", "−")


def why_here(query: SearchQuery, hits: RankedHits) -> dict[int, WhyHere]:
    """Why each of these hits is where it is, by document number; one query, and the index is asked once."""
    try:
        fields = search_index().explain(
            query.without_quotes() if hits.is_partial else query,
            hits.document_ids,
            timeout_seconds=EXPLAIN_TIMEOUT_SECONDS,
        )
    except SearchUnavailable as error:
        logger.warning("%s", error)
        fields = {}
    standings = standings_of(hits.document_ids)
    reasons: dict[int, WhyHere] = {}
    for rank in hits.ranks:
        standing = standings.get(rank.document_id)
        reasons[rank.document_id] = WhyHere(
            rank=rank,
            quality=standing.quality if standing else 0.0,
            weight=quality_weight(),
            fields=_field_parts(fields.get(rank.document_id, {})),
            signals=_signal_parts(standing.signals if standing else {}),
        )
    return reasons


def _field_parts(scores: Mapping[str, float]) -> list[Part]:
    parts = (
        Part(name, str(label), sum(scores.get(field, 0.0) for field in fields))
        for name, (label, fields) in _FIELDS.items()
    )
    return [part for part in parts if part.amount]


def _signal_parts(signals: Mapping[str, float]) -> list[Part]:
    return [
        Part(name, _signal_label(name, int(signals[name])), amount)
        for name, amount in quality_parts(signals).items()
    ]


def _signal_label(name: str, value: int) -> str:
    if name == "fidelity":
        return str(_FIDELITY[max(-1, min(1, value))])
    return str(_COUNTS[name] % {"count": value})
