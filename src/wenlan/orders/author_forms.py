"""What an author decides about prices: sales, prices that readers choose, coupons, bundles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.forms import MoneyField, money_text
from wenlan.orders.models import Coupon
from wenlan.orders.models.prices import CODE_LENGTH

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time in the time zone of the site."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT))
        super().__init__(input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%d"], **options)


class TermsForm(forms.Form):
    """What is proposed to readers who choose the price themselves."""

    suggested = MoneyField(
        label=_("Suggested price"),
        help_text=_("What stands in the field until a reader writes another amount."),
    )

    def __init__(self, data: Any = None, *, document: Document, suggested_minor: int | None = None) -> None:
        shown_minor = suggested_minor or document.price_minor
        super().__init__(data, initial={"suggested": money_text(shown_minor, document.currency)})
        _in_currency(self, "suggested", document.currency)


class SalePriceForm(forms.Form):
    """Another price from one moment to another."""

    price = MoneyField(label=_("Sale price"))
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))

    def __init__(self, data: Any = None, *, document: Document) -> None:
        super().__init__(data)
        _in_currency(self, "price", document.currency)

    def values(self) -> dict[str, Any]:
        """What `sale_price_add` takes."""
        values = dict(self.cleaned_data)
        values["price_minor"] = values.pop("price")
        return values


class CouponForm(forms.Form):
    """A new coupon; `documents` are those of `author`."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_("What readers type; capitals, blanks and dashes do not matter."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    kind = forms.ChoiceField(
        label=_("Takes off"),
        choices=Coupon.Kind.choices,
        widget=forms.RadioSelect,
        initial=Coupon.Kind.PERCENT,
    )
    percent = forms.IntegerField(label=_("Percentage"), required=False, min_value=0, max_value=100)
    amount = MoneyField(label=_("Amount"), required=False)
    minimum = MoneyField(label=_("From which price on"), required=False)
    documents = forms.ModelMultipleChoiceField(
        label=_("Only for"),
        queryset=Document.objects.none(),
        required=False,
        help_text=_("None chosen: for all your documents."),
    )
    starts_at = MomentField(label=_("Begins"), required=False)
    ends_at = MomentField(label=_("Ends"), required=False)
    limit_total = forms.IntegerField(label=_("Uses in all"), required=False, min_value=1, max_value=10**9)
    limit_per_reader = forms.IntegerField(
        label=_("Uses of one reader"), min_value=1, max_value=10**6, initial=1
    )

    def __init__(self, data: Any = None, *, author: User) -> None:
        super().__init__(data)
        _offer_documents(self, author)

    def values(self) -> dict[str, Any]:
        """What `coupon_create` takes."""
        values = dict(self.cleaned_data)
        values["percent"] = values["percent"] or 0
        values["amount_minor"] = values.pop("amount") or 0
        values["minimum_minor"] = values.pop("minimum") or 0
        values["document_ids"] = [document.pk for document in values.pop("documents")]
        return values


class BundleForm(forms.Form):
    """A new bundle of documents of `author`."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4})
    )
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents"),
        queryset=Document.objects.none(),
        help_text=_("At least two; only published documents can be chosen."),
    )
    price = MoneyField(label=_("Price of all together"))

    def __init__(self, data: Any = None, *, author: User) -> None:
        super().__init__(data)
        _offer_documents(self, author)

    def values(self) -> dict[str, Any]:
        """What `bundle_create` takes."""
        values = dict(self.cleaned_data)
        values["price_minor"] = values.pop("price")
        values["document_ids"] = [document.pk for document in values.pop("documents")]
        return values


def _offer_documents(form: forms.Form, author: User) -> None:
    documents = form.fields["documents"]
    assert isinstance(documents, forms.ModelMultipleChoiceField)  # noqa: S101 - tells the type checker
    documents.queryset = Document.objects.filter(author=author, state=Document.State.PUBLISHED).order_by(
        "title", "pk"
    )
    documents.widget.attrs["size"] = 8


def _in_currency(form: forms.Form, name: str, currency: str) -> None:
    field = form.fields[name]
    assert isinstance(field, MoneyField)  # noqa: S101 - tells the type checker what stands above
    field.currency = currency
