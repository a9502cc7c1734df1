"""Sheets too large for a single page on other paper. Runs in the child that laid the workbook out.

LibreOffice saves the workbook as OpenDocument, here each large sheet gets a page style of its own and a print range that ends
where its preview does, and what LibreOffice then opens is the same workbook on other paper. The page set-up of the file
stays where it shows a sheet readably by itself.
Only what LibreOffice has just written is read, so its way of writing XML is relied upon: one order of prefixes, double
quotes, no entities. Its own page styles are those of OpenDocument 1.3, part 3, 16.5 and 20.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path

from .grid import Grid, grid_of, letters, points, sizes_of_styles
from .headings import ROW, attributes_of, end_of_rows, frozen_of, with_heading_columns
from .paper import LEAST_SCALE, MARGIN, SLACK, WIDEST, Choice, Paper, Size, papers_for

USUAL_PAPER: Size = (612.0, 792.0)
USUAL_MARGIN = 56.7
MAX_MEMBER_BYTES = 1024 * 1024 * 1024
BULKY_BYTES = 256 * 1024
"""Of cells. A sheet of so many bytes may be too large for one page, and long in being laid out on one."""

_TABLE = re.compile(rb"<table:table [^>]*>")
_STYLE = re.compile(
    rb'<style:style style:name="([^"]+)" style:family="table"[^>]*[^/>]>.*?</style:style>', re.DOTALL
)
_LAYOUT = re.compile(rb'<style:page-layout style:name="([^"]+)"[^>/]*>.*?</style:page-layout>', re.DOTALL)
_MASTER = re.compile(rb'<style:master-page style:name="([^"]+)"[^>]*[^/>]>.*?</style:master-page>', re.DOTALL)
_PROPERTIES = re.compile(rb"<style:page-layout-properties[^>]*?(/?)>")
_END_OF_TABLE = b"</table:table>"
_RANGE_OF_CELLS = re.compile(rb"(\S.*?\.\$?[A-Z]{1,3}\$?)(\d{1,7})(:.*?\.\$?[A-Z]{1,3}\$?)(\d{1,7})(?= |$)")

PAPER_NAME = "paper.json"


class Unknown(Exception):
    """The workbook does not look as LibreOffice writes one."""


@dataclass(frozen=True)
class Cut:
    """A sheet whose preview ends before it does: how many of its columns and rows are shown."""

    name: str
    columns: int
    of_columns: int
    rows: int
    of_rows: int


@dataclass(frozen=True)
class Paged:
    """How a workbook with large sheets is shown: which of these are `cut`, and how many sheets hold nothing.

    `is_written` unless the pages that the file itself names show all of it readably.
    """

    is_written: bool
    cut: tuple[Cut, ...]
    empty: int


def is_bulky(path: Path) -> bool:
    """Whether a workbook has so many cells that a sheet may be too large for a single page."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size >= BULKY_BYTES
    with zipfile.ZipFile(path) as archive:
        return any(
            member.file_size >= BULKY_BYTES
            for member in archive.infolist()
            if "worksheets/" in member.filename.lower() or member.filename.lower() == "content.xml"
        )


def repaper(
    book: Path,
    target: Path,
    *,
    sizes: Sequence[Size],
    largest: float,
    most_pages: int,
    most_sheet_pages: int,
) -> Paged | None:
    """Write the workbook `book`, as LibreOffice saved it, to `target` with the paper its sheets need.

    `sizes` are those of all its sheets, in order, if they are known. None, and nothing written, when each sheet stands on
    a page of at most `largest` points. Raises Unknown, or what zipfile raises.
    """
    with zipfile.ZipFile(book) as archive:
        if any(member.file_size > MAX_MEMBER_BYTES for member in archive.infolist()):
            raise Unknown("too large")
        workbook = _Workbook(archive)
        if len(workbook.sheets) != len(sizes or workbook.sheets):
            raise Unknown(f"{len(workbook.sheets)} sheets on {len(sizes)} pages")
        sizes = [
            (0.0, 0.0) if workbook.is_hidden(index) else (sizes[index] if sizes else grid.size)
            for index, grid in enumerate(workbook.grids)
        ]
        choices = papers_for(sizes, largest=largest, most_pages=most_pages, most_sheet_pages=most_sheet_pages)
        if all(choice.paper.is_single for choice in choices):
            return None
        empty = sum(
            not grid.rows and not workbook.is_hidden(index) for index, grid in enumerate(workbook.grids)
        )
        cut = workbook.cut_for(choices)
        chosen = {
            index: choice.paper
            for index, choice in enumerate(choices)
            if not workbook.is_hidden(index)
            and (choice.paper.is_single or not workbook.fits_as_it_is(index, sizes[index]))
        }
        if not cut and all(paper.is_single for paper in chosen.values()):
            return Paged(is_written=False, cut=(), empty=empty)
        _write(archive, target, workbook.on(chosen, cut))
    return Paged(is_written=True, cut=tuple(cut.values()), empty=empty)


def note(paged: Paged, folder: Path) -> None:
    """Leave word in the folder of how the workbook is shown."""
    (folder / PAPER_NAME).write_text(json.dumps(asdict(paged)), encoding="utf-8")


def _write(archive: zipfile.ZipFile, target: Path, parts: Mapping[str, bytes]) -> None:
    """Copy an archive with other parts in place of its own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for member in archive.infolist():
            kind = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            content = parts.get(member.filename)
            written.writestr(member.filename, archive.read(member) if content is None else content, kind)


class _Workbook:
    """A workbook that LibreOffice saved."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.content, self.styles = archive.read("content.xml"), archive.read("styles.xml")
        self.frozen = dict(frozen_of(archive.read("settings.xml")))
        self.end_of_styles = self.content.find(b"</office:automatic-styles>")
        if self.end_of_styles < 0:
            raise Unknown("no styles")
        self.sheets = [
            found
            for found in _TABLE.finditer(self.content, self.end_of_styles)
            if attributes_of(found[0]).get(b"table:style-name")
            != b"ta_extref"  # what another file held, not a sheet
        ]
        lengths = sizes_of_styles(self.content, self.end_of_styles)
        self.grids: list[Grid] = [
            grid_of(self.content, found.end(), self.content.find(_END_OF_TABLE, found.end()), lengths)
            for found in self.sheets
        ]
        self._table_styles = {
            found[1]: found[0] for found in _STYLE.finditer(self.content, 0, self.end_of_styles)
        }
        self._layouts = {found[1]: found[0] for found in _LAYOUT.finditer(self.styles)}
        self._masters = {found[1]: found[0] for found in _MASTER.finditer(self.styles)}

    def is_hidden(self, index: int) -> bool:
        return b'table:display="false"' in self._style(index)

    def _style(self, index: int) -> bytes:
        return _known(self._table_styles, attributes_of(self.sheets[index][0]).get(b"table:style-name"))

    def _master(self, index: int) -> bytes:
        return _known(self._masters, attributes_of(self._style(index)).get(b"style:master-page-name"))

    def _layout(self, index: int) -> bytes:
        return _known(self._layouts, attributes_of(self._master(index)).get(b"style:page-layout-name"))

    def fits_as_it_is(self, index: int, size: Size) -> bool:
        """Whether the page set-up of the file has all columns of a sheet side by side, and not too small."""
        properties = _PROPERTIES.search(self._layout(index))
        known = attributes_of(properties[0]) if properties else {}
        paper = [points(known.get(name), usual) for name, usual in _PAPER_SIZE]
        margins = [points(known.get(name, known.get(b"fo:margin")), USUAL_MARGIN) for name in _MARGINS]
        width, height = paper[0] - sum(margins[:2]), paper[1] - sum(margins[2:])
        scale = float(known.get(b"style:scale-to", b"100%").rstrip(b"%") or 100) / 100
        across, down = (int(known.get(name, b"0")) for name in (b"style:scale-to-X", b"style:scale-to-Y"))
        if pages := int(known.get(b"style:scale-to-pages", b"0")):
            across, down = across or pages, down or pages
        if across or down:
            scale = min(
                1.0,
                *(
                    n * room / length
                    for n, room, length in zip((across, down), (width, height), size, strict=True)
                    if n
                ),
            )
        return size[0] * scale <= width + SLACK and paper[0] / max(scale, 0.01) <= WIDEST / LEAST_SCALE

    def cut_for(self, choices: Sequence[Choice]) -> dict[int, Cut]:
        """The sheets of which only a part is shown."""
        cut = {}
        for index, (choice, grid) in enumerate(zip(choices, self.grids, strict=True)):
            columns, rows = grid.within(*choice.shown)
            of_columns, of_rows = grid.counts
            if not choice.paper.is_single and (columns < of_columns or rows < of_rows):
                name = attributes_of(self.sheets[index][0]).get(b"table:name", b"")
                cut[index] = Cut(unescape(name.decode(errors="replace")), columns, of_columns, rows, of_rows)
        return cut

    def on(self, papers: Mapping[int, Paper], cut: Mapping[int, Cut]) -> dict[str, bytes]:
        """The parts of the workbook that change when its sheets get that paper, and end there."""
        styles, layouts, masters = [], [], []
        pieces, done = [], self.end_of_styles
        for index in sorted({*papers, *cut}):
            sheet = self.sheets[index]
            tag, beginning, begun = sheet[0], b"", sheet.end()
            if paper := papers.get(index):
                name = b"paper%d" % index
                layouts.append(_renamed(_layout_on(self._layout(index), paper), b"style:name", name))
                master = _renamed(_master_on(self._master(index), paper), b"style:name", name)
                masters.append(_renamed(master, b"style:page-layout-name", name))
                style = _renamed(self._style(index), b"style:name", name)
                styles.append(_renamed(style, b"style:master-page-name", name))
                tag = _renamed(tag, b"table:style-name", name)
                beginning, begun = self._headed(index, paper)
            if index in cut:
                tag = _ending(tag, cut[index])
            pieces += [self.content[done : sheet.start()], tag, beginning]
            done = begun
        pieces.append(self.content[done:])
        content = b"".join([self.content[: self.end_of_styles], *styles, *pieces])
        written = self.styles.replace(
            b"</office:automatic-styles>", b"".join(layouts) + b"</office:automatic-styles>", 1
        )
        written = written.replace(
            b"</office:master-styles>", b"".join(masters) + b"</office:master-styles>", 1
        )
        return {"content.xml": content, "styles.xml": written}

    def _headed(self, index: int, paper: Paper) -> tuple[bytes, int]:
        """How a sheet begins when its frozen rows and columns are repeated on every page, and where it goes on.

        A sheet whose file names such rows or columns keeps those.
        """
        start = self.sheets[index].end()
        if paper.is_single:
            return b"", start
        following = self.sheets[index + 1].start() if index + 1 < len(self.sheets) else len(self.content)
        name = attributes_of(self.sheets[index][0]).get(b"table:name", b"")
        columns, rows = self.frozen.get(name, (0, 0))
        first_row = ROW.search(self.content, start, following)
        if first_row is None:
            return b"", start
        head, done = self.content[start : first_row.start()], first_row.start()
        if b"<table:table-header-" in head or b"-group" in head:
            return b"", start
        if columns and not paper.fits:
            head = with_heading_columns(head, columns)
        end = end_of_rows(self.content, done, following, rows)
        if rows == 0 or end is None:
            return head, done
        return b"".join(
            [head, b"<table:table-header-rows>", self.content[done:end], b"</table:table-header-rows>"]
        ), end


_PAPER_SIZE = ((b"fo:page-width", USUAL_PAPER[0]), (b"fo:page-height", USUAL_PAPER[1]))
_MARGINS = (b"fo:margin-left", b"fo:margin-right", b"fo:margin-top", b"fo:margin-bottom")
_SCALES = (b"style:scale-to", b"style:scale-to-pages", b"style:scale-to-X", b"style:scale-to-Y")


def _layout_on(layout: bytes, paper: Paper) -> bytes:
    """A page layout with another paper; head and foot, borders and background stay."""

    def on_paper(found: re.Match[bytes]) -> bytes:
        known = {
            name: value
            for name, value in attributes_of(found[0]).items()
            if name not in {*_SCALES, *_MARGINS, b"fo:margin"}
        }
        known |= dict.fromkeys(_MARGINS, b"%.2fpt" % MARGIN)
        known[b"fo:page-width"], known[b"fo:page-height"] = b"%.2fpt" % paper.width, b"%.2fpt" % paper.height
        known[b"style:print-orientation"] = b"landscape" if paper.width > paper.height else b"portrait"
        known[b"style:print-page-order"] = b"ltr"  # a row is read to its end before the rows below it
        if paper.fits:
            known[b"style:scale-to-X"] = b"1"
        if paper.is_single:
            known[b"style:scale-to-Y"] = b"1"
        values = b"".join(b' %s="%s"' % item for item in known.items())
        return b"<style:page-layout-properties%s%s>" % (values, found[1])

    return _PROPERTIES.sub(on_paper, layout, count=1)


def _master_on(master: bytes, paper: Paper) -> bytes:
    """A page style, without the head and foot that LibreOffice adds where a file has none, and that a single page has
    no place for."""
    master = re.sub(rb' style:display-name="[^"]*"', b"", master, count=1)
    if not paper.is_single and attributes_of(master).get(b"style:name") != b"Default":
        return master
    return re.sub(
        rb"<style:(header|footer)(?: style:display=\"\w+\")?(/?)>",
        rb'<style:\1 style:display="false"\2>',
        master,
    )


def _renamed(element: bytes, attribute: bytes, value: bytes) -> bytes:
    """The element with another value of the attribute in its first tag."""
    return re.sub(rb' %s="[^"]*"' % attribute, b' %s="%s"' % (attribute, value), element, count=1)


def _known(elements: Mapping[bytes, bytes], name: bytes | None) -> bytes:
    if name is None or name not in elements:
        raise Unknown("a style that is not there")
    return elements[name]


def _ending(tag: bytes, cut: Cut) -> bytes:
    """The first tag of a sheet, with print ranges that end where the sheet is cut."""
    attributes = attributes_of(tag)
    if ranges := attributes.get(b"table:print-ranges"):
        kept = b" ".join(_ranges_until(ranges, cut.rows))
        return _renamed(tag, b"table:print-ranges", kept or ranges)
    name = attributes.get(b"table:name", b"").replace(b"&apos;", b"'").replace(b"'", b"''")
    last = f"${letters(cut.columns)}${cut.rows}".encode()
    return tag[:-1] + b" table:print-ranges=\"$'%s'.$A$1:$'%s'.%s\">" % (name, name, last)


def _ranges_until(ranges: bytes, row: int) -> Iterator[bytes]:
    """The print ranges that a file names itself, as far as they begin before that row, and no further than it."""
    for found in _RANGE_OF_CELLS.finditer(ranges):
        first, begins, last, ends = found.groups()
        if int(begins) <= row:
            yield b"%s%s%s%d" % (first, begins, last, min(int(ends), row))


def main(argument: str) -> int:
    """The same for a LibreOffice that is started for each document: writes changed.ods and paper.json."""
    order = json.loads(argument)
    folder = Path(order.pop("folder"))
    paged = repaper(Path(order.pop("book")), folder / "changed.ods", **order)
    if paged is not None:
        note(paged, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
