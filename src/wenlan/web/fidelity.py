"""How faithful a preview is, in plain words, from what the conversion measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.documents.models import Revision


@dataclass(frozen=True)
class FidelityNote:
    """One thing that was measured. `state` is `ok` or `warn`.

    A yardstick compares the preview with the original as its author saw it; other notes only describe.
    """

    state: str
    text: str
    is_yardstick: bool = False


def fidelity_notes(revision: Revision) -> list[FidelityNote]:
    """What a reader should know of the preview before trusting it; empty until the conversion is done."""
    report: dict[str, Any] = revision.report
    if not revision.is_ready:
        return []
    notes = [_page_count_note(revision), _fonts_note(report)]
    formulas, animations = report.get("formulas") or 0, report.get("animations") or 0
    if animations:
        text = ngettext(
            "%(count)d animation: the preview shows each slide as it ends up.",
            "%(count)d animations: the preview shows each slide as it ends up.",
            animations,
        )
        notes.append(FidelityNote("warn", text % {"count": animations}))
    if formulas:
        text = ngettext("%(count)d formula, drawn as set.", "%(count)d formulas, drawn as set.", formulas)
        notes.append(FidelityNote("ok", text % {"count": formulas}))
    if unreadable := report.get("unreadable_pages"):
        text = _("Pages that could not be drawn: %(pages)s.")
        notes.append(FidelityNote("warn", text % {"pages": ", ".join(map(str, unreadable))}))
    if report.get("macros"):
        notes.append(FidelityNote("warn", _("The file contains macros; they are not run here.")))
    return [note for note in notes if note]


def _page_count_note(revision: Revision) -> FidelityNote | None:
    """The office program's own page count is the honest yardstick of a preview's layout.

    A count of one beside a longer preview was never brought up to date by whatever wrote the file.
    """
    if not revision.recorded_pages or revision.recorded_pages == 1 < (revision.page_count or 0):
        return None
    if revision.recorded_pages == revision.page_count:
        return FidelityNote("ok", _("Same number of pages as the original."), is_yardstick=True)
    text = _("The preview has %(pages)d pages, the program that wrote the file counted %(recorded)d.")
    return FidelityNote("warn", text % {"pages": revision.page_count, "recorded": revision.recorded_pages})


def _fonts_note(report: dict[str, Any]) -> FidelityNote | None:
    """Only a PDF tells which of its fonts it brings along; for office files the fonts are listed as facts."""
    if report.get("format") != "pdf":
        return None
    fonts = report.get("fonts") or []
    missing = [font for font in fonts if not font.get("embedded")]
    if fonts and not missing:
        return FidelityNote("ok", _("All fonts are in the file."), is_yardstick=True)
    if not missing:
        return None
    text = ngettext(
        "%(count)d font is not in the file and is shown by a similar one.",
        "%(count)d fonts are not in the file and are shown by similar ones.",
        len(missing),
    )
    return FidelityNote("warn", text % {"count": len(missing)})


def preview_fonts(revision: Revision) -> list[str]:
    """The fonts the preview is set in."""
    return [str(font.get("name", "")) for font in revision.report.get("fonts") or [] if font.get("name")]
