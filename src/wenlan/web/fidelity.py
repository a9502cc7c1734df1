"""How faithful a preview is, in plain words, from what the conversion measured."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from wenlan.conversion.engine import Fidelity, fidelity, verdict
from wenlan.conversion.engine.stand_ins import Likeness
from wenlan.documents.models import Revision

NAMED_PAGES, NAMED_CHARACTERS, NAMED_SHEETS = 8, 12, 5


#: What is said of fonts that others stand in for.
_REPLACED = {
    Likeness.SAME_WIDTHS: (
        "note",
        ngettext_lazy(
            "%(count)d font is replaced by one of the same widths: %(fonts)s.",
            "%(count)d fonts are replaced by ones of the same widths: %(fonts)s.",
            "count",
        ),
    ),
    Likeness.SAME_KIND: (
        "note",
        ngettext_lazy(
            "%(count)d font is replaced by one of the same kind: %(fonts)s.",
            "%(count)d fonts are replaced by ones of the same kind: %(fonts)s.",
            "count",
        ),
    ),
    Likeness.OTHER: (
        "warn",
        ngettext_lazy(
            "%(count)d font is replaced by another one, lines may break elsewhere: %(fonts)s.",
            "%(count)d fonts are replaced by other ones, lines may break elsewhere: %(fonts)s.",
            "count",
        ),
    ),
}

#: What is said of a number in the report, or of one of `_counts`, in the order it is read.
_COUNTED = (
    (
        "ok",
        "animations_played",
        ngettext_lazy(
            "%(count)d animation: play the slides to see it; the pages show each slide as it ends up.",
            "%(count)d animations: play the slides to see them; the pages show each slide as it ends up.",
            "count",
        ),
    ),
    (
        "warn",
        "animations_still",
        ngettext_lazy(
            "%(count)d animation: the preview shows each slide as it ends up.",
            "%(count)d animations: the preview shows each slide as it ends up.",
            "count",
        ),
    ),
    (
        "warn",
        "media",
        ngettext_lazy(
            "%(count)d sound or film does not play in the preview.",
            "%(count)d sounds or films do not play in the preview.",
            "count",
        ),
    ),
    (
        "warn",
        "external_links",
        ngettext_lazy(
            "%(count)d picture or object lies outside the file and is left out.",
            "%(count)d pictures or objects lie outside the file and are left out.",
            "count",
        ),
    ),
    (
        "warn",
        "pictures_missing",
        ngettext_lazy(
            "%(count)d picture, drawing or formula in the file is missing.",
            "%(count)d pictures, drawings or formulas in the file are missing.",
            "count",
        ),
    ),
    (
        "warn",
        "objects_missing",
        ngettext_lazy(
            "%(count)d embedded object brings no picture and is missing.",
            "%(count)d embedded objects bring no picture and are missing.",
            "count",
        ),
    ),
    (
        "ok",
        "objects_shown",
        ngettext_lazy(
            "%(count)d embedded object, shown as its picture.",
            "%(count)d embedded objects, shown as their pictures.",
            "count",
        ),
    ),
    (
        "ok",
        "formulas",
        ngettext_lazy(
            "%(count)d formula, shown as typeset.", "%(count)d formulas, shown as typeset.", "count"
        ),
    ),
    (
        "note",
        "other_workbooks",
        ngettext_lazy(
            "Values from %(count)d other workbook are shown as they were last saved.",
            "Values from %(count)d other workbooks are shown as they were last saved.",
            "count",
        ),
    ),
    (
        "note",
        "sheets_hidden",
        ngettext_lazy(
            "%(count)d sheet that the file hides is left out.",
            "%(count)d sheets that the file hides are left out.",
            "count",
        ),
    ),
    (
        "note",
        "sheets_empty",
        ngettext_lazy("%(count)d empty sheet has no page.", "%(count)d empty sheets have no page.", "count"),
    ),
)

#: What is said of a sheet that is cut.
_ROWS_CUT = gettext_lazy(
    "Sheet “%(sheet)s”: rows %(first)d to %(last)d are not in the preview; they are in the download."
)
_COLUMNS_CUT = gettext_lazy(
    "Sheet “%(sheet)s”: columns %(first)d to %(last)d are not in the preview; they are in the download."
)
_ROWS_OF_A_TABLE_CUT = gettext_lazy(
    "Rows %(first)d to %(last)d are not in the preview; they are in the download."
)
_COLUMNS_OF_A_TABLE_CUT = gettext_lazy(
    "Columns %(first)d to %(last)d are not in the preview; they are in the download."
)

#: The same where how many does not matter.
_SAID = (
    (
        "warn",
        "styles",
        gettext_lazy("Colours, sizes and layout of the web page or e-book are replaced by plain ones."),
    ),
    ("note", "sheets_split", gettext_lazy("A sheet too large for one page goes over several.")),
    ("note", "macros", gettext_lazy("The file contains macros; they are not run here.")),
)


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
            return VerdictWords("ok", _("Faithful preview"), _faithful_text(revision))
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


def _faithful_text(revision: Revision) -> str:
    """What was not found in a faithful preview; fonts that others stand in for are a difference, if not of layout."""
    likenesses = {one.likeness for one in fidelity.replaced_fonts(_report(revision))}
    if not likenesses:
        return _("No difference between the preview and the file was found.")
    if likenesses == {Likeness.SAME_WIDTHS}:
        return _("No difference in layout was found; some fonts are replaced by ones of the same widths.")
    return _("No difference in layout was found; some fonts are replaced by similar ones.")


def fidelity_notes(revision: Revision) -> list[FidelityNote]:
    """What was measured of the preview, what is missing first; empty until the conversion is done."""
    if not revision.is_ready:
        return []
    report = _report(revision)
    parts = (_missing_notes, _cut_notes, _page_count_notes, _font_notes, _content_notes)
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
            "%(count)d character has no shape in the fonts here and is an empty box or blank (%(characters)s), page %(pages)s.",
            "%(count)d characters have no shape in the fonts here and are empty boxes or blank (%(characters)s), pages %(pages)s.",
            boxes["count"],
        )
        characters = " ".join(map(_character, boxes["characters"][:NAMED_CHARACTERS]))
        values = {"count": boxes["count"], "characters": characters, "pages": _numbers(boxes["pages"])}
        yield FidelityNote("warn", text % values)


def _cut_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    """Large sheets end in the preview before they do in the file."""
    for cut in fidelity.sheets_cut(report)[:NAMED_SHEETS]:
        for shown, of, words in (
            (cut["rows"], cut["of_rows"], _ROWS_CUT if cut["name"] else _ROWS_OF_A_TABLE_CUT),
            (cut["columns"], cut["of_columns"], _COLUMNS_CUT if cut["name"] else _COLUMNS_OF_A_TABLE_CUT),
        ):
            if shown < of:
                values = {"sheet": cut["name"], "first": shown + 1, "last": of}
                yield FidelityNote("warn", str(words) % values)


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
    for likeness, (state, words) in _REPLACED.items():
        if fonts := [one for one in replaced if one.likeness is likeness]:
            yield FidelityNote(state, words % {"count": len(fonts), "fonts": _pairs(fonts)})


def _pairs(replaced: list[fidelity.ReplacedFonts]) -> str:
    pairs = (
        _("%(used)s in place of %(asked)s") % {"used": one.used, "asked": " / ".join(one.asked)}
        for one in replaced
    )
    return _("; ").join(pairs)


def _content_notes(report: dict[str, Any]) -> Iterator[FidelityNote]:
    """What a page image cannot be, and what came out as what."""
    counts = _counts(report)
    for state, name, words in _COUNTED:
        if counts.get(name):
            yield FidelityNote(state, words % {"count": counts[name]})
    for state, name, words in _SAID:
        if counts.get(name):
            yield FidelityNote(state, str(words))


def _counts(report: dict[str, Any]) -> dict[str, int]:
    """The report's numbers and those that follow from them, by the names the tables have for them."""
    plain = {name: int(number) for name, number in report.items() if isinstance(number, int)}
    animations, missing = plain.get("animations", 0), plain.get("objects_missing", 0)
    played = animations if report.get("plays") else 0
    return {
        **plain,
        "animations_played": played,
        "animations_still": animations - played,
        "objects_shown": plain.get("objects", 0) - missing,
        **{f"sheets_{name}": int(number) for name, number in (report.get("sheets") or {}).items()},
    }
