"""What is said to an author about a conversion: its stages, and for every way it can fail what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAGES: dict[str, str | Promise] = {
    "": _("Waiting for its turn"),
    "inspecting": _("Looking at the file"),
    "laying_out": _("Laying out the pages"),
    "rendering": _("Drawing the pages"),
    "finishing": _("Finishing"),
}

_DAMAGED = _("The file is damaged. Open it in the program it was made with, save it again, and upload that.")
_OUR_FAULT = _("Something went wrong on our side. Try again; if it stays so, ask the help desk.")
_NOT_READY = _("The site cannot convert files at the moment. Try again later; the operator has to repair it.")

REJECTIONS: dict[str, str | Promise] = {
    "empty": _("“%(name)s” is empty. Choose the file that has the content."),
    "unsupported": _(
        "“%(name)s” is of a kind that cannot be shown here. Upload Word, Excel, PowerPoint, WPS, OpenDocument, "
        "PDF, EPUB, text or picture files."
    ),
    "extension_mismatch": _(
        "“%(name)s” is not what its ending says. Give the file the ending that fits its content, or save it again."
    ),
    "too_large": _("“%(name)s” is too large. Split it, or make its pictures smaller."),
    "password_protected": _("“%(name)s” asks for a password. Remove the password and upload it again."),
    "damaged": _(
        "“%(name)s” is damaged. Open it in the program it was made with, save it again, and upload that."
    ),
    "zip_bomb": _("“%(name)s” would unpack to far more than a document holds, so it is refused."),
    "infected": _(
        "The virus scanner found %(virus)s in “%(name)s”, so the file is not taken. Clean your computer and upload a "
        "copy that was never infected."
    ),
    "not_scanned": _(
        "“%(name)s” could not be checked for viruses just now, so it was not taken. Please try again later."
    ),
    "too_large_to_scan": _(
        "“%(name)s” is too large to be checked for viruses. Split it, or make its pictures smaller."
    ),
}
"""By the engine's rejection code, or what the virus scanner says; `%(name)s` is the name of the file."""

FAILURES: dict[str, str | Promise] = {
    "damaged": _DAMAGED,
    "empty": _("The file is empty. Choose the file that has the content."),
    "unsupported": _(
        "Files of this kind cannot be shown here. Save the document as DOCX or PDF and upload that."
    ),
    "extension_mismatch": _("The file is not what its ending says. Save it again and upload that."),
    "password_protected": _("The file asks for a password. Remove the password and upload it again."),
    "too_large": _("The document is too large to be shown. Split it into several files."),
    "zip_bomb": _("The file would unpack to far more than a document holds, so it is refused."),
    "timed_out": _(
        "The conversion took too long. Try again, split the document, or save it as PDF and upload that."
    ),
    "no_pages": _("The document has no page to show. Put its content on a page and upload it again."),
    "original_missing": _("The stored file could not be read. Try again; if it stays so, ask the help desk."),
    "quarantined": _(
        "The conversion broke down several times over this file, so it is set aside. Save it as PDF and upload "
        "that, or ask the help desk."
    ),
    "no_sandbox": _NOT_READY,
    "no_office": _NOT_READY,
    "no_cache": _NOT_READY,
    "office_broken": _NOT_READY,
    "failed": _OUR_FAULT,
}
"""By the error code of a revision."""


FOR_GOOD = frozenset(
    {
        "damaged",
        "empty",
        "unsupported",
        "extension_mismatch",
        "password_protected",
        "too_large",
        "zip_bomb",
        "no_pages",
        "quarantined",
    }
)
"""The error codes that another attempt at the same file ends with too."""


def rejection_message(code: str, *, name: str, **details: str) -> str:
    """Why the file called `name` is refused and what to do, in the reader's language."""
    return str(REJECTIONS.get(code, REJECTIONS["unsupported"])) % {"name": name, **details}


def failure_code(*, error: str | None, status: str) -> str:
    """The most precise code there is a message for: the engine's error, else the status it ended with."""
    return next((code for code in (error, status) if code in FAILURES), "failed") or "failed"


def failure_message(code: str) -> str:
    """Why a conversion failed and what to do, in the reader's language."""
    return str(FAILURES.get(code, _OUR_FAULT))


def stage_label(stage: str) -> str:
    """The name of a stage, in the reader's language."""
    return str(STAGES.get(stage, STAGES[""]))
