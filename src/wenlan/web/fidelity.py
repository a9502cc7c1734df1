"""How faithful a preview is, in plain words, from what the conversion measured."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.conversion.engine import Fidelity, fidelity, verdict
from wenlan.documents.models import Revision

NAMED_PAGES, NAMED_CHARACTERS = 8, 12


@dataclass(frozen=True)
class FidelityNote:
    """One thing that was measured: `ok` as in the file, `warn` other than in the file, `note` neither."""

    state: str
    text: str


@dataclass(frozen=True)
class VerdictWords:
    """The verdict for people: `short` beside the pages, `text` in a sentence, `pages` to look at."""

    state: str
    short: str
    text: str
    pages: tuple[int, ...] = ()


def fidelity_verdict(revision: Revision) -> VerdictWords | None:
    """None until the conversion is done, and when there was nothing to measure the preview by."""
    judged = verdict(_report(revision)) if revision.is_ready else None
    if judged is None:
        return None
    match judged.fidelity:
        case Fidelity.FAITHFUL:
            return VerdictWords(
                "ok", _("Faithful preview"), _("No difference between the preview and the file was found.")
            )
        case Fidelity.SMALL:
            return VerdictWords(
                "warn", _("Small differences"), _("The preview differs from the file in small things.")
            )
        case Fidelity.SEE_PAGES:
            pages = {"pages": _numbers(judged.pages)}
            count = len(judged.pages)
            short = ngettext("See page %(pages)s", "See pages %(pages)s", count) % pages
            text = ngettext(
                "On page %(pages)s something is missing in the preview.",
                "On pages %(pages)s something is missing in the preview.",
                count,
            )
            return VerdictWords("warn", short, text % pages, judged.pages)


def fidelity_notes(revision: Revision) -> list[FidelityNote]:
    """What was measured of the preview, what is missing first; empty until the conversion is done."""
    if not revision.is_ready:
        return []
    report = _report(revision)
    parts = (_missing_notes, _page_count_notes, _font_notes, _content_notes, _sheet_notes)
    return [note for part in parts for note in part(report)]


def preview_fonts(revision: Revision) -> list[str]:
    """The fonts the preview is set in."""
    return fidelity.font_names(revision.report)


def _report(revision: Revision) -> dict[str, Any]:
    counts = {"pages": revision.page_count, "recorded_pages": revision.recorded_pages}
    return {**revision.report, **counts, "plays": bool(revision.slides_file)}


def _numbers(pages: tuple[int, ...] | list[int]) -> str:
    """`2, 5, 7`; what is beyond a few of them is only hinted at."""
    return ", ".join(map(str, pages[:NAMED_PAGES])) + (" …" if len(pages) > NAMED_PAGES else "")


def _missing_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    if unreadable := report.get("unreadable_pages"):
        text = _("Pages that could not be drawn: %(pages)s.")
        yield FidelityNote("warn", text % {"pages": _numbers(unreadable)})
    boxes = report.get("missing_glyphs") or {}
    if boxes.get("pages"):
        text = ngettext(
            "%(count)d character has no shape in the fonts here and is an empty box (%(characters)s), page %(pages)s.",
            "%(count)d characters have no shape in the fonts here and are empty boxes (%(characters)s), pages %(pages)s.",
            boxes["count"],
        )
        characters = " ".join(map(_character, boxes["characters"][:NAMED_CHARACTERS]))
        values = {"count": boxes["count"], "characters": characters, "pages": _numbers(boxes["pages"])}
        yield FidelityNote("warn", text % values)


def _character(character: str) -> str:
    """A character with its number, by which it can be looked up where it cannot be seen."""
    number = " ".join(f"U+{ord(part):04X}" for part in character)
    is_seen = unicodedata.category(character[0]) not in {"Co", "Cn", "Cs"}
    return f"{character} {number}" if is_seen else number


def _page_count_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    """The office program's own page count is the honest yardstick of a preview's layout."""
    recorded = fidelity.recorded_count(report)
    if recorded is None:
        return
    if not fidelity.counts_differ(report):
        text = ngettext(
            "%(count)d page, as recorded in the file.", "%(count)d pages, as recorded in the file.", recorded
        )
        yield FidelityNote("ok", text % {"count": recorded})
        return
    text = _("The preview has %(pages)d pages, the program that wrote the file counted %(recorded)d.")
    yield FidelityNote("warn", text % {"pages": report["pages"], "recorded": recorded})


def _font_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    """A PDF tells which of its fonts it brings along; an office file which fonts it asks for."""
    if fidelity.has_all_fonts(report):
        yield FidelityNote("ok", _("All fonts are in the file."))
    if missing := fidelity.missing_fonts(report):
        text = ngettext(
            "%(count)d font is not in the file and is shown by a similar one.",
            "%(count)d fonts are not in the file and are shown by similar ones.",
            len(missing),
        )
        yield FidelityNote("warn", text % {"count": len(missing)})
    replaced = fidelity.replaced_fonts(report)
    if same := {used: asked for used, (asked, is_same) in replaced.items() if is_same}:
        text = ngettext(
            "%(count)d font is replaced by one of the same widths: %(fonts)s.",
            "%(count)d fonts are replaced by ones of the same widths: %(fonts)s.",
            len(same),
        )
        yield FidelityNote("note", text % {"count": len(same), "fonts": _pairs(same)})
    if other := {used: asked for used, (asked, is_same) in replaced.items() if not is_same}:
        text = ngettext(
            "%(count)d font is replaced by a similar one, lines may break elsewhere: %(fonts)s.",
            "%(count)d fonts are replaced by similar ones, lines may break elsewhere: %(fonts)s.",
            len(other),
        )
        yield FidelityNote("warn", text % {"count": len(other), "fonts": _pairs(other)})


def _pairs(replaced: dict[str, list[str]]) -> str:
    pairs = (
        _("%(used)s in place of %(asked)s") % {"used": used, "asked": " / ".join(asked)}
        for used, asked in replaced.items()
    )
    return _("; ").join(pairs)


def _content_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    """What a page image cannot be, and what came out as what."""
    count = report.get("animations") or 0
    if count and report.get("plays"):
        text = ngettext(
            "%(count)d animation: play the slides to see it; the pages show each slide as it ends up.",
            "%(count)d animations: play the slides to see them; the pages show each slide as it ends up.",
            count,
        )
        yield FidelityNote("ok", text % {"count": count})
    elif count:
        text = ngettext(
            "%(count)d animation: the preview shows each slide as it ends up.",
            "%(count)d animations: the preview shows each slide as it ends up.",
            count,
        )
        yield FidelityNote("warn", text % {"count": count})
    if count := report.get("media") or 0:
        text = ngettext(
            "%(count)d sound or film does not play in the preview.",
            "%(count)d sounds or films do not play in the preview.",
            count,
        )
        yield FidelityNote("warn", text % {"count": count})
    if count := report.get("external_links") or 0:
        text = ngettext(
            "%(count)d picture or object lies outside the file and is left out.",
            "%(count)d pictures or objects lie outside the file and are left out.",
            count,
        )
        yield FidelityNote("warn", text % {"count": count})
    missing = report.get("objects_missing") or 0
    if missing:
        text = ngettext(
            "%(count)d embedded object brings no picture and is missing.",
            "%(count)d embedded objects bring no picture and are missing.",
            missing,
        )
        yield FidelityNote("warn", text % {"count": missing})
    if count := (report.get("objects") or 0) - missing:
        text = ngettext(
            "%(count)d embedded object, shown as its picture.",
            "%(count)d embedded objects, shown as their pictures.",
            count,
        )
        yield FidelityNote("ok", text % {"count": count})
    if count := report.get("formulas") or 0:
        text = ngettext(
            "%(count)d formula, shown as typeset.", "%(count)d formulas, shown as typeset.", count
        )
        yield FidelityNote("ok", text % {"count": count})
    if report.get("macros"):
        yield FidelityNote("note", _("The file contains macros; they are not run here."))


def _sheet_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    sheets = report.get("sheets") or {}
    if count := sheets.get("hidden") or 0:
        text = ngettext(
            "%(count)d sheet that the file hides is left out.",
            "%(count)d sheets that the file hides are left out.",
            count,
        )
        yield FidelityNote("note", text % {"count": count})
    if count := sheets.get("empty") or 0:
        text = ngettext("%(count)d empty sheet has no page.", "%(count)d empty sheets have no page.", count)
        yield FidelityNote("note", text % {"count": count})
    if sheets.get("split"):
        yield FidelityNote("note", _("A sheet too large for one page goes over several."))
