"""How much to top up, and by whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES, format_money, parse_money
from wenlan.payments.backends import providers_offered

#: Amounts offered with one tap, in whole units of the currency.
PRESETS = (10, 20, 50, 100)


def _preset_choices() -> list[tuple[str, str]]:
    digits, _sign = CURRENCIES[settings.CURRENCY]
    amounts = [preset * 10**digits for preset in PRESETS]
    return [
        (str(amount), format_money(amount, settings.CURRENCY))
        for amount in amounts
        if amount <= settings.TOP_UP_MAX_MINOR
    ]


class TopUpForm(forms.Form):
    """`amount_minor` is the amount written by hand if there is one, else the chosen one.

    Where only one provider is offered, it need not be named.
    """

    preset = forms.ChoiceField(label=_("Amount"), widget=forms.RadioSelect, required=False)
    amount = forms.CharField(
        label=_("Another amount"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    provider = forms.ChoiceField(label=_("Pay with"), widget=forms.RadioSelect, required=False)
    next = forms.CharField(widget=forms.HiddenInput, max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presets, providers = self.fields["preset"], self.fields["provider"]
        assert isinstance(presets, forms.ChoiceField)  # noqa: S101 - tells the type checker what stands above
        assert isinstance(providers, forms.ChoiceField)  # noqa: S101 - the same
        presets.choices = _preset_choices()
        presets.initial = presets.choices[1][0] if len(presets.choices) > 1 else None
        providers.choices = [(provider.name, provider.label) for provider in providers_offered()]
        if len(providers.choices) == 1:
            providers.initial = providers.choices[0][0]

    def clean_amount(self) -> int | None:
        text = self.cleaned_data["amount"]
        if not text:
            return None
        try:
            return parse_money(text, settings.CURRENCY, maximum_minor=settings.TOP_UP_MAX_MINOR)
        except WenlanError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_provider(self) -> str:
        offered = [provider.name for provider in providers_offered()]
        if not offered:
            raise forms.ValidationError(_("This site does not take payments yet."))
        chosen: str = self.cleaned_data["provider"] or (offered[0] if len(offered) == 1 else "")
        if not chosen:
            raise forms.ValidationError(_("Choose how to pay."))
        return chosen

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        amount_minor = values.get("amount")
        if amount_minor is None and values.get("preset"):
            amount_minor = int(values["preset"])
        if not amount_minor and not self.errors:
            self.add_error("amount", _("Choose an amount or write one."))
        values["amount_minor"] = amount_minor
        return values
