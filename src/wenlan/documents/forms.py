"""Forms about documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES, format_money, parse_money
from wenlan.documents import details
from wenlan.documents.models import Category, Document

T = TypeVar("T")


def _by_the_rules(rule: Callable[..., T], *values: Any) -> T:
    """What `rule` makes of the values, its error as one of the field."""
    try:
        return rule(*values)
    except WenlanError as error:
        raise ValidationError(str(error), code=error.code) from error


class DetailsForm(forms.Form):
    """What an author says about a document; `cleaned_data` is what `document_update` takes, after `changes`."""

    title = forms.CharField(label=_("Title"), max_length=1000)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": details.DESCRIPTION_MAX}),
        help_text=_("What readers find in it and whom it helps."),
    )
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=_("Choose one"),
        help_text=_("Needed before the document goes to review."),
    )
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Up to 10, separated by commas."))
    price = forms.CharField(
        label=_("Price"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number", "autocomplete": "off"}),
    )
    preview_kind = forms.ChoiceField(
        label=_("What readers see before they buy"),
        choices=Document.PreviewKind.choices,
        widget=forms.RadioSelect,
    )
    preview_value = forms.IntegerField(
        label=_("How many pages, or how much percent"),
        required=False,
        min_value=0,
        max_value=details.PREVIEW_PAGES_MAX,
    )

    def __init__(self, data: QueryDict | None = None, *, document: Document) -> None:
        self.document = document
        super().__init__(data, initial=self._initial_of(document))
        self.fields["title"].widget.attrs["maxlength"] = details.TITLE_MAX
        maximum = format_money(settings.PRICE_MAX_MINOR, document.currency)
        self.fields["price"].help_text = _("In %(currency)s; 0 means free, at most %(maximum)s.") % {
            "currency": document.currency,
            "maximum": maximum,
        }

    @staticmethod
    def _initial_of(document: Document) -> dict[str, Any]:
        digits, _sign = CURRENCIES[document.currency]
        return {
            "title": document.title,
            "description": document.description,
            "category": document.category_id,
            "tags": ", ".join(tag.name for tag in document.tags.all()),
            "price": f"{document.price_minor / 10**digits:.{digits}f}" if document.price_minor else "0",
            "preview_kind": document.preview_kind,
            "preview_value": document.preview_value,
        }

    def clean_title(self) -> str:
        return _by_the_rules(details.title_clean, self.cleaned_data["title"])

    def clean_description(self) -> str:
        return _by_the_rules(details.description_clean, self.cleaned_data["description"])

    def clean_tags(self) -> list[str]:
        tags = details.tags_split(self.cleaned_data["tags"])
        return list(_by_the_rules(details.tags_clean, tags).values())

    def clean_price(self) -> int:
        text = self.cleaned_data["price"]
        try:
            return parse_money(text, self.document.currency, maximum_minor=settings.PRICE_MAX_MINOR)
        except WenlanError as error:
            raise ValidationError(str(error), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "preview_kind" in cleaned and "preview_value" in cleaned:
            try:
                _kind, cleaned["preview_value"] = details.preview_check(
                    cleaned["preview_kind"], cleaned["preview_value"] or 0
                )
            except WenlanError as error:
                self.add_error("preview_value", str(error))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The keyword arguments for `document_update`."""
        values = dict(self.cleaned_data)
        values["price_minor"] = values.pop("price")
        return values
