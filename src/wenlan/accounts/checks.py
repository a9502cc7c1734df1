"""What an operator is told at start about people and mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's own names

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@register()
def mail_reaches_people(**_options: Any) -> list[CheckMessage]:
    """A public site, and that is one with HTTPS, sends its mail: nobody can sign up otherwise."""
    if not settings.HTTPS or settings.DEMO or settings.EMAIL_BACKEND != FILE_BACKEND:
        return []
    return [
        Warning(
            "Mail is written to files: nobody can confirm an address or reset a password.",
            hint="Name a mail server in EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587.",
            id="wenlan.accounts.W001",
        )
    ]
