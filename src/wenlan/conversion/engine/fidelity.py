"""How faithful a preview is: what was measured, and one of three words for it.

The verdict is made here and nowhere else, by a function of the report alone:

==================  ====================================================================================
``see_pages``       a page could not be drawn, or a character on it has no glyph or could not be read;
                    `pages` says which
``small``           another page count than the file records, a font replaced by one of other widths or another
                    hand or, in a PDF, missing, animations that do not play, sound or film, an object or picture that
                    is missing, linked content left out, the styles of a web page or book left out, rows of a sheet
                    left out
``faithful``        none of these was found
==================  ====================================================================================

No difference is: a font replaced by one of the same widths, a formula, a macro (nothing that is seen), an object shown
as its picture, values of another workbook as they were last saved, a sheet that is hidden or empty, a large sheet on
several pages. Nor is a Chinese font replaced by one of its kind (song, hei, kai, fang): in both each character is an em
wide, so lines break where they did; and where a Latin word among them moves a page break, the page count tells. Where
nothing could be measured, as in reports of earlier versions, there is no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .stand_ins import LAST_RESORTS, Likeness, is_named, is_ours, likeness, stand_in_of, stand_ins_for

MAX_FONTS = 500
MAX_PAGES = 200
MAX_CHARACTERS = 40
MAX_NAME = 120
MAX_SHEETS = 50
_EXTENTS = ("columns", "of_columns", "rows", "of_rows")
_COUNTS = (
    "formulas",
    "animations",
    "transitions",
    "media",
    "external_links",
    "objects",
    "objects_missing",
    "pictures_missing",
    "styles",
    "other_workbooks",
)
_DIFFERENCES = ("media", "external_links", "objects_missing", "pictures_missing", "styles")


class Fidelity(StrEnum):
    """How a preview compares with the file. The list is closed."""

    FAITHFUL = "faithful"
    SMALL = "small"
    SEE_PAGES = "see_pages"


@dataclass(frozen=True)
class Verdict:
    """`pages` are those to look at, in order; empty unless it is SEE_PAGES."""

    fidelity: Fidelity
    pages: tuple[int, ...] = ()


def verdict(report: Mapping[str, Any]) -> Verdict | None:
    """The verdict on a preview by its report; None when there was nothing to measure it by."""
    if pages := pages_to_see(report):
        return Verdict(Fidelity.SEE_PAGES, pages)
    if (
        any(report.get(name) for name in (*_DIFFERENCES, "sheets_cut"))
        or (report.get("animations") and not report.get("plays"))
        or counts_differ(report)
        or any(replaced.likeness is Likeness.OTHER for replaced in replaced_fonts(report))
        or missing_fonts(report)
    ):
        return Verdict(Fidelity.SMALL)
    is_measured = "missing_glyphs" in report or bool(recorded_count(report)) or has_all_fonts(report)
    return Verdict(Fidelity.FAITHFUL) if is_measured else None


def pages_to_see(report: Mapping[str, Any]) -> tuple[int, ...]:
    """The pages on which something is missing, in order."""
    unreadable = report.get("unreadable_pages") or []
    boxes = (report.get("missing_glyphs") or {}).get("pages") or []
    return tuple(sorted({*unreadable, *boxes}))


def recorded_count(report: Mapping[str, Any]) -> int | None:
    """The page count that the office program wrote into the file, where it is worth something.

    A count of one beside a longer preview was never brought up to date by whatever wrote the file.
    """
    recorded, pages = report.get("recorded_pages"), report.get("pages") or 0
    return None if not recorded or recorded == 1 < pages else recorded


def counts_differ(report: Mapping[str, Any]) -> bool:
    recorded = recorded_count(report)
    return recorded is not None and recorded != report.get("pages")


@dataclass(frozen=True)
class ReplacedFonts:
    """The fonts, in order, that one stand-in of a preview may stand for, all as like to it as the others."""

    used: str
    asked: tuple[str, ...]
    likeness: Likeness


def replaced_fonts(report: Mapping[str, Any]) -> list[ReplacedFonts]:
    """What stands in for what in a preview.

    Files name many fonts that no letter is set in. So a font counts as replaced only when its stand-in is found in
    the preview, and the stand-in itself was not asked for. For a font that nobody has listed a stand-in is a guess:
    it counts when the text itself names it, or when nothing else accounts for one of the last resorts.
    """
    asked = sorted(set(report.get("fonts_asked") or []))
    shown = font_names(report)
    used = {stand_in_of(name) for name in shown} - {*asked, ""}
    found: dict[str, list[str]] = {}
    unknown = []
    for font in asked:
        if known := stand_ins_for(font):
            if stand_in := next((family for family in known if family in used), None):
                found.setdefault(stand_in, []).append(font)
        elif not is_ours(font) and not any(is_named(font, name) for name in shown):
            unknown.append(font)
    unexplained = [family for family in LAST_RESORTS if family in used and family not in found]
    named = set(report.get("fonts_named") or [])
    for font in unknown:
        if stand_in := _last_resort(font, unexplained, used if font in named else set()):
            found.setdefault(stand_in, []).append(font)
    return [
        ReplacedFonts(stand_in, tuple(fonts), like)
        for stand_in, all_fonts in found.items()
        for like in Likeness
        if (fonts := [font for font in all_fonts if likeness(stand_in, font) is like])
    ]


def _last_resort(font: str, unexplained: list[str], used: set[str]) -> str | None:
    """What a font without a known stand-in is shown in: what nothing else accounts for, or what is there at all."""
    is_western = font.isascii()
    likely = [family for family in LAST_RESORTS if family.startswith("Liberation") == is_western]
    for family in (*(family for family in likely if family in unexplained), *unexplained, *likely):
        if family in unexplained or family in used:
            return family
    return None


def missing_fonts(report: Mapping[str, Any]) -> list[str]:
    """The fonts that a PDF uses and does not bring along."""
    if report.get("format") != "pdf":
        return []
    fonts = report.get("fonts") or []
    return [str(font.get("name", "")) for font in fonts if not font.get("embedded")]


def has_all_fonts(report: Mapping[str, Any]) -> bool:
    """Whether this is of a PDF that brings along every font it uses."""
    return report.get("format") == "pdf" and bool(report.get("fonts")) and not missing_fonts(report)


def font_names(report: Mapping[str, Any]) -> list[str]:
    """The fonts the preview is set in."""
    return [str(font.get("name", "")) for font in report.get("fonts") or [] if font.get("name")]


def report(
    facts: Mapping[str, Any],
    *,
    left_out: Mapping[str, Any],
    format_name: str | None,
    pages: int,
    recorded_pages: int | None,
    unreadable_pages: list[int],
    garbled: Mapping[int, int],
    sheets_split: bool,
    paged: Mapping[str, Any],
    plays: bool,
) -> dict[str, Any]:
    """The report on a preview, from the facts and counts that came out of the sandbox, none of which is believed.

    `garbled` counts, page by page, the characters that could not be read; `paged` tells of sheets that go over several
    pages each, `plays` that there is an animated view.
    """
    source, cleaned = _mapping(facts.get("source")), _mapping(facts.get("cleaned"))
    found: dict[str, Any] = {
        "format": format_name,
        "pages": pages,
        "recorded_pages": recorded_pages,
        "fonts": _fonts(facts.get("fonts")),
        "fonts_asked": _texts(source.get("fonts_asked"), MAX_FONTS, MAX_NAME),
        "fonts_named": _texts(source.get("fonts_named"), MAX_FONTS, MAX_NAME),
        "macros": bool(source.get("macros")),
        **{name: max(_count(source.get(name)), _count(left_out.get(name))) for name in _COUNTS},
        "plays": plays,
        "unreadable_pages": unreadable_pages,
        "pdf_rebuilt": bool(cleaned.get("rebuilt")),
    }
    if "missing_glyphs" in facts:
        found["missing_glyphs"] = _missing_glyphs(_mapping(facts["missing_glyphs"]), pages, garbled)
    if sheets := _count(source.get("sheets")):
        hidden = _count(source.get("sheets_hidden"))
        # Of a split workbook an empty page need not be a sheet.
        empty = _count(paged.get("empty")) if sheets_split else _count(facts.get("empty_pages"))
        found["sheets"] = {"total": sheets, "hidden": hidden, "empty": empty, "split": sheets_split}
    if cut := _table_cut(paged, left_out) if format_name == "csv" else sheets_cut(paged):
        found["sheets_cut"] = cut
    judged = verdict(found)
    return found | {"verdict": judged.fidelity.value if judged else None}


def sheets_cut(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sheets whose preview ends before they do: `name`, and of `of_columns` and `of_rows` the shown ones."""
    found = report.get("sheets_cut", report.get("cut"))
    sheets = [_mapping(item) for item in found] if isinstance(found, list | tuple) else []
    return [
        {"name": str(sheet.get("name", ""))[:MAX_NAME]} | {name: sheet[name] for name in _EXTENTS}
        for sheet in sheets[:MAX_SHEETS]
        if all(_is_count(sheet.get(name)) for name in _EXTENTS)
    ]


def _table_cut(paged: Mapping[str, Any], left_out: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same of a CSV file, whose only sheet has no name of its own, and may hold less rows than the file."""
    of_rows, columns = _count(left_out.get("of_rows")), _count(left_out.get("columns"))
    kept = {
        "columns": columns,
        "of_columns": columns,
        "rows": _count(left_out.get("rows")),
        "of_rows": of_rows,
    }
    cut = sheets_cut(paged) or (sheets_cut({"cut": [kept]}) if kept["rows"] < of_rows else [])
    return [sheet | {"name": "", "of_rows": max(sheet["of_rows"], of_rows)} for sheet in cut]


def moves(facts: Mapping[str, Any]) -> bool:
    """Whether a presentation has animations or transitions, from the facts that came out of the sandbox."""
    source = _mapping(facts.get("source"))
    return _count(source.get("animations")) + _count(source.get("transitions")) > 0


def _missing_glyphs(found: Mapping[str, Any], pages: int, garbled: Mapping[int, int]) -> dict[str, Any]:
    listed = found.get("pages")
    numbers = {item for item in listed if _is_count(item)} if isinstance(listed, list) else set()
    characters = _texts(found.get("characters"), MAX_CHARACTERS, 8)
    if garbled:
        characters = [*characters[: MAX_CHARACTERS - 1], "\ufffd"]
    return {
        "characters": characters,
        "count": _count(found.get("count")) + sum(garbled.values()),
        "pages": sorted(number for number in numbers | set(garbled) if 1 <= number <= pages)[:MAX_PAGES],
    }


def _fonts(value: Any) -> list[dict[str, Any]]:
    fonts = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return [
        {"name": str(item.get("name", ""))[:MAX_NAME], "embedded": bool(item.get("embedded"))}
        for item in fonts[:MAX_FONTS]
    ]


def _texts(value: Any, most: int, length: int) -> list[str]:
    items = value if isinstance(value, list) else []
    return [item[:length] for item in items if isinstance(item, str) and item][:most]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _count(value: Any) -> int:
    return value if _is_count(value) else 0
