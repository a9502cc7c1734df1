"""How faithful a preview is, in plain words, from what the conversion measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.conversion.engine.fonts import stand_in_of, stand_ins
from wenlan.documents.models import Revision


@dataclass(frozen=True)
class FidelityNote:
    """One thing that was measured. `state` is `ok`, `warn`, or `note` for what is neither.

    `short` says it in the verdict beside the pages. A yardstick compares the preview with the original as its author
    saw it; other notes only describe.
    """

    state: str
    text: str
    short: str = ""
    is_yardstick: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a reader should know at a glance: exactly what was measured, or that something differs."""

    state: str
    text: str


def fidelity_verdict(notes: list[FidelityNote]) -> Verdict | None:
    """None when there was nothing to measure the preview by."""
    if any(note.state == "warn" for note in notes):
        return Verdict("warn", _("Preview differs in places"))
    if not any(note.is_yardstick for note in notes):
        return None
    return Verdict("ok", " · ".join(note.short for note in notes if note.short))


def fidelity_notes(revision: Revision) -> list[FidelityNote]:
    """What a reader should know of the preview before trusting it; empty until the conversion is done."""
    report: dict[str, Any] = revision.report
    if not revision.is_ready:
        return []
    notes = [_page_count_note(revision), _fonts_note(report)]
    formulas, animations = report.get("formulas") or 0, report.get("animations") or 0
    if animations and revision.slides_file:
        text = ngettext(
            "%(count)d animation: play the slides to see it; the pages show each slide as it ends up.",
            "%(count)d animations: play the slides to see them; the pages show each slide as it ends up.",
            animations,
        )
        notes.append(FidelityNote("ok", text % {"count": animations}))
    elif animations:
        text = ngettext(
            "%(count)d animation: the preview shows each slide as it ends up.",
            "%(count)d animations: the preview shows each slide as it ends up.",
            animations,
        )
        notes.append(FidelityNote("warn", text % {"count": animations}))
    if formulas:
        text = ngettext(
            "%(count)d formula, shown as typeset.", "%(count)d formulas, shown as typeset.", formulas
        )
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
        text = ngettext(
            "%(count)d page, as recorded in the file.",
            "%(count)d pages, as recorded in the file.",
            revision.recorded_pages,
        )
        return FidelityNote(
            "ok",
            text % {"count": revision.recorded_pages},
            short=_("Page count as recorded in the file"),
            is_yardstick=True,
        )
    text = _("The preview has %(pages)d pages, the program that wrote the file counted %(recorded)d.")
    return FidelityNote("warn", text % {"pages": revision.page_count, "recorded": revision.recorded_pages})


def _fonts_note(report: dict[str, Any]) -> FidelityNote | None:
    """A PDF tells which of its fonts it brings along; an office file which fonts it asks for."""
    if report.get("format") != "pdf":
        return _replaced_fonts_note(report)
    fonts = report.get("fonts") or []
    missing = [font for font in fonts if not font.get("embedded")]
    if fonts and not missing:
        short = _("All fonts are in the file")
        return FidelityNote("ok", _("All fonts are in the file."), short=short, is_yardstick=True)
    if not missing:
        return None
    text = ngettext(
        "%(count)d font is not in the file and is shown by a similar one.",
        "%(count)d fonts are not in the file and are shown by similar ones.",
        len(missing),
    )
    return FidelityNote("warn", text % {"count": len(missing)})


def _replaced_fonts_note(report: dict[str, Any]) -> FidelityNote | None:
    """Fonts of the preview that stand in for others, each with those it may stand for.

    Files name many fonts that no letter is set in. So a font counts as replaced only when its stand-in is found in
    the preview, and the stand-in itself was not asked for.
    """
    asked = set(report.get("fonts_asked") or [])
    used = {stand_in_of(name) for name in _font_names(report)} - asked
    replaced: dict[str, list[str]] = {}
    for font in sorted(asked):
        for stand_in in stand_ins().get(font, ()):
            if stand_in in used:
                replaced.setdefault(stand_in, []).append(font)
                break
    if not replaced:
        return None
    text = ngettext(
        "%(count)d font is replaced by one of the same widths or a similar one: %(fonts)s.",
        "%(count)d fonts are replaced by ones of the same widths or similar ones: %(fonts)s.",
        len(replaced),
    )
    pairs = [
        _("%(used)s in place of %(asked)s") % {"used": used_font, "asked": " / ".join(fonts)}
        for used_font, fonts in replaced.items()
    ]
    short = ngettext("%(count)d font replaced", "%(count)d fonts replaced", len(replaced))
    count = {"count": len(replaced)}
    return FidelityNote("note", text % {**count, "fonts": _("; ").join(pairs)}, short=short % count)


def _font_names(report: dict[str, Any]) -> list[str]:
    return [str(font.get("name", "")) for font in report.get("fonts") or [] if font.get("name")]


def preview_fonts(revision: Revision) -> list[str]:
    """The fonts the preview is set in."""
    return _font_names(revision.report)
