"""What to look for instead, when a search finds nothing or hardly anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.search.analysis import UNSPACED, SearchQuery, fold
from wenlan.search.forms import SearchForm
from wenlan.search.history import popular_searches
from wenlan.search.selectors import Result, Results, documents_search
from wenlan.search.spelling import corrections
from wenlan.search.suggestions import Suggested

FEW = 3
"""Finds from which on nobody is asked whether they meant something else."""
NEAREST_SHOWN = 3
_ROW = re.compile(f"[{UNSPACED}]{{3,}}")
WITHOUT_TRIED = 6


@dataclass(frozen=True)
class Alternative:
    """Another search and how many documents it finds, which is never none; `label` is what it has, or leaves out."""

    label: str
    url: str
    results: Results

    @property
    def total(self) -> int:
        return self.results.total


@dataclass
class Alternatives:
    """What to offer beside what was found.

    `meant` finds more than the search itself; `without` is the same search with one filter less each, and last with
    none; `nearest` are the first documents of the best of these.
    """

    meant: Alternative | None = None
    without: list[Alternative] = field(default_factory=list)
    nearest: list[Result] = field(default_factory=list)
    popular: list[Suggested] = field(default_factory=list)


def alternatives_for(*, form: SearchForm, results: Results, user: User | AnonymousUser) -> Alternatives:
    """What to look for instead of what `form` asks for; nothing if only titles were looked at.

    Where `results` are plenty there may be a spelling that was meant, and nothing else.
    """
    found = Alternatives()
    if results.is_catching_up or results.page.number > 1:
        return found
    if not _is_little(results):
        if _is_cut_up(results.query) and not form.typed.conditions:
            found.meant = _meant_in_one(form, user)
        return found
    if not results.query.is_empty:
        found.meant = _meant(form, results, user)
    if results.page.object_list:
        return found
    found.without = _without(form, user)
    nearest = found.without[-1:] or ([found.meant] if found.meant else [])
    found.nearest = [row for other in nearest for row in other.results.page.object_list[:NEAREST_SHOWN]]
    found.popular = [Suggested.search(text) for text in popular_searches()]
    return found


def _is_little(results: Results) -> bool:
    return results.is_partial or results.total < FEW


def _meant(form: SearchForm, results: Results, user: User | AnonymousUser) -> Alternative | None:
    """The other spelling that finds most, if that is more than the search as it stands."""
    tried = [_searched(form.data, user, q=text) for text in corrections(form.typed.text)]
    better = [other for other in tried if _finds_more(other.results, results)]
    return max(better, key=lambda other: (not other.results.is_partial, other.total), default=None)


def _is_cut_up(query: SearchQuery) -> bool:
    """Whether a row of Chinese has a single character left over, as where a wrong one tears a word apart (公文写做)."""
    leftover = any(len(grams) == 1 and re.fullmatch(f"[{UNSPACED}]", grams[0]) for grams in query.needed)
    return leftover and not query.phrases and _ROW.search(fold(query.text)) is not None


def _meant_in_one(form: SearchForm, user: User | AnonymousUser) -> Alternative | None:
    """The other spelling whose rows of Chinese stand somewhere as they are, if those of the search do so nowhere.

    What was torn apart finds whatever has one of the pieces, however much that is. A spelling that only leaves something
    out is none.
    """
    text = form.typed.text
    others = [other for other in corrections(text) if len(other) >= len(text)]
    if not others or _stands(form, user, text):
        return None
    meant = next((other for other in others if _stands(form, user, other)), None)
    return _searched(form.data, user, q=meant) if meant else None


def _stands(form: SearchForm, user: User | AnonymousUser, text: str) -> bool:
    asked = _ROW.sub(lambda row: f'"{row[0]}"', fold(text))
    results = _searched(form.data, user, q=asked).results
    return bool(results.page.object_list) and not results.is_partial


def _finds_more(other: Results, results: Results) -> bool:
    if other.is_catching_up or other.is_partial or not other.page.object_list:
        return False
    return results.is_partial or other.total > results.total


def _without(form: SearchForm, user: User | AnonymousUser) -> list[Alternative]:
    """The same search without each of its filters, and without all of them; those that find something."""
    addresses = {chosen.without: chosen.label for chosen in form.filters_in_use()[:WITHOUT_TRIED]}
    if len(addresses) > 1:
        addresses[form.without_filters()] = _("all filters")
    tried = [
        _searched(QueryDict(address.removeprefix("?")), user, label=label)
        for address, label in addresses.items()
    ]
    return [other for other in tried if other.results.page.object_list and not other.results.is_catching_up]


def _searched(
    asked: Mapping[str, str], user: User | AnonymousUser, *, label: str = "", **changed: str
) -> Alternative:
    """The first page of a search as an address asks for it, with some values changed."""
    data = QueryDict(mutable=True)
    for name in asked:
        data[name] = asked[name]
    for name, value in changed.items():
        data[name] = value
    data.pop("page", None)
    form = SearchForm(data)
    results = documents_search(query=form.typed, user=user, filters=form.filters(), sort=form.sort_order())
    return Alternative(label=label or form.typed.text, url=f"?{data.urlencode()}", results=results)
