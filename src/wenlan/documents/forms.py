"""Forms about documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import ReaderGroup
from wenlan.core.errors import WenlanError
from wenlan.core.handlers import handlers
from wenlan.core.money import CURRENCIES, format_money, parse_money
from wenlan.documents import details
from wenlan.documents.models import Amendment, Category, Document

T = TypeVar("T")

PERCENT_OFFERED = 20
"""What stands in the field for a percentage until somebody writes another one."""
CURRENCY_UNITS: dict[str, str | Promise] = {
    "CNY": _("In yuan (CNY)"),
    "USD": _("In US dollars (USD)"),
    "EUR": _("In euros (EUR)"),
    "HKD": _("In Hong Kong dollars (HKD)"),
    "TWD": _("In New Taiwan dollars (TWD)"),
    "JPY": _("In yen (JPY)"),
}


def _by_the_rules(rule: Callable[..., T], *values: Any) -> T:
    """What `rule` makes of the values, its error as one of the field."""
    try:
        return rule(*values)
    except WenlanError as error:
        raise ValidationError(str(error), code=error.code) from error


def _price(text: str, currency: str) -> int:
    """The price that `text` names, in minor units; what is wrong with it as an error of the field."""
    try:
        return parse_money(text, currency, maximum_minor=settings.PRICE_MAX_MINOR)
    except WenlanError as error:
        raise ValidationError(str(error), code=error.code) from error


class PreviewInput(forms.MultiWidget):
    """How much readers see, the number inside the choice it belongs to; sent as preview_kind, _pages and _percent."""

    template_name = "documents/forms/preview.html"
    use_fieldset = True

    def __init__(self) -> None:
        number = {"class": "preview-choice__number"}
        super().__init__(
            {
                "kind": forms.RadioSelect(choices=Document.PreviewKind.choices),
                "pages": forms.NumberInput({**number, "min": 1, "max": details.PREVIEW_PAGES_MAX}),
                "percent": forms.NumberInput({**number, "min": 1, "max": 100}),
            }
        )

    def decompress(self, value: Document | None) -> list[Any]:
        parts = ["", max(1, settings.DEFAULT_PREVIEW_PAGES), PERCENT_OFFERED]
        if value is not None:
            parts[0] = value.preview_kind
            if value.preview_kind == Document.PreviewKind.PAGES:
                parts[1] = value.preview_value
            elif value.preview_kind == Document.PreviewKind.PERCENT:
                parts[2] = value.preview_value
        return parts


class PreviewField(forms.MultiValueField):
    """A preview policy, `(kind, value)` as `details.preview_check` gives it."""

    def __init__(self, **options: Any) -> None:
        choice = forms.ChoiceField(
            choices=Document.PreviewKind.choices,
            error_messages={"incomplete": _("Choose how much readers see.")},
        )
        numbers = [forms.IntegerField(required=False) for _index in range(2)]
        super().__init__([choice, *numbers], require_all_fields=False, widget=PreviewInput(), **options)

    def compress(self, data_list: list[Any]) -> tuple[str, int]:
        kind, pages, percent = data_list
        number = percent if kind == Document.PreviewKind.PERCENT else pages
        return _by_the_rules(details.preview_check, kind, number or 0)


class CategorySelect(forms.Select):
    """Lets a browser send the form without a choice, since a draft may still lack it."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # a generic only in the stubs, not at run time
    """No optional thing, though a draft may lack it for a while: `is_needed` says whether it may still."""

    is_needed = False

    def validate(self, value: Any) -> None:
        if self.is_needed:
            super().validate(value)


class FileForm(forms.Form):
    """The field for another file, and why the one that came was not taken; the checks are those of the service."""

    file = forms.FileField(
        label=_("New file"),
        help_text=_(
            "Title, description, category, tags, price and preview stay. The file it has now is replaced for good."
        ),
    )

    def __init__(self, *, refusal: WenlanError | None = None) -> None:
        super().__init__({} if refusal else None)
        if refusal:
            self.fields["file"].error_messages["required"] = str(refusal)
            self.fields["file"].widget.attrs["autofocus"] = True  # it stands far below on a phone


class ChosenForm(forms.Form):
    """What to set for several documents at once; what is left empty stays as it is with each."""

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), required=False, empty_label=_("As it is")
    )
    price = forms.CharField(
        label=_("Price"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number", "autocomplete": "off"}),
    )

    def clean_price(self) -> int | None:
        text = self.cleaned_data["price"]
        return _price(text, settings.CURRENCY) if text else None


class DetailsForm(forms.Form):
    """What an author says about a document; `cleaned_data` is what `document_update` takes, after `changes`.

    Its author is shown the words of an amendment that is not decided or was returned instead of those readers see.
    """

    title = forms.CharField(label=_("Title"), max_length=1000)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": details.DESCRIPTION_MAX}),
        help_text=_("What readers find in it and whom it helps."),
    )
    category = CategoryField(
        label=_("Category"),
        queryset=Category.objects.all(),
        empty_label=_("Choose one"),
        help_text=_("Needed before the document goes to review."),
        error_messages={"required": _("Choose a category first.")},
        widget=CategorySelect,
    )
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Up to 10, separated by commas."))
    price = forms.CharField(
        label=_("Price"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number", "autocomplete": "off"}),
    )
    preview = PreviewField(label=_("What readers see before they buy"))
    audience = forms.ChoiceField(
        label=_("Who may find it"),
        choices=Document.Audience.choices,
        widget=forms.RadioSelect,
        help_text=_("For everybody else it is on no list, and its address leads nowhere."),
    )
    groups = forms.ModelMultipleChoiceField(
        label=_("Groups of readers"),
        queryset=ReaderGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: QueryDict | None = None, *, document: Document, amendment: Amendment | None = None
    ) -> None:
        self.document = document
        super().__init__(data, initial=self._initial_of(document, amendment))
        self.fields["title"].widget.attrs["maxlength"] = details.TITLE_MAX
        category = self.fields["category"]
        assert isinstance(category, CategoryField)  # noqa: S101 - tells the type checker what stands above
        category.is_needed = document.is_known_to_readers or (
            data is not None and data.get("then") == "submit"
        )
        self._audiences_offer()
        self.fields["price"].help_text = _("%(unit)s; 0 means free, at most %(maximum)s.") % {
            "unit": CURRENCY_UNITS[document.currency],
            "maximum": format_money(settings.PRICE_MAX_MINOR, document.currency),
        }

    def _audiences_offer(self) -> None:
        """Nothing is asked where there is nothing to choose: no membership, and an author who is in no group."""
        groups = self.fields["groups"]
        audience = self.fields["audience"]
        assert isinstance(groups, forms.ModelMultipleChoiceField)  # noqa: S101 - tells the type checker
        assert isinstance(audience, forms.ChoiceField)  # noqa: S101 - tells the type checker
        theirs = ReaderGroup.objects.filter(
            Q(members=self.document.author_id) | Q(documents=self.document.pk)
        ).distinct()
        offered = {Document.Audience.EVERYONE.value, self.document.audience}
        if any(is_offered() for is_offered in handlers("membership_is_offered")):
            offered.add(Document.Audience.MEMBERS.value)
        if theirs:
            offered.add(Document.Audience.GROUPS.value)
            groups.queryset = theirs
        else:
            del self.fields["groups"]
        audience.choices = [choice for choice in Document.Audience.choices if choice[0] in offered]
        if len(offered) == 1:
            del self.fields["audience"]

    @staticmethod
    def _initial_of(document: Document, amendment: Amendment | None) -> dict[str, Any]:
        digits, _sign = CURRENCIES[document.currency]
        words = amendment or document
        return {
            "title": words.title,
            "description": words.description,
            "category": words.category_id,
            "tags": ", ".join(tag.name for tag in document.tags.all()),
            "price": f"{document.price_minor / 10**digits:.{digits}f}" if document.price_minor else "0",
            "preview": document,  # PreviewInput takes apart what it needs
            "audience": document.audience,
            "groups": list(document.groups.all()),
        }

    def clean_title(self) -> str:
        return _by_the_rules(details.title_clean, self.cleaned_data["title"])

    def clean_description(self) -> str:
        return _by_the_rules(details.description_clean, self.cleaned_data["description"])

    def clean_tags(self) -> list[str]:
        tags = details.tags_split(self.cleaned_data["tags"])
        return list(_by_the_rules(details.tags_clean, tags).values())

    def clean_price(self) -> int:
        return _price(self.cleaned_data["price"], self.document.currency)

    def changes(self) -> dict[str, Any]:
        """The keyword arguments for `document_update`."""
        values = dict(self.cleaned_data)
        values["price_minor"] = values.pop("price")
        values["preview_kind"], values["preview_value"] = values.pop("preview")
        return values
