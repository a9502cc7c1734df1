"""What authors and operators fill in about payouts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import parse_money
from wenlan.core.text import clean_line
from wenlan.payments.models import Method, PayoutAccount, new_key
from wenlan.payments.payouts.services import HOLD_DAYS_MAX


class PayoutAccountForm(forms.ModelForm[PayoutAccount]):
    """Where the money should go. Of what this site does not need to know nothing is asked."""

    class Meta:
        model = PayoutAccount
        fields = ["method", "holder", "number", "bank", "identity_number", "address"]
        widgets = {"method": forms.RadioSelect}
        labels = {
            "method": _("How shall we pay you?"),
            "holder": _("Name of the holder"),
            "number": _("Account number"),
            "bank": _("Bank and branch"),
            "identity_number": _("Identity or tax number"),
            "address": _("Postal address"),
        }
        help_texts = {
            "holder": _("As it stands in the account or on the card."),
            "number": _("Of the card, or the phone number or email address of the Alipay or WeChat account."),
            "bank": _("For a bank transfer."),
            "identity_number": _("The law asks us whom we pay."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        methods = self.fields["method"]
        assert isinstance(methods, forms.ChoiceField)  # noqa: S101 - tells the type checker what stands above
        methods.choices = [(name, Method(name).label) for name in settings.PAYOUT_METHODS]
        if len(settings.PAYOUT_METHODS) == 1:
            methods.initial = settings.PAYOUT_METHODS[0]
        for name in ("identity_number", "address"):
            if name in settings.PAYOUT_IDENTITY:
                self.fields[name].required = True
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = {
            name: clean_line(value) if isinstance(value, str) else value
            for name, value in (super().clean() or self.cleaned_data).items()
        }
        for name in ("holder", "number", "identity_number", "address"):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, _("Write something here."))
        if cleaned.get("method") == Method.BANK:
            if not cleaned.get("bank"):
                self.add_error("bank", _("Name the bank, and the branch if you know it."))
            number = str(cleaned.get("number", "")).replace(" ", "").replace("-", "")
            if number and not (number.isascii() and number.isalnum()):
                self.add_error("number", _("The number of an account has digits and letters only."))
            cleaned["number"] = number
        else:
            cleaned["bank"] = ""
        return cleaned


class PayoutForm(forms.Form):
    """How much of the free earnings to take out; `amount` becomes minor units."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_amount(self) -> int:
        try:
            return parse_money(self.cleaned_data["amount"], settings.CURRENCY, maximum_minor=10**12)
        except WenlanError as error:
            raise forms.ValidationError(str(error)) from None


class PayoutConfirmForm(forms.Form):
    """What stood on the page when the author agreed; `key` is the same however often the button is pressed."""

    amount_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**12)
    expected_fee_minor = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**12)
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    @classmethod
    def showing(cls, *, amount_minor: int, fee_minor: int) -> PayoutConfirmForm:
        """The form of a page that shows this amount and this fee."""
        return cls(
            initial={"amount_minor": amount_minor, "expected_fee_minor": fee_minor, "key": new_key()},
            auto_id=False,
        )


class _ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The author reads this in a mail and beside the payout."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        reason = clean_line(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(_("Write why; the author reads it."))
        return reason


class RejectForm(_ReasonForm):
    """Why a payout is refused."""


class HoldForm(_ReasonForm):
    """Why a payout has to wait, and for how long."""

    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=HOLD_DAYS_MAX, initial=7)


class BatchResultForm(forms.Form):
    """The bank's answer to a batch."""

    file = forms.FileField(
        label=_("The bank's answer (CSV)"),
        help_text=_(
            "The file of this batch, with “paid” or “failed” as the result of each row, and a reason if it failed."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
