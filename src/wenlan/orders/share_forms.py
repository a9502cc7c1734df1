"""The commission an author chooses, in percent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _


class CommissionForm(forms.Form):
    """`cleaned_data["basis_points"]` is in hundredths of a percent; None when nothing was written."""

    basis_points = forms.DecimalField(
        label=_("Commission in percent of the price"),
        required=False,
        min_value=0,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "class": "number", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, basis_points: int | None, is_optional: bool) -> None:
        percent = None if basis_points is None else Decimal(basis_points) / 100
        super().__init__(data, initial={"basis_points": None if percent is None else f"{percent:g}"})
        field = self.fields["basis_points"]
        maximum = Decimal(settings.COMMISSION_BASIS_POINTS_MAX) / 100
        field.validators.append(MaxValueValidator(maximum))
        field.widget.attrs.update({"min": "0", "max": f"{maximum:g}", "step": "0.01"})
        words = (
            _("0 means none, at most %(maximum)s. Empty: as for all your documents.")
            if is_optional
            else _("0 means none, at most %(maximum)s.")
        )
        field.help_text = words % {"maximum": f"{maximum:g}"}

    def clean_basis_points(self) -> int | None:
        percent = self.cleaned_data["basis_points"]
        return None if percent is None else int(percent * 100)
