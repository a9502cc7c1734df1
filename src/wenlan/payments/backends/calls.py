"""Asking a company over HTTP: always with a time limit, its failures as ours."""

from __future__ import annotations

from collections.abc import Mapping

import requests
from django.conf import settings

from wenlan.payments.ports import ProviderUnavailable


def call(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """The answer to a request, whatever the company says in it.

    Raises ProviderUnavailable when there is none in time, or one that says that the company itself has a problem.
    """
    try:
        response = requests.request(
            method,
            url,
            data=body,
            headers=dict(headers or {}),
            timeout=settings.PAYMENT_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise ProviderUnavailable(f"{type(error).__name__}: {error}") from error
    if response.status_code >= 500 or response.status_code == 429:
        raise ProviderUnavailable(f"HTTP {response.status_code}: {response.text[:200]}")
    return response
