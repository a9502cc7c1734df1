"""What a password must be, said once and in the words of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from wenlan.accounts.models import User


class _MinimumLength(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return (
            ngettext(
                "The password is too short: it needs at least %d character.",
                "The password is too short: it needs at least %d characters.",
                self.min_length,
            )
            % self.min_length
        )


class _Similarity(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("The password is too much like your %(verbose_name)s.")


class _Common(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this password; it is easily guessed.")


class _Numeric(password_validation.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("The password cannot be digits alone.")


class PasswordValidator:
    """Django's four rules as one, so that a form gives one hint and not four; every rule that is broken is named."""

    def __init__(self, min_length: int = 10) -> None:
        self.min_length = min_length
        self._rules = (_MinimumLength(min_length), _Similarity(), _Common(), _Numeric())

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with one message for each rule that `password` breaks."""
        broken: list[ValidationError] = []
        for rule in self._rules:
            try:
                rule.validate(password, user)
            except ValidationError as error:
                broken.append(error)
        if broken:
            raise ValidationError(broken)

    def get_help_text(self) -> str:
        return ngettext(
            "At least %(min_length)d character, no common password and not digits alone.",
            "At least %(min_length)d characters, no common password and not digits alone.",
            self.min_length,
        ) % {"min_length": self.min_length}
