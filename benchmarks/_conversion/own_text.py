"""The characters that a docx, pptx or xlsx says it shows, read from its XML without any of our own readers.

Left out is what no page shows: deleted and hidden text, hidden slides, sheets and rows, phonetic guides. Numbers of sheets are
left out too, because how they look is a matter of their format.
"""

from __future__ import annotations

import posixpath
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

READABLE = ("docx", "pptx", "xlsx")
_OFF = {"0", "false", "off", "none"}
_DROPPED = {"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"}


def own_text(path: Path, format_name: str) -> Counter[str]:
    """How often each character occurs. Raises ValueError or an error of zipfile for a file that is none."""
    with zipfile.ZipFile(path) as archive:
        match format_name:
            case "docx":
                texts = _words(archive)
            case "pptx":
                texts = _slides(archive)
            case _:
                texts = _sheets(archive)
        return characters("".join(texts))


def characters(text: str) -> Counter[str]:
    """The characters of a text as a multiset, compatible forms (NFKC) as one, without what has no ink of its own."""
    plain = unicodedata.normalize("NFKC", text)
    return Counter(character for character in plain if unicodedata.category(character) not in _DROPPED)


def found_share(own: Counter[str], seen: Counter[str]) -> float:
    """The share of the characters in `own` that are in `seen` as often."""
    return (own & seen).total() / own.total()


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    root: Element = fromstring(archive.read(name))
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _descendants(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if _local(each) == name)


def _shown(element: Element) -> Iterator[Element]:
    """Everything below, without the fallback of what is there twice, and without hidden runs."""
    for child in element:
        name = _local(child)
        if name in {"Fallback", "del", "moveFrom", "rPh"} or (name == "r" and _is_hidden(child)):
            continue
        yield child
        yield from _shown(child)


def _is_hidden(run: Element) -> bool:
    properties = next(_children(run, "rPr"), None)
    marks = (
        () if properties is None else (*_children(properties, "vanish"), *_children(properties, "webHidden"))
    )
    return any(_attribute(mark, "val") not in _OFF for mark in marks)


def _text_of(element: Element) -> Iterator[str]:
    return (each.text or "" for each in _shown(element) if _local(each) == "t")


def _words(archive: zipfile.ZipFile) -> Iterator[str]:
    names = set(archive.namelist())
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in names:
            yield from _text_of(_part(archive, name))


def _slides(archive: zipfile.ZipFile) -> Iterator[str]:
    for target in _listed(archive, "ppt/presentation.xml", "sldId"):
        slide = _part(archive, target)
        if _attribute(slide, "show") not in _OFF:
            yield from _text_of(slide)


def _listed(archive: zipfile.ZipFile, part: str, entry: str) -> Iterator[str]:
    """The parts that the entries of that name point to, in order; hidden ones left out."""
    folder, base = posixpath.split(part)
    relations = {
        _attribute(each, "Id"): posixpath.normpath(posixpath.join(folder, _attribute(each, "Target"))).lstrip(
            "/"
        )
        for each in _part(archive, f"{folder}/_rels/{base}.rels")
    }
    names = set(archive.namelist())
    for each in _descendants(_part(archive, part), entry):
        identifiers = [value for key, value in each.attrib.items() if key.endswith("relationships}id")]
        target = relations.get(identifiers[0], "") if identifiers else ""
        if target in names and _attribute(each, "state") in {"", "visible"}:
            yield target


def _sheets(archive: zipfile.ZipFile) -> Iterator[str]:
    shared: list[str] = []
    if "xl/sharedStrings.xml" in archive.namelist():
        items = _children(_part(archive, "xl/sharedStrings.xml"), "si")
        shared = ["".join(_text_of(item)) for item in items]
    for target in _listed(archive, "xl/workbook.xml", "sheet"):
        for row in _descendants(_part(archive, target), "row"):
            if _attribute(row, "hidden") in {"", *_OFF}:
                for cell in _children(row, "c"):
                    yield _cell(cell, shared)


def _cell(cell: Element, shared: list[str]) -> str:
    kind = _attribute(cell, "t")
    if kind == "inlineStr":
        return "".join(_text_of(cell))
    value = next((each.text or "" for each in _children(cell, "v")), "")
    if kind == "s" and value.strip().isdigit():
        number = int(value)
        return shared[number] if number < len(shared) else ""
    return value if kind == "str" else ""
