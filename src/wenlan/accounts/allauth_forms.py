"""Forms of allauth in our words. Apart from `forms`, which allauth itself imports."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import AddEmailForm, ChangePasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _


class NewAddressForm(AddEmailForm):  # type: ignore[misc] # allauth is untyped
    """Asks for another address to sign in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc] # allauth is untyped
    """Asks somebody who forgot their password for another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_passwords(self)


class OtherPasswordForm(ChangePasswordForm):  # type: ignore[misc] # allauth is untyped
    """Asks for the password somebody has, and for another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_passwords(self)


_PASSWORDS = {
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password (again)"),
}


def _label_passwords(form: forms.Form) -> None:
    """Name the fields as all others are named, with one capital letter; a placeholder repeats the name."""
    for name, label in _PASSWORDS.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs["placeholder"] = label
