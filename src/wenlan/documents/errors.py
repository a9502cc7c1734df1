"""What can go wrong with a document, said so that its author can act on it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wenlan.core.errors import WenlanError
from wenlan.documents.models import Document


class UploadRefused(WenlanError):
    """A file does not enter the library; `code` is `too_large`, `too_many_today` or a rejection of its content."""

    code = "refused"


class NotStored(UploadRefused):
    """The site has no place for files at the moment: its disk is full or cannot be written."""

    code = "not_stored"

    def __init__(self) -> None:
        super().__init__(_("The site cannot store files at the moment. Please try again later."))


class SameFileExists(UploadRefused):
    """The library has these bytes already. `document` is where, if the uploader may see it."""

    code = "same_file"

    def __init__(self, message: str | Promise, *, document: Document | None) -> None:
        super().__init__(message)
        self.document = document


class InvalidDetails(WenlanError):
    """A detail of a document cannot be what was asked for; `field` names it."""

    code = "invalid_details"

    def __init__(self, message: str | Promise, *, field: str) -> None:
        super().__init__(message)
        self.field = field
