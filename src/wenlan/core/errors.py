"""Errors that a person can act on."""

from __future__ import annotations

from django.utils.functional import Promise


class WenlanError(Exception):
    """Something a person asked for cannot be done, and `message` tells them what to do about it.

    Services raise it and write nothing; views show the message in the reader's language.
    `code` is stable and meant for programs.
    """

    code = "error"

    def __init__(self, message: str | Promise, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(WenlanError):
    """The person may see the thing but not do this with it."""

    code = "not_allowed"


class Conflict(WenlanError):
    """The thing is no longer in the state the request assumed."""

    code = "conflict"
