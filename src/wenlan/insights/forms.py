"""Forms about reading."""

from __future__ import annotations

from django import forms


class ReadingForm(forms.Form):
    page = forms.IntegerField(min_value=1, max_value=1_000_000)
