"""What a search can be narrowed down to, and how many documents that would find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings

from wenlan.documents.formats import FORMAT_FAMILIES, format_shown, formats_called
from wenlan.documents.models import Category, Document
from wenlan.search import ranges
from wenlan.search.conditions import Field, condition_of, field_shown
from wenlan.search.ports import FILTERS_OF, Facet, FacetCounts, Span, Spans

CHOICES_SHOWN = 8
"""Of one facet; the others are folded away."""

Address = Callable[[Facet, str], str]


@dataclass(frozen=True)
class FacetChoice:
    """A value to choose, and the address of the search with it: of the one that is chosen, without it.

    `count` is None where the index could not count.
    """

    value: str
    label: str
    count: int | None
    is_chosen: bool
    address: str


@dataclass(frozen=True)
class FacetList:
    """The choices of one facet, of which the first are shown and the others folded away."""

    name: str
    label: str
    choices: list[FacetChoice]

    @property
    def first(self) -> list[FacetChoice]:
        return self.choices[:CHOICES_SHOWN]

    @property
    def further(self) -> list[FacetChoice]:
        return self.choices[CHOICES_SHOWN:]


class _Value(NamedTuple):
    value: str
    label: str
    documents: int | None


def facet_lists(
    counts: FacetCounts | None, *, total: int, chosen: Mapping[Facet, str], address: Address
) -> list[FacetList]:
    """What readers can choose from. `address` leads to the search with a value of a facet, with "" to any.

    Left out are what would find nothing, and the only value of a facet if everything found has it.
    """
    lists = []
    for facet in Facet:
        of_facet = None if counts is None else counts.get(facet, {})
        choice = chosen.get(facet, "")
        values = [
            value
            for value in _values(facet, of_facet, choice)
            if value.documents != 0 or value.value == choice
        ]
        if values and (len(values) > 1 or values[0].documents != total or choice):
            choices = [
                FacetChoice(
                    *value,
                    value.value == choice,
                    address(facet, "" if value.value == choice else value.value),
                )
                for value in values
            ]
            lists.append(FacetList(facet.value, field_shown(Field(facet.value)), choices))
    return lists


def _values(facet: Facet, counts: dict[str, int] | None, choice: str) -> list[_Value]:
    """Every value of a facet in the order shown: numbers ascending, names by their number of documents."""
    if facet in {Facet.PAGES, Facet.PRICE, Facet.DATE}:
        return list(_steps_counted(facet, counts, choice))
    named: list[tuple[str, str, tuple[str, ...]]]
    if facet is Facet.CATEGORY:
        named = [(shelf.slug, shelf.name, (shelf.slug,)) for shelf in Category.objects.all()]
    elif facet is Facet.FORMAT:
        named = [(name, format_shown(name), formats_called(name)) for name in FORMAT_FAMILIES]
    else:
        named = [(value, str(label), (value,)) for value, label in Document.Language.choices]
    values = [
        _Value(value, label, None if counts is None else sum(counts.get(key, 0) for key in keys))
        for value, label, keys in named
    ]
    return sorted(values, key=lambda value: -(value.documents or 0))


def _steps_counted(facet: Facet, counts: dict[str, int] | None, choice: str) -> Iterator[_Value]:
    """Of a wider step that adds no document to the one before, the number is 0."""
    before, total = None, 0
    for step in _steps(facet):
        own = 0 if counts is None else counts.get(step.value, 0)
        total = own + (total if before and step.holds(before) else 0)
        before = step
        shown = total if own or step.value == choice else 0
        yield _Value(step.value, step.label, None if counts is None else shown)


# ── Steps of numbers ──────────────────────────────────────────────────────────────────────────────────────
class _Step(NamedTuple):
    """A choice of numbers: how addresses write it, how readers read it, and which numbers are in it."""

    value: str
    label: str
    span: Span

    def holds(self, before: _Step) -> bool:
        """Whether it is a wider one than that before: both have no end on the same side."""
        ends = zip(self.span, before.span, strict=True)
        return any(end is None and end_before is None for end, end_before in ends)


def facet_spans() -> Spans:
    """The spans in which the index is to count: of each step what it has beyond the one before."""
    spans: dict[Facet, dict[str, Span]] = {}
    for facet in (Facet.PAGES, Facet.PRICE, Facet.DATE):
        spans[facet], before = {}, None
        for step in _steps(facet):
            start, stop = step.span
            if before and step.holds(before):
                start, stop = (before.span.stop, stop) if start is None else (start, before.span.start)
            spans[facet][step.value] = Span(start, stop)
            before = step
    return spans


def _steps(facet: Facet) -> Iterator[_Step]:
    """The narrowest first."""
    limits = ranges.PRICE_STEPS[settings.CURRENCY]
    values = {
        Facet.PAGES: ranges.PAGES_STEPS,
        Facet.PRICE: (ranges.FREE, *(f"..{limit}" for limit in limits), f">{limits[-1]}"),
        Facet.DATE: (*ranges.DATE_STEPS, ranges.OLDER),
    }[facet]
    for value in values:
        if condition := condition_of(Field(facet.value), value):
            filters = dict(condition.filters)
            start, last = (filters.get(name) for name in FILTERS_OF[facet])
            stop = last if last is None or facet is Facet.DATE else last + 1
            yield _Step(value, condition.label, Span(start, stop))
