"""How much to top up, and by whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES, format_money, parse_money
from wenlan.payments.backends import providers_offered

#: Amounts offered with one tap, in whole units of the currency.
PRESETS = (10, 20, 50, 100)
OTHER_AMOUNT = "other"


def _preset_choices() -> list[tuple[str, str]]:
    digits, _sign = CURRENCIES[settings.CURRENCY]
    amounts = [preset * 10**digits for preset in PRESETS]
    return [
        (str(amount), format_money(amount, settings.CURRENCY))
        for amount in amounts
        if amount <= settings.TOP_UP_MAX_MINOR
    ]


class AmountInput(forms.MultiWidget):
    """Amounts to choose from, the last choice holding a field for any other; sent as amount_preset and amount."""

    template_name = "payments/forms/amount.html"
    use_fieldset = True

    def __init__(self) -> None:
        written = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})
        super().__init__({"preset": forms.RadioSelect(), "": written})

    def decompress(self, value: int | None) -> list[Any]:
        presets = [preset for preset, _label in _preset_choices()]
        return [presets[min(1, len(presets) - 1)] if presets else OTHER_AMOUNT, ""]


class AmountField(forms.MultiValueField):
    """An amount in minor units: a chosen one, or the one that was written beside “Another amount”."""

    def __init__(self, **options: Any) -> None:
        fields = [forms.ChoiceField(required=False), forms.CharField(required=False, max_length=20)]
        super().__init__(fields, require_all_fields=False, widget=AmountInput(), **options)

    def choices_set(self, choices: list[tuple[str, str]]) -> None:
        """Offer `choices` beside the amount one writes."""
        preset = self.fields[0]
        assert isinstance(preset, forms.ChoiceField)  # noqa: S101 - tells the type checker what stands above
        preset.choices = choices
        assert isinstance(self.widget, AmountInput)  # noqa: S101 - the same
        buttons = self.widget.widgets[0]
        assert isinstance(buttons, forms.RadioSelect)  # noqa: S101 - the same
        buttons.choices = choices

    def compress(self, data_list: list[Any]) -> int:
        preset, text = data_list
        if preset and preset != OTHER_AMOUNT:
            if text:
                raise forms.ValidationError(
                    _("You chose one amount and wrote another. Choose one of the two.")
                )
            return int(preset)
        if not text:
            raise forms.ValidationError(_("Choose an amount or write one."))
        try:
            amount_minor = parse_money(text, settings.CURRENCY, maximum_minor=settings.TOP_UP_MAX_MINOR)
        except WenlanError as error:
            raise forms.ValidationError(str(error)) from None
        if not amount_minor:
            raise forms.ValidationError(_("Choose an amount or write one."))
        return amount_minor


class TopUpForm(forms.Form):
    """`amount` is in minor units. Where only one provider is offered, it need not be named."""

    amount = AmountField(label=_("Amount"), error_messages={"required": _("Choose an amount or write one.")})
    provider = forms.ChoiceField(label=_("Pay with"), widget=forms.RadioSelect, required=False)
    next = forms.CharField(widget=forms.HiddenInput, max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount, providers = self.fields["amount"], self.fields["provider"]
        assert isinstance(amount, AmountField)  # noqa: S101 - tells the type checker what stands above
        assert isinstance(providers, forms.ChoiceField)  # noqa: S101 - the same
        amount.choices_set([*_preset_choices(), (OTHER_AMOUNT, gettext("Another amount"))])
        providers.choices = [(provider.name, provider.label) for provider in providers_offered()]
        if len(providers.choices) == 1:
            providers.initial = providers.choices[0][0]

    def clean_provider(self) -> str:
        offered = [provider.name for provider in providers_offered()]
        if not offered:
            raise forms.ValidationError(_("This site does not take payments yet."))
        chosen: str = self.cleaned_data["provider"] or (offered[0] if len(offered) == 1 else "")
        if not chosen:
            raise forms.ValidationError(_("Choose how to pay."))
        return chosen
