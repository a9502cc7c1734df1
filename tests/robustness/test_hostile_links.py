"""Files that name what lies outside of them: nothing is fetched, and nothing of the machine is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import _soffice
from tests import open_office
from tests.conversion.engine.conftest import make_epub
from tests.conversion.engine.samples import Sample
from wenlan.conversion.engine import Status

from .world import World, changed

pytestmark = pytest.mark.engine


Maker = Callable[[dict[str, Sample], World], Path]

OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(kind: str, addresses: list[str]) -> bytes:
    """Relationships to what lies outside of the package, and the end of their list."""
    links = "".join(
        f'<Relationship Id="rIdX{n}" Type="{OFFICE_RELATION}/{kind}" Target="{address}" TargetMode="External"/>'
        for n, address in enumerate(addresses)
    )
    return f"{links}</Relationships>".encode()


def show_with_linked_pictures(good: dict[str, Sample], world: World) -> Path:
    frames = "".join(
        '<draw:frame svg:width="9cm" svg:height="9cm"><draw:image xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' xlink:href="{address}" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
        for address in world.addresses
    )
    return changed(
        good["odp"].path,
        world.work / "a.odp",
        ("content.xml", b"</draw:page>", f"{frames}</draw:page>".encode()),
    )


def slides_with_linked_pictures(good: dict[str, Sample], world: World) -> Path:
    pictures = "".join(
        f'<p:pic xmlns:r="{OFFICE_RELATION}"><p:nvPicPr><p:cNvPr id="{77 + n}" name="x"/><p:cNvPicPr/><p:nvPr/>'
        f'</p:nvPicPr><p:blipFill><a:blip r:link="rIdX{n}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="3000000" cy="3000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr></p:pic>"
        for n in range(len(world.addresses))
    )
    return changed(
        good["pptx"].path,
        world.work / "a.pptx",
        ("ppt/slides/slide1.xml", b"</p:spTree>", f"{pictures}</p:spTree>".encode()),
        ("ppt/slides/_rels/slide1.xml.rels", b"</Relationships>", relations("image", world.addresses)),
    )


with_linked_pictures = pytest.mark.parametrize(
    "made", [show_with_linked_pictures, slides_with_linked_pictures]
)


@with_linked_pictures
def test_a_slide_fetches_no_picture(made: Maker, good: dict[str, Sample], world: World) -> None:
    assert world.convert(made(good, world)).status is Status.OK


@with_linked_pictures
def test_a_libreoffice_outside_of_the_sandbox_fetches_the_same_pictures(
    made: Maker, good: dict[str, Sample], world: World
) -> None:
    """So that the silence of the test before means something."""
    profile = open_office.profile_with(open_office.TRUSTING, world.work / "trusting")
    assert _soffice.to_pdf(made(good, world), world.work, profile=profile).exists()
    assert world.heard != []


def test_a_table_asks_no_server_and_no_other_table(good: dict[str, Sample], world: World) -> None:
    cells = "".join(
        f'<row r="{9 + n}"><c r="A{9 + n}"><f>_xlfn.WEBSERVICE("{address}")</f></c>'
        f"<c r=\"B{9 + n}\"><f>'{address}'#$Sheet1.A1</f></c></row>"
        for n, address in enumerate(world.addresses)
    )
    table = changed(
        good["xlsx"].path,
        world.work / "a.xlsx",
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", relations("externalLink", world.addresses)),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", f"{cells}</sheetData>".encode()),
    )
    world.convert(table)


def test_a_book_reads_no_chapter_and_no_picture_but_its_own(world: World) -> None:
    make_epub(world.work / "plain.epub")
    items = "".join(f'<item id="x{n}" href="{a}"/>' for n, a in enumerate(world.addresses))
    spine = "".join(f'<itemref idref="x{n}"/>' for n in range(len(world.addresses)))
    pictures = "".join(f'<img src="{address}"/>' for address in world.addresses)
    path = changed(
        world.work / "plain.epub",
        world.work / "a.epub",
        ("OPS/book.opf", b"</manifest><spine>", f"{items}</manifest><spine>{spine}".encode()),
        ("OPS/one.xhtml", b"<p>", f"{pictures}<p>".encode()),
    )
    assert world.convert(path).status is Status.OK
