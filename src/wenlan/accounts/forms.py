"""Forms about people."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks for beside e-mail and password."""

    display_name = forms.CharField(label=_("Name shown to others"), max_length=60)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
