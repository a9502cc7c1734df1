"""Forms of allauth in our words. Apart from `forms`, which allauth itself imports."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import AddEmailForm
from django.utils.translation import gettext_lazy as _


class NewAddressForm(AddEmailForm):  # type: ignore[misc] # allauth is untyped
    """Asks for another address to sign in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")
