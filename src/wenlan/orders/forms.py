"""What a reader agrees to when they buy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES, parse_money
from wenlan.documents.models import Document
from wenlan.orders.coupons import CouponRefused
from wenlan.orders.pricing import Quote, document_quote


def money_text(amount_minor: int, currency: str) -> str:
    """An amount as it stands in a field, `4.00`."""
    digits, _sign = CURRENCIES[currency]
    return f"{amount_minor / 10**digits:.{digits}f}"


class MoneyField(forms.CharField):
    """An amount in minor units of `currency`, or None when nothing is written and nothing needs to be."""

    def __init__(self, *, currency: str = "", **options: Any) -> None:
        self.currency = currency
        options.setdefault("max_length", 20)
        options.setdefault(
            "widget",
            forms.TextInput({"inputmode": "decimal", "class": "number", "autocomplete": "off"}),
        )
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        currency = self.currency or settings.CURRENCY
        try:
            return parse_money(text, currency, maximum_minor=settings.PRICE_MAX_MINOR)
        except WenlanError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


class BuyForm(forms.Form):
    """The price that stood on the page, and how it came about, so that no other one is ever paid."""

    expected_price_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    coupon = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    chosen_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    @classmethod
    def showing(cls, quote: Quote) -> BuyForm:
        """The form of a page that shows the price of `quote`."""
        return cls(
            initial={
                "expected_price_minor": quote.price_minor,
                "coupon": quote.coupon.code if quote.coupon else "",
                "chosen_minor": quote.price_minor if quote.is_chosen else None,
            },
            auto_id=False,
        )

    def agreed(self) -> dict[str, Any]:
        """What `document_buy` and `checkout_open` are told of it."""
        return {
            "expected_price_minor": self.cleaned_data["expected_price_minor"],
            "coupon_code": self.cleaned_data["coupon"],
            "chosen_minor": self.cleaned_data["chosen_minor"],
        }


class OfferForm(forms.Form):
    """What a reader may say before they see what a document costs them: a coupon, or what they want to pay.

    `quote` is the price by it; what does not count is an error of its field, and the quote then the one without.
    """

    coupon = forms.CharField(
        label=_("Coupon"),
        max_length=80,
        required=False,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    chosen = MoneyField(label=_("What you want to pay"))

    quote: Quote

    def __init__(self, data: Any, *, document: Document, reader: User | None) -> None:
        plain = document_quote(document, reader)
        values = {"coupon": data.get("coupon", ""), "chosen": data.get("chosen", "")}
        if plain.is_chosen:
            values["chosen"] = values["chosen"] or money_text(plain.price_minor, plain.currency)
        super().__init__(values)
        self.document, self.reader, self.quote = document, reader, plain
        chosen = self.fields["chosen"]
        assert isinstance(chosen, MoneyField)  # noqa: S101 - tells the type checker what stands above
        chosen.currency = plain.currency
        del self.fields["coupon" if plain.is_chosen else "chosen"]
        self.full_clean()

    @property
    def field(self) -> forms.BoundField:
        """The one field there is."""
        return self["chosen" if self.quote.is_chosen else "coupon"]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        try:
            self.quote = document_quote(
                self.document,
                self.reader,
                coupon_code=given.get("coupon", ""),
                chosen_minor=given.get("chosen"),
            )
        except WenlanError as error:
            self.add_error("coupon" if isinstance(error, CouponRefused) else "chosen", str(error))
        return given


class GuestForm(forms.Form):
    """Where the link goes by which somebody without an account gets what they paid for."""

    email = forms.EmailField(
        label=_("Your email address"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )


class MembershipForm(forms.Form):
    """A plan at the price that stood on the page; `key` makes two clicks one purchase."""

    plan = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    expected_price_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    renews = forms.BooleanField(required=False)
