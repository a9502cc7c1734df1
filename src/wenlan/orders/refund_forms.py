"""How much goes back to a buyer, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES, format_money, parse_money
from wenlan.core.text import clean_line
from wenlan.orders.models import Order, Refund


class RefundForm(forms.Form):
    """A part of what is left of an order's price; `amount` becomes minor units. Shown, it holds all that is left."""

    amount = forms.CharField(
        label=_("How much goes back"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("A word to the reader"),
        help_text=_("They read it in a mail and on the receipt."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        _digits, sign = CURRENCIES[order.currency]
        left = format_money(order.kept_minor, order.currency)
        self.fields["amount"].initial = left.removeprefix(sign)
        self.fields["amount"].help_text = gettext("At most %(left)s.") % {"left": left}

    def clean_amount(self) -> int:
        try:
            amount_minor = parse_money(
                self.cleaned_data["amount"], self.order.currency, maximum_minor=self.order.kept_minor
            )
        except WenlanError as error:
            raise forms.ValidationError(str(error)) from None
        if not amount_minor:
            raise forms.ValidationError(_("Write an amount."))
        return amount_minor

    def clean_note(self) -> str:
        return clean_line(self.cleaned_data["note"])

    @property
    def reason(self) -> Refund.Reason:
        """Why it goes back: of the author's own will."""
        return Refund.Reason.GOODWILL


class HouseRefundForm(RefundForm):
    """The same by an operator, who says why."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (reason, reason.label)
            for reason in (Refund.Reason.COMPLAINT, Refund.Reason.DELIVERY, Refund.Reason.OPERATOR)
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("amount", "why", "note")

    @property
    def reason(self) -> Refund.Reason:
        return Refund.Reason(self.cleaned_data["why"])


class RefundConfirmForm(forms.Form):
    """`key` is the same however often the button of the confirmation is pressed."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
