"""The search form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from wenlan.search.analysis import QUERY_MAX_CHARACTERS
from wenlan.search.conditions import Condition, Field, condition_of, filters_of
from wenlan.search.facets import FacetList, facet_lists
from wenlan.search.ports import Facet, SearchFilters
from wenlan.search.queries import TypedQuery, typed_query
from wenlan.search.selectors import Results, Sort


@dataclass(frozen=True)
class FilterInUse:
    """What narrows a search down, in words, and the address of the same search `without` it."""

    label: str
    without: str


class SearchForm(forms.Form):
    """What to look for. A value that makes no sense asks for nothing instead of being refused.

    Beside the fields that are shown, `data` has what was chosen from the panel, by the names of the facets. What
    is typed of a facet stands in the place of what was chosen of it.
    """

    q = forms.CharField(
        label=_("Keywords"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": QUERY_MAX_CHARACTERS, "enterkeyhint": "search"}
        ),
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (Sort.RELEVANCE.value, _("Best match first")),
            (Sort.NEWEST.value, _("Newest first")),
            (Sort.POPULAR.value, _("Most read first")),
            (Sort.CHEAPEST.value, _("Lowest price first")),
            (Sort.DEAREST.value, _("Highest price first")),
        ],
    )

    def __init__(self, data: QueryDict, **options: Any) -> None:
        super().__init__(data, **options)
        self.typed: TypedQuery = typed_query(data.get("q", ""))
        typed = {condition.field for condition in self.typed.conditions}
        self.chosen: dict[Facet, Condition] = {}
        for facet in Facet:
            field = Field(facet.value)
            if field not in typed and (condition := condition_of(field, data.get(facet.value, ""))):
                self.chosen[facet] = condition

    def filters(self) -> SearchFilters:
        """What was chosen from the panel."""
        return filters_of(self.chosen.values())

    @property
    def is_narrowed(self) -> bool:
        return bool(self.typed.conditions or self.chosen)

    def filters_in_use(self) -> list[FilterInUse]:
        """First what was typed, then what was chosen."""
        typed = [
            FilterInUse(condition.label, self._address(self.typed.without(condition), self.chosen_values))
            for condition in dict.fromkeys(self.typed.conditions)
        ]
        chosen = [
            FilterInUse(condition.label, self.address_with(facet, ""))
            for facet, condition in self.chosen.items()
        ]
        return typed + chosen

    def without_filters(self) -> str:
        """The address of the same search in everything."""
        return self._address(self.typed.without(*self.typed.conditions), {})

    def values(self) -> dict[Facet, str]:
        """The value of each facet that the search is narrowed down to, of several the last."""
        typed = {
            condition.field.value: condition.value for condition in self.typed.conditions if condition.field
        }
        chosen = {facet: condition.value for facet, condition in self.chosen.items()}
        return chosen | {facet: typed[facet.value] for facet in Facet if facet.value in typed}

    def address_with(self, facet: Facet, value: str) -> str:
        """The address of the same search with another value of a facet, with "" in all of them."""
        text = self.typed.without_field(Field(facet.value))
        return self._address(text, {**self.chosen_values, facet.value: value})

    @property
    def chosen_values(self) -> dict[str, str]:
        """What was chosen from the panel, as addresses and hidden fields have it."""
        return {facet.value: condition.value for facet, condition in self.chosen.items()}

    def _address(self, text: str, chosen: Mapping[str, str]) -> str:
        self.is_valid()
        values = {"q": text, **chosen, "sort": self.cleaned_data.get("sort")}
        return f"?{urlencode({name: value for name, value in values.items() if value})}"

    def facets(self, results: Results) -> list[FacetList]:
        """What `results` can be narrowed down to further."""
        return facet_lists(
            results.counts, total=results.total, chosen=self.values(), address=self.address_with
        )

    def sort_order(self) -> Sort:
        self.is_valid()
        return Sort(self.cleaned_data.get("sort") or Sort.RELEVANCE.value)
