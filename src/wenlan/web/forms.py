"""Forms of the web room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SpecimenForm(forms.Form):
    """A form with one field of each kind, for the design page; it is never sent."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("What readers will search for."))
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    price = forms.DecimalField(label=_("Price"), min_value=0, max_digits=8, decimal_places=2)
    preview = forms.ChoiceField(
        label=_("Preview"),
        widget=forms.RadioSelect,
        choices=[("pages", _("The first pages")), ("whole", _("Every page"))],
        initial="pages",
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("zh", _("Chinese")), ("en", _("English"))])
    file = forms.FileField(label=_("File"), required=False)
    agree = forms.BooleanField(label=_("I wrote this myself or may offer it."))
