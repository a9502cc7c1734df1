"""Paper on which sheets too large for a single page can be read. Runs in the child that laid the workbook out.

LibreOffice saves the workbook as OpenDocument, here each sheet gets a page style of its own, and what LibreOffice then
opens is the same workbook on other paper. The page set-up of the file stays where it shows a sheet readably by itself.
Only what LibreOffice has just written is read, so its way of writing XML is relied upon: one order of prefixes, double
quotes, no entities. Its own page styles are those of OpenDocument 1.3, part 3, 16.5 and 20.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Size = tuple[float, float]
"""Width and height in points."""

MARGIN = 18.0
SLACK = 4.0  # points; a column that is rounded up must not go to the next page
SMALLEST: Size = (480.0, 240.0)
LEAST_WIDTH = 540.0
WIDEST = 1600.0  # about 25 columns of figures
LEAST_SCALE = 0.7  # smaller letters than these cannot be read: then columns go to further pages
LANDSCAPE_FROM = 900.0
RATIO = math.sqrt(2)
USUAL_PAPER: Size = (612.0, 792.0)
USUAL_MARGIN = 56.7
MAX_HEADINGS = 12  # rows or columns that are frozen, and repeated on every page
MAX_MEMBER_BYTES = 1024 * 1024 * 1024

_POINTS = {b"in": 72.0, b"cm": 72 / 2.54, b"mm": 72 / 25.4, b"pt": 1.0, b"pc": 12.0}
_LENGTH = re.compile(rb"(-?[\d.]+)(in|cm|mm|pt|pc)")
_ATTRIBUTE = re.compile(rb' ([\w:-]+)="([^"]*)"')
_TABLE = re.compile(rb"<table:table [^>]*>")
_STYLE = re.compile(
    rb'<style:style style:name="([^"]+)" style:family="table"[^>]*[^/>]>.*?</style:style>', re.DOTALL
)
_LAYOUT = re.compile(rb'<style:page-layout style:name="([^"]+)"[^>/]*>.*?</style:page-layout>', re.DOTALL)
_MASTER = re.compile(rb'<style:master-page style:name="([^"]+)"[^>]*[^/>]>.*?</style:master-page>', re.DOTALL)
_PROPERTIES = re.compile(rb"<style:page-layout-properties[^>]*?(/?)>")
_COLUMN = re.compile(rb"<table:table-column [^>]*/>")
_ROW = re.compile(rb"<table:table-row[ >]")
_END_OF_ROW = b"</table:table-row>"
_VIEW = re.compile(
    rb'<config:config-item-map-entry config:name="([^"]*)">(.*?)</config:config-item-map-entry>', re.DOTALL
)
_ITEM = re.compile(rb'config:name="(\w+)"[^>]*>(\d+)<')
_FROZEN = b"2"


class Unknown(Exception):
    """The workbook does not look as LibreOffice writes one."""


@dataclass(frozen=True)
class Paper:
    """The paper of one sheet. Points."""

    width: float
    height: float
    fits: bool
    """Whether all columns stand side by side, scaled down if need be; else columns go to further pages."""
    is_single: bool
    """Whether all rows stand on the same page too."""

    @property
    def body(self) -> Size:
        return self.width - 2 * MARGIN - SLACK, self.height - 2 * MARGIN - SLACK

    def pages(self, size: Size) -> int:
        """About how many pages a sheet of that size takes."""
        width, height = self.body
        if self.is_single:
            return 1
        scale = min(1.0, width / size[0]) if self.fits else 1.0
        across = 1 if self.fits else math.ceil(size[0] / width)
        return across * math.ceil(size[1] * scale / height)


def paper_for(size: Size, largest: float, stretch: float = 1.0) -> Paper:
    """The paper for a sheet of that size: one page if that is at most `largest` points, else pages to turn.

    `stretch` makes pages longer, for a sheet that would take too many.
    """
    width, height = (length + 2 * MARGIN + SLACK for length in size)
    if max(width, height) <= largest:
        return Paper(max(width, SMALLEST[0]), max(height, SMALLEST[1]), fits=True, is_single=True)
    page_width = min(max(width, LEAST_WIDTH), WIDEST)
    page_height = page_width * RATIO if page_width < LANDSCAPE_FROM else page_width / RATIO
    fits = size[0] * LEAST_SCALE <= page_width
    return Paper(
        page_width, min(page_height * stretch, max(height, SMALLEST[1]), largest), fits, is_single=False
    )


def papers_for(sizes: Sequence[Size], largest: float, most_pages: int) -> list[Paper]:
    """The paper of each sheet, with longer pages where there would be more than `most_pages`."""
    for stretch in (1.0, 1.5, 2.0, 3.0, 4.0):
        papers = [paper_for(size, largest, stretch) for size in sizes]
        if sum(paper.pages(size) for paper, size in zip(papers, sizes, strict=True)) <= most_pages * 0.9:
            break
    return papers


def repaper(book: Path, target: Path, sizes: Sequence[Size], largest: float, most_pages: int) -> bool:
    """Write the workbook `book`, as LibreOffice saved it, to `target` with the paper its sheets need.

    `sizes` are those of all its sheets, in order. False, and nothing written, when the page set-up of the file shows
    each sheet that is larger than a page of `largest` points readably. Raises Unknown, or what zipfile raises.
    """
    with zipfile.ZipFile(book) as archive:
        if any(member.file_size > MAX_MEMBER_BYTES for member in archive.infolist()):
            raise Unknown("too large")
        workbook = _Workbook(archive)
        papers = papers_for(sizes, largest, most_pages)
        if len(workbook.sheets) != len(sizes):
            raise Unknown(f"{len(workbook.sheets)} sheets on {len(sizes)} pages")
        chosen = {
            index: paper
            for index, (paper, size) in enumerate(zip(papers, sizes, strict=True))
            if not workbook.is_hidden(index) and (paper.is_single or not workbook.fits_as_it_is(index, size))
        }
        if all(paper.is_single for paper in chosen.values()):
            return False
        parts = workbook.on(chosen)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
            for member in archive.infolist():
                kind = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
                content = parts.get(member.filename)
                written.writestr(member.filename, archive.read(member) if content is None else content, kind)
    return True


class _Workbook:
    """A workbook that LibreOffice saved."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.content, self.styles = archive.read("content.xml"), archive.read("styles.xml")
        self.frozen = dict(_frozen(archive.read("settings.xml")))
        self.end_of_styles = self.content.find(b"</office:automatic-styles>")
        if self.end_of_styles < 0:
            raise Unknown("no styles")
        self.sheets = [
            found
            for found in _TABLE.finditer(self.content, self.end_of_styles)
            if _attributes(found[0]).get(b"table:style-name")
            != b"ta_extref"  # what another file held, not a sheet
        ]
        self._table_styles = {
            found[1]: found[0] for found in _STYLE.finditer(self.content, 0, self.end_of_styles)
        }
        self._layouts = {found[1]: found[0] for found in _LAYOUT.finditer(self.styles)}
        self._masters = {found[1]: found[0] for found in _MASTER.finditer(self.styles)}

    def is_hidden(self, index: int) -> bool:
        return b'table:display="false"' in self._style(index)

    def _style(self, index: int) -> bytes:
        return _known(self._table_styles, _attributes(self.sheets[index][0]).get(b"table:style-name"))

    def _master(self, index: int) -> bytes:
        return _known(self._masters, _attributes(self._style(index)).get(b"style:master-page-name"))

    def _layout(self, index: int) -> bytes:
        return _known(self._layouts, _attributes(self._master(index)).get(b"style:page-layout-name"))

    def fits_as_it_is(self, index: int, size: Size) -> bool:
        """Whether the page set-up of the file has all columns of a sheet side by side, and not too small."""
        properties = _PROPERTIES.search(self._layout(index))
        known = _attributes(properties[0]) if properties else {}
        paper = [_points(known.get(name), usual) for name, usual in _PAPER_SIZE]
        margins = [_points(known.get(name, known.get(b"fo:margin")), USUAL_MARGIN) for name in _MARGINS]
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

    def on(self, papers: Mapping[int, Paper]) -> dict[str, bytes]:
        """The parts of the workbook that change when its sheets get that paper."""
        styles, layouts, masters = [], [], []
        pieces, done = [], self.end_of_styles
        for index, paper in papers.items():
            name = b"paper%d" % index
            layouts.append(_renamed(_layout_on(self._layout(index), paper), b"style:name", name))
            master = _renamed(_master_on(self._master(index), paper), b"style:name", name)
            masters.append(_renamed(master, b"style:page-layout-name", name))
            style = _renamed(self._style(index), b"style:name", name)
            styles.append(_renamed(style, b"style:master-page-name", name))
            sheet = self.sheets[index]
            beginning, begun = self._headed(index, paper)
            pieces += [
                self.content[done : sheet.start()],
                _renamed(sheet[0], b"table:style-name", name),
                beginning,
            ]
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
        name = _attributes(self.sheets[index][0]).get(b"table:name", b"")
        columns, rows = self.frozen.get(name, (0, 0))
        first_row = _ROW.search(self.content, start, following)
        if first_row is None:
            return b"", start
        head, done = self.content[start : first_row.start()], first_row.start()
        if b"<table:table-header-" in head or b"-group" in head:
            return b"", start
        if columns and not paper.fits:
            head = _with_heading_columns(head, columns)
        end = _end_of_rows(self.content, done, following, rows)
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
            for name, value in _attributes(found[0]).items()
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
    if not paper.is_single and _attributes(master).get(b"style:name") != b"Default":
        return master
    return re.sub(
        rb"<style:(header|footer)(?: style:display=\"\w+\")?(/?)>",
        rb'<style:\1 style:display="false"\2>',
        master,
    )


def _with_heading_columns(head: bytes, columns: int) -> bytes:
    """The columns of a sheet, the first so many of them as those that are repeated."""
    first = _COLUMN.search(head)
    missing, place = columns, first.start() if first else 0
    heading: list[bytes] = []
    rest = b""
    while missing and (found := _COLUMN.match(head, place)):
        repeated = int(_attributes(found[0]).get(b"table:number-columns-repeated", b"1"))
        taken = min(missing, repeated)
        heading.append(_repeated(found[0], taken))
        missing, place = missing - taken, found.end()
        rest = _repeated(found[0], repeated - taken) if repeated > taken else b""
    if first is None or missing:
        return head
    wrapped = [b"<table:table-header-columns>", *heading, b"</table:table-header-columns>", rest]
    return b"".join([head[: first.start()], *wrapped, head[place:]])


def _repeated(column: bytes, times: int) -> bytes:
    plain = re.sub(rb' table:number-columns-repeated="\d+"', b"", column)
    return plain.replace(
        b"<table:table-column", b'<table:table-column table:number-columns-repeated="%d"' % times, 1
    )


def _end_of_rows(content: bytes, start: int, following: int, rows: int) -> int | None:
    """Where the first so many rows end; None if they are not written one by one."""
    place = start
    for _ in range(rows):
        if not _ROW.match(content, place):
            return None
        tag = content[place : content.find(b">", place) + 1]
        if b"number-rows-repeated" in tag or tag.endswith(b"/>"):
            return None
        end = content.find(_END_OF_ROW, place, following)
        if end < 0:
            return None
        place = end + len(_END_OF_ROW)
    return place


def _frozen(settings: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """For each sheet by its name, how many columns and rows stay in sight when somebody scrolls."""
    for name, view in _VIEW.findall(settings):
        items = dict(_ITEM.findall(view))
        yield (
            name,
            (
                _headings(items, b"HorizontalSplitMode", b"HorizontalSplitPosition"),
                _headings(items, b"VerticalSplitMode", b"VerticalSplitPosition"),
            ),
        )


def _headings(items: Mapping[bytes, bytes], mode: bytes, position: bytes) -> int:
    number = int(items.get(position, b"0")) if items.get(mode) == _FROZEN else 0
    return number if number <= MAX_HEADINGS else 0


def _attributes(element: bytes) -> dict[bytes, bytes]:
    """The attributes of the tag that `element` begins with."""
    return dict(_ATTRIBUTE.findall(element[: element.find(b">") + 1]))


def _renamed(element: bytes, attribute: bytes, value: bytes) -> bytes:
    """The element with another value of the attribute in its first tag."""
    return re.sub(rb' %s="[^"]*"' % attribute, b' %s="%s"' % (attribute, value), element, count=1)


def _known(elements: Mapping[bytes, bytes], name: bytes | None) -> bytes:
    if name is None or name not in elements:
        raise Unknown("a style that is not there")
    return elements[name]


def _points(length: bytes | None, usual: float) -> float:
    found = _LENGTH.fullmatch(length or b"")
    return float(found[1]) * _POINTS[found[2]] if found else usual
