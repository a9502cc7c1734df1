"""Forms about people."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from wenlan.accounts.models import User
from wenlan.accounts.names import is_reserved
from wenlan.core.text import clean_line, clean_paragraphs

NAME_MAX_LENGTH = 60

#: Kinds of characters (Unicode general categories) that a name is not written with: what cannot be seen,
#: what has no meaning yet, and symbols that look like a badge of the house beside a name.
_NOT_IN_NAMES = {"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk"}


#: What allauth says on our pages in words that are not ours. The catalogue of this room is asked before allauth's,
#: and the texts stand here so that it keeps them.
_SAID_BY_ALLAUTH = (
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Incorrect password."),
    gettext_noop("Password (again)"),
)


class DisplayNameField(forms.CharField):
    """The name others see: one line, 1–60 characters, none of them able to deceive the eye."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Name shown to others"))
        options.setdefault("max_length", NAME_MAX_LENGTH)
        super().__init__(**options)
        self.widget.attrs.setdefault("autocomplete", "nickname")

    def to_python(self, value: Any) -> str:
        return clean_line(str(value)) if value is not None else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not any(unicodedata.category(character)[0] in "LN" for character in value):
            raise ValidationError(_("Use at least one letter or digit."), code="no_letter")
        for character in value:
            if unicodedata.category(character) in _NOT_IN_NAMES:
                raise ValidationError(
                    _("A name cannot contain “%(character)s”."),
                    code="character",
                    params={"character": character},
                )


def _not_of_the_house(name: str) -> str:
    if is_reserved(name):
        raise ValidationError(_("This name belongs to the site. Choose another."), code="reserved")
    return name


class SignupForm(forms.Form):
    """What signing up asks for beside e-mail and password."""

    display_name = DisplayNameField()

    def clean_display_name(self) -> str:
        return _not_of_the_house(self.cleaned_data["display_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth; the adapter has stored the name with the account already."""


class GuestAccountForm(SignupForm):
    """What somebody chooses who bought without an account and now gets one."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class ProfileForm(forms.ModelForm[User]):
    """What people tell about themselves."""

    display_name = DisplayNameField()

    class Meta:
        model = User
        fields = ["display_name", "bio", "language"]
        labels = {"bio": _("About you"), "language": _("Language")}
        help_texts = {
            "bio": _("Shown on your author page. At most 500 characters."),
            "language": _(
                "The language of the mail we send you; saving it sets the pages in this browser to it, too."
            ),
        }
        widgets = {
            "bio": forms.Textarea(attrs={"rows": 4}),
            "language": forms.Select(choices=settings.LANGUAGES),
        }

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        if self.instance.is_staff or name == self.instance.display_name:
            return name
        return _not_of_the_house(name)

    def clean_bio(self) -> str:
        return clean_paragraphs(self.cleaned_data["bio"])

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if language not in dict(settings.LANGUAGES):
            raise ValidationError(_("Choose one of the languages offered."), code="invalid_choice")
        return language


class LanguageForm(forms.Form):
    """The choice of language at the foot of every page."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False)


class BecomeAuthorForm(forms.Form):
    """A reader accepts the house rules and may upload from then on."""

    accept_rules = forms.BooleanField(
        label=_("I have read the house rules and keep to them."),
        error_messages={"required": _("Accept the house rules to become an author.")},
    )
