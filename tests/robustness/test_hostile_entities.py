"""Entities of XML that grow, or stand for other files: they neither expand nor fetch."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.conversion.engine.samples import Sample
from wenlan.conversion.engine import FORMATS, Status
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import shared_layouter
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob

from .world import LIMITS, World, changed

pytestmark = pytest.mark.engine


MAIN_MEMBERS = {
    "docx": "word/document.xml",
    "xlsx": "xl/sharedStrings.xml",
    "pptx": "ppt/slides/slide1.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}


def with_entities(declared: str) -> bytes:
    return f"<!DOCTYPE x [{declared}]>".encode()


def laughing() -> str:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!ENTITY l0 "ha">{levels}<!ENTITY e "&l9;">'


def growing() -> str:
    """One long entity, to be named very often: quadratic blowup."""
    return f'<!ENTITY e "{"x" * 100_000}">'


def fetching(addresses: list[str]) -> str:
    """Entities that stand for other files, and one that names the others."""
    outside = "".join(
        f'<!ENTITY e{n} SYSTEM "{address}"><!ENTITY % p{n} SYSTEM "{address}">%p{n};'
        for n, address in enumerate(addresses)
    )
    return f'{outside}<!ENTITY e "{"".join(f"&e{n};" for n in range(len(addresses)))}">'


@pytest.mark.parametrize("ending", MAIN_MEMBERS)
def test_entities_neither_expand_nor_fetch(ending: str, good: dict[str, Sample], world: World) -> None:
    member = MAIN_MEMBERS[ending]
    with zipfile.ZipFile(good[ending].path) as archive:
        root = archive.read(member).partition(b"?>")[2].lstrip()[:30]
    declarations = {"laughs": laughing(), "grows": growing(), "fetches": fetching(world.addresses)}
    for name, declared in declarations.items():
        path = changed(
            good[ending].path,
            world.work / f"{name}.{ending}",
            (member, root, with_entities(declared) + root),
            (member, "文澜阁".encode(), b"&e;" * (20_000 if name == "grows" else 1)),
        )
        assert world.convert(path).status is Status.DAMAGED
        if pdf := laid_out_unseen(path, ending):
            world.convert(pdf)
        assert world.heard == []


def laid_out_unseen(path: Path, ending: str) -> Path | None:
    """What LibreOffice makes of a file that nobody looked at before; None when it does not read it."""
    kind = {"words": "writer", "sheets": "calc", "slides": "impress"}[FORMATS[ending].family.value]
    folder = path.with_name(f"laid-{path.name}")
    folder.mkdir()
    try:
        pdf = shared_layouter().to_pdf(LayoutJob(Layout(path, ending, kind), folder, Deadline(60), LIMITS))
    except ConversionFailed:
        return None
    return pdf.rename(path.with_name(f"laid-{path.name}.pdf"))


def test_a_drawing_inside_a_document_neither_expands_nor_fetches(
    good: dict[str, Sample], world: World
) -> None:
    frame = (
        b'<draw:frame svg:width="9cm" svg:height="9cm" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        b' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><draw:image'
        b' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="Pictures/a.svg"/></draw:frame>'
    )
    entry = (
        b'<manifest:file-entry manifest:full-path="Pictures/a.svg" manifest:media-type="image/svg+xml"/>'
        b"</manifest:manifest>"
    )
    links = "".join(
        f'<style>@import url({address});</style><image href="{address}" xlink:href="{address}" width="90"'
        f' height="90"/><use href="{address}#a"/>'
        for address in world.addresses
    )
    bodies = {
        "laughs": (laughing(), "<text x='9' y='20'>&e;</text>", Status.DAMAGED),
        "grows": (growing(), f"<text>{'&e;' * 20_000}</text>", Status.DAMAGED),
        "fetches": (fetching(world.addresses), "<text x='9' y='20'>&e;</text>", Status.DAMAGED),
        "links": ("", links, Status.OK),
    }
    for name, (declared, body, status) in bodies.items():
        drawing = (
            f"<!DOCTYPE svg [{declared}]>" * bool(declared)
            + '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99">'
            + f"{body}</svg>"
        )
        path = changed(
            good["odt"].path,
            world.work / f"drawing-{name}.odt",
            ("content.xml", "第二页".encode(), frame),
            ("META-INF/manifest.xml", b"</manifest:manifest>", entry),
            **{"Pictures/a.svg": drawing.encode()},
        )
        assert world.convert(path).status is status, name
        if name != "laughs" and (pdf := laid_out_unseen(path, "odt")):
            world.convert(pdf)
