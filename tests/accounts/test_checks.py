"""What an operator is told at start."""

from __future__ import annotations

from typing import Any

import pytest

from wenlan.accounts.checks import FILE_BACKEND, mail_reaches_people


@pytest.mark.parametrize(
    ("https", "demo", "backend", "warned"),
    [
        (True, False, FILE_BACKEND, True),
        (True, False, "django.core.mail.backends.smtp.EmailBackend", False),
        (True, True, FILE_BACKEND, False),
        (False, False, FILE_BACKEND, False),
    ],
)
def test_a_public_site_that_sends_no_mail_is_told(
    settings: Any, https: bool, demo: bool, backend: str, warned: bool
) -> None:
    settings.HTTPS, settings.DEMO, settings.EMAIL_BACKEND = https, demo, backend

    assert [message.id for message in mail_reaches_people()] == (["wenlan.accounts.W001"] if warned else [])
