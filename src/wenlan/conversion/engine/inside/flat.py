"""Writes a flat OpenDocument text (one XML file): the definite form of text, Markdown, HTML and books."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image

MAX_IMAGES = 2_000
TEXT_WIDTH_CM = 16.6
TEXT_HEIGHT_CM = 23.0
CELL_PADDING_CM = 0.2
PIXELS_PER_CM = 96 / 2.54

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_WHITE = re.compile(r"\t|\n|^ +|  +")
_SERIF = 'style:font-name="Times New Roman" style:font-name-asian="SimSun"'
_SANS = 'style:font-name="Arial" style:font-name-asian="SimHei"'
_MONO = 'style:font-name="Liberation Mono" style:font-name-asian="SimSun"'


def _font_size(points: float) -> str:
    return f'fo:font-size="{points}pt" style:font-size-asian="{points}pt"'


def _paragraph_style(name: str, paragraph: str, text: str, parent: str = "Standard", extra: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}" {extra}>'
        f"<style:paragraph-properties {paragraph}/><style:text-properties {text}/></style:style>"
    )


def _styles() -> str:
    fonts = "".join(
        f'<style:font-face style:name="{name}" svg:font-family="&apos;{name}&apos;"/>'
        for name in ("Times New Roman", "SimSun", "Arial", "SimHei", "Liberation Mono")
    )
    headings = "".join(
        _paragraph_style(
            f"H{level}",
            'fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"',
            f'{_SANS} {_font_size(size)} fo:font-weight="bold" style:font-weight-asian="bold"',
            extra=f'style:default-outline-level="{level}"',
        )
        for level, size in enumerate((20, 16, 14, 12, 11, 10.5), start=1)
    )
    lists = "".join(
        f'<text:list-style style:name="{name}">{levels}</text:list-style>'
        for name, levels in (("Bullets", _levels(numbered=False)), ("Numbers", _levels(numbered=True)))
    )
    return (
        f"<office:font-face-decls>{fonts}</office:font-face-decls><office:styles>"
        '<style:style style:name="Standard" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-bottom="0.18cm" fo:line-height="140%"/>'
        f'<style:text-properties {_SERIF} {_font_size(10.5)} fo:language="en" fo:country="US"'
        ' style:language-asian="zh" style:country-asian="CN"/></style:style>'
        f"{headings}"
        + _paragraph_style("Line", 'fo:margin-bottom="0cm"', _SERIF)
        + _paragraph_style("Mono", 'fo:margin-bottom="0cm" fo:line-height="120%"', f"{_MONO} {_font_size(9)}")
        + _paragraph_style(
            "Code",
            'fo:margin-bottom="0cm" fo:line-height="120%" fo:background-color="#f2f2f2" fo:padding="0.1cm"',
            f"{_MONO} {_font_size(9)}",
        )
        + _paragraph_style("Quote", 'fo:margin-left="0.8cm" fo:margin-right="0.4cm"', 'fo:color="#444444"')
        + _paragraph_style("Cell", 'fo:margin-bottom="0cm" fo:line-height="120%"', _font_size(9.5))
        + _paragraph_style("Break", 'fo:break-before="page"', _SERIF, parent="Line")
        + _paragraph_style("Rule", 'fo:border-bottom="0.5pt solid #888888"', _font_size(4))
        + '<style:style style:name="b" style:family="text"><style:text-properties fo:font-weight="bold"'
        ' style:font-weight-asian="bold"/></style:style>'
        '<style:style style:name="i" style:family="text"><style:text-properties fo:font-style="italic"'
        ' style:font-style-asian="italic"/></style:style>'
        f'<style:style style:name="c" style:family="text"><style:text-properties {_MONO}/></style:style>'
        f"{lists}</office:styles><office:automatic-styles>"
        '<style:style style:name="TableCell" style:family="table-cell"><style:table-cell-properties'
        ' fo:border="0.5pt solid #888888" fo:padding="0.08cm"/></style:style>'
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm"'
        ' fo:page-height="29.7cm" fo:margin="2.2cm"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/>'
        "</office:master-styles>"
    )


def _levels(*, numbered: bool) -> str:
    levels = []
    for level in range(1, 7):
        indent = (
            f'<style:list-level-properties text:space-before="{0.6 * level}cm" text:min-label-width="0.6cm"/>'
        )
        kind = (
            f'<text:list-level-style-number text:level="{level}" style:num-format="1" style:num-suffix=".">'
            f"{indent}</text:list-level-style-number>"
            if numbered
            else f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="•">{indent}'
            "</text:list-level-style-bullet>"
        )
        levels.append(kind)
    return "".join(levels)


@dataclass(frozen=True)
class Picture:
    """A picture that OpenDocument may hold: its content in base64, and its size in pixels."""

    content: str
    width: int
    height: int

    def frame(self, room_cm: float) -> str:
        """The picture as a character of a paragraph, at most so wide."""
        scale = min(1.0, room_cm * PIXELS_PER_CM / self.width, TEXT_HEIGHT_CM * PIXELS_PER_CM / self.height)
        width, height = (length * scale / PIXELS_PER_CM for length in (self.width, self.height))
        return (
            f'<draw:frame text:anchor-type="as-char" svg:width="{width:.2f}cm" svg:height="{height:.2f}cm"><draw:image>'
            f"<office:binary-data>{self.content}</office:binary-data></draw:image></draw:frame>"
        )


@dataclass(frozen=True)
class Span:
    """A piece of a paragraph. `style` is any of the letters b (bold), i (italic), c (code), or empty.

    One with a picture has no text.
    """

    text: str
    style: str = ""
    picture: Picture | None = None

    @property
    def is_blank(self) -> bool:
        return self.picture is None and not self.text.strip()


class Builder:
    """Collects blocks and renders them. Everything given to it is escaped.

    `left_out` counts what the source shows and the blocks do not: `external_links`, `pictures_missing`, `media`, `styles`.
    """

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self._body: list[str] = []
        self._images = 0

    def heading(self, level: int, spans: list[Span]) -> None:
        level = min(max(level, 1), 6)
        content = _spans(spans)
        if content:
            self._body.append(
                f'<text:h text:style-name="H{level}" text:outline-level="{level}">{content}</text:h>'
            )

    def paragraph(self, spans: list[Span], style: str = "Standard") -> None:
        self._body.append(f'<text:p text:style-name="{style}">{_spans(spans)}</text:p>')

    def item(self, level: int, spans: list[Span], *, numbered: bool, first: bool, start: int = 1) -> None:
        """Add an item of a list; the `first` of a numbered one has the number `start`."""
        level = min(max(level, 1), 6)
        name = "Numbers" if numbered else "Bullets"
        more = "" if first else ' text:continue-numbering="true"'
        number = f' text:start-value="{start}"' if numbered and first else ""
        lists = [f'<text:list text:style-name="{name}"{more}>', *["<text:list>"] * (level - 1)]
        opening = "<text:list-item>".join(lists) + f"<text:list-item{number}>"
        closing = "</text:list-item></text:list>" * level
        self._body.append(f'{opening}<text:p text:style-name="Line">{_spans(spans)}</text:p>{closing}')

    def table(self, rows: list[list[list[Span]]]) -> None:
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        room_cm = TEXT_WIDTH_CM / columns - CELL_PADDING_CM
        self._body.append(f'<table:table><table:table-column table:number-columns-repeated="{columns}"/>')
        for row in rows:
            self._body.append("<table:table-row>")
            for cell in [*row, *([[]] * (columns - len(row)))]:
                self._body.append(
                    '<table:table-cell table:style-name="TableCell"><text:p text:style-name="Cell">'
                    f"{_spans(cell, room_cm)}</text:p></table:table-cell>"
                )
            self._body.append("</table:table-row>")
        self._body.append('</table:table><text:p text:style-name="Line"/>')

    def image(self, content: bytes) -> bool:
        """Add a picture that stands on its own. False when it is none, or one too many."""
        picture = self.picture(content)
        if picture is None:
            return False
        self._body.append(f"<text:p>{picture.frame(TEXT_WIDTH_CM)}</text:p>")
        return True

    def picture(self, content: bytes) -> Picture | None:
        """A picture for a span. None when it is none, or one too many."""
        if self._images >= MAX_IMAGES:
            return None
        try:
            with Image.open(io.BytesIO(content)) as picture:
                picture.load()
                width, height = picture.size
                if picture.format not in {"PNG", "JPEG"}:
                    target = io.BytesIO()
                    picture.convert("RGBA").save(target, "PNG")
                    content = target.getvalue()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
            return None
        self._images += 1
        return Picture(base64.b64encode(content).decode("ascii"), width, height)

    def page_break(self) -> None:
        self._body.append('<text:p text:style-name="Break"/>')

    def rule(self) -> None:
        self._body.append('<text:p text:style-name="Rule"/>')

    def render(self) -> str:
        body = "\n".join(self._body) or '<text:p text:style-name="Standard"/>'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {_NAMESPACES} office:version="1.3"'
            ' office:mimetype="application/vnd.oasis.opendocument.text">'
            f"{_styles()}<office:body><office:text>\n{body}\n</office:text></office:body></office:document>\n"
        )


def _spans(spans: list[Span], room_cm: float = TEXT_WIDTH_CM) -> str:
    parts = []
    for span in spans:
        if span.picture is not None:
            parts.append(span.picture.frame(room_cm))
            continue
        content = _characters(span.text)
        for style in "bic":
            if content and style in span.style:
                content = f'<text:span text:style-name="{style}">{content}</text:span>'
        parts.append(content)
    return "".join(parts)


def _allowed(character: str) -> bool:
    """Whether XML 1.0 may hold the character."""
    code = ord(character)
    return code in (9, 10) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _characters(text: str) -> str:
    """Text as OpenDocument content: runs of spaces, tabs and line breaks have elements of their own."""
    escaped = escape("".join(filter(_allowed, text)))
    return _WHITE.sub(_white, escaped)


def _white(match: re.Match[str]) -> str:
    if match[0] == "\t":
        return "<text:tab/>"
    if match[0] == "\n":
        return "<text:line-break/>"
    return f'<text:s text:c="{len(match[0])}"/>'
