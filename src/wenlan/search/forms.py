"""The search form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wenlan.documents.formats import FORMAT_FAMILIES, format_shown
from wenlan.documents.models import Category
from wenlan.search.analysis import QUERY_MAX_CHARACTERS
from wenlan.search.ports import SearchFilters
from wenlan.search.selectors import Sort

PAGES_MAX = 1_000_000
FILTERS = ("category", "format", "price", "pages_min", "pages_max")


@dataclass(frozen=True)
class FilterInUse:
    """What narrows a search down, in words, and the address of the same search `without` it."""

    label: str
    without: str


class SearchForm(forms.Form):
    """What to look for. A value that makes no sense asks for nothing instead of being refused."""

    q = forms.CharField(
        label=_("Keywords"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": QUERY_MAX_CHARACTERS, "enterkeyhint": "search"}
        ),
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=lambda: [("", _("Any format")), *((name, format_shown(name)) for name in FORMAT_FAMILIES)],
    )
    price = forms.ChoiceField(
        label=_("Price"),
        required=False,
        choices=[("", _("Any price")), ("free", _("Free")), ("paid", _("For sale"))],
    )
    pages_min = forms.IntegerField(label=_("Pages from"), required=False, min_value=1, max_value=PAGES_MAX)
    pages_max = forms.IntegerField(label=_("Pages up to"), required=False, min_value=1, max_value=PAGES_MAX)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (Sort.RELEVANCE.value, _("Best match first")),
            (Sort.NEWEST.value, _("Newest first")),
            (Sort.POPULAR.value, _("Most read first")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        if isinstance(category, forms.ChoiceField):
            shelves = Category.objects.all()
            category.choices = [("", _("Every category")), *((shelf.slug, shelf.name) for shelf in shelves)]

    def filters(self) -> SearchFilters:
        """The filters that make sense; those that do not are left out."""
        self.is_valid()
        values = self.cleaned_data
        price = values.get("price")
        return SearchFilters(
            category=values.get("category") or "",
            format=values.get("format") or "",
            price_min=1 if price == "paid" else None,
            price_max=0 if price == "free" else None,
            pages_min=values.get("pages_min"),
            pages_max=values.get("pages_max"),
        )

    @property
    def is_narrowed(self) -> bool:
        return not self.filters().is_empty

    def filters_in_use(self) -> list[FilterInUse]:
        self.is_valid()
        return [
            FilterInUse(self._in_words(name), self._address_without(name))
            for name in FILTERS
            if self.cleaned_data.get(name)
        ]

    def without_filters(self) -> str:
        """The address of the same search in everything."""
        self.is_valid()
        return self._address_without(*FILTERS)

    def _in_words(self, name: str) -> str:
        value, field = self.cleaned_data[name], self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices)[value])  # type: ignore[arg-type]  # no choice is a group
        if name == "pages_min":
            return ngettext("%(pages)d page or more", "%(pages)d pages or more", value) % {"pages": value}
        return ngettext("%(pages)d page at most", "%(pages)d pages at most", value) % {"pages": value}

    def _address_without(self, *names: str) -> str:
        kept = {name: value for name, value in self.cleaned_data.items() if value and name not in names}
        return f"?{urlencode(kept)}"

    def sort_order(self) -> Sort:
        self.is_valid()
        return Sort(self.cleaned_data.get("sort") or Sort.RELEVANCE.value)
