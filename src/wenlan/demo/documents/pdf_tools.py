"""Chinese PDFs from compositions, set directly with reportlab: contents, bookmarks, tables, pictures, code."""

import io
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    Image,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
    XPreformatted,
)
from reportlab.platypus.tableofcontents import TableOfContents

from wenlan.demo.documents.docx_tools import Pictures
from wenlan.demo.documents.fonts import font_file
from wenlan.demo.documents.markup import Block, parse, spans

_WIDTH = A4[0] - 5 * cm


@cache
def _font(role: str) -> str:
    """Register the font of a role once and return its PDF name; without font files, a reader's own Song."""
    path = font_file(role)
    if path is None or path.name.startswith("Noto"):
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        return "STSong-Light"
    pdfmetrics.registerFont(TTFont(f"demo-{role}", str(path)))
    return f"demo-{role}"


def write_pdf(
    path: Path,
    composition: str,
    *,
    title: str,
    author: str,
    subtitle: str = "",
    accent: str = "1F4E5F",
    contents: bool = True,
    pictures: Pictures | None = None,
) -> None:
    """Write one Chinese PDF with bookmarks; `contents` adds a cover and a table of contents."""
    _Book(path, title, author, accent, pictures or {}).write(composition, subtitle, contents=contents)


class _Book(BaseDocTemplate):  # type: ignore[misc]
    """A document that notes its headings in the contents and in the bookmarks as they are laid out."""

    def __init__(self, path: Path, title: str, author: str, accent: str, pictures: Pictures) -> None:
        super().__init__(
            str(path), pagesize=A4, title=title, author=author, lang="zh-CN", invariant=1, topMargin=2.5 * cm
        )
        self.heading_text = title
        self.author_name = author
        self.accent = colors.HexColor(f"#{accent}")
        self.pictures = pictures
        self.marks = 0
        frame = Frame(2.5 * cm, 2.2 * cm, _WIDTH, A4[1] - 4.7 * cm, 0, 0, 0, 0)
        self.addPageTemplates(
            [
                PageTemplate("cover", [frame], onPage=self._draw_cover),
                PageTemplate("body", [frame], onPage=self._draw_edges),
            ]
        )
        self.styles = _styles(self.accent)

    def write(self, composition: str, subtitle: str, *, contents: bool) -> None:
        story: list[Any] = [NextPageTemplate("body")]
        if contents:
            story += [
                Spacer(1, 7 * cm),
                Paragraph(self.heading_text, self.styles["cover"]),
                Paragraph(subtitle, self.styles["subtitle"]),
                Spacer(1, 9 * cm),
                Paragraph(self.author_name, self.styles["subtitle"]),
                PageBreak(),
                Paragraph("目  录", self.styles["contents"]),
                self._contents(),
                PageBreak(),
            ]
        else:
            story += [
                Paragraph(self.heading_text, self.styles["title"]),
                Paragraph(subtitle, self.styles["subtitle"]),
                Spacer(1, 14),
            ]
        for block in parse(composition):
            story += self._flowables(block)
        self.multiBuild(story)

    def _contents(self) -> Any:
        contents = TableOfContents(dotsMinLevel=0)
        contents.levelStyles = [
            ParagraphStyle("contents1", fontName=_font("hei"), fontSize=11.5, leading=21),
            ParagraphStyle("contents2", fontName=_font("song"), fontSize=10.5, leading=18, leftIndent=18),
        ]
        return contents

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802 - reportlab's name
        """Note a heading that has just been placed."""
        level = getattr(flowable, "heading_level", None)
        if level is None:
            return
        key, text = flowable.heading_key, flowable.getPlainText()
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level - 1, closed=level > 1)
        self.notify("TOCEntry", (level - 1, text, self.page, key))

    def _draw_cover(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(self.accent)
        canvas.rect(0, 0, 0.9 * cm, A4[1], stroke=0, fill=1)
        canvas.restoreState()

    def _draw_edges(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(colors.HexColor("#777777"))
        canvas.setStrokeColor(colors.HexColor("#BBBBBB"))
        canvas.setFont(_font("song"), 9)
        canvas.drawString(2.5 * cm, A4[1] - 1.7 * cm, self.heading_text)
        canvas.line(2.5 * cm, A4[1] - 1.9 * cm, A4[0] - 2.5 * cm, A4[1] - 1.9 * cm)
        canvas.drawCentredString(A4[0] / 2, 1.2 * cm, f"— {self.page} —")
        canvas.restoreState()

    def _flowables(self, block: Block) -> list[Any]:
        match block.kind:
            case "heading":
                heading = Paragraph(_rich(block.text), self.styles[f"heading{block.level}"])
                if block.level <= 2:
                    self.marks += 1
                    heading.heading_level, heading.heading_key = block.level, f"heading-{self.marks}"
                return [heading]
            case "table":
                return self._table(block)
            case "picture":
                return self._picture(block)
            case "code":
                return [XPreformatted(escape(block.text), self.styles["code"])]
            case "page":
                return [PageBreak()]
            case "bullet":
                return [Paragraph(_rich(block.text), self.styles["bullet"], bulletText="•")]
            case "numbered":
                number, _, text = block.text.partition(" ")
                return [Paragraph(_rich(text), self.styles["bullet"], bulletText=number)]
            case _:
                return [Paragraph(_rich(block.text), self.styles[block.kind])]

    def _table(self, block: Block) -> list[Any]:
        shares = block.widths or [1.0] * len(block.rows[0])
        cells = [
            [Paragraph(_rich(cell), self.styles["head" if number == 0 else "cell"]) for cell in row]
            for number, row in enumerate(block.rows)
        ]
        table = Table(cells, [share / sum(shares) * _WIDTH for share in shares], repeatRows=1)
        table.setStyle(
            TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, 0), self.accent),
                    ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.HexColor("#F5F6F3")]),
                    ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#C9CEC8")),
                    ("LINEBELOW", (0, -1), (-1, -1), 1, self.accent),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("TOPPADDING", (0, 0), (-1, -1), 4),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                ]
            )
        )
        if len(block.rows) < 14:
            table.setStyle(TableStyle([("NOSPLIT", (0, 0), (-1, -1))]))
        caption = Paragraph(block.text, self.styles["caption"]) if block.text else Spacer(1, 6)
        caption.keepWithNext = True
        return [caption, table, Spacer(1, 10)]

    def _picture(self, block: Block) -> list[Any]:
        image = Image(io.BytesIO(self.pictures[block.rows[0][0]]()))
        width = _WIDTH * 0.86
        image.drawWidth, image.drawHeight = width, width * image.imageHeight / image.imageWidth
        image.keepWithNext = True
        return [Spacer(1, 6), image, Paragraph(block.text, self.styles["caption"]), Spacer(1, 6)]


def _rich(text: str) -> str:
    parts = ""
    for span in spans(text):
        shown = escape(span.text)
        match span.kind:
            case "bold":
                parts += f'<font name="{_font("hei")}">{shown}</font>'
            case "code":
                parts += f'<font name="{_font("hei")}" size="9.5" color="#7A3B2E">{shown}</font>'
            case "note":
                parts += f'<font size="8.5" color="#666666">（{shown}）</font>'
            case _:
                parts += shown
    return parts


def _styles(accent: Any) -> dict[str, Any]:
    song, hei, kai = _font("song"), _font("hei"), _font("kai")
    body = ParagraphStyle(
        "paragraph", fontName=song, fontSize=11.2, leading=19, firstLineIndent=22.4, wordWrap="CJK",
        alignment=TA_JUSTIFY, spaceAfter=5,
    )  # fmt: skip
    plain = ParagraphStyle("plain", body, firstLineIndent=0)
    styles = [
        body,
        plain,
        ParagraphStyle("cover", fontName=hei, fontSize=27, leading=40, alignment=TA_CENTER, textColor=accent, wordWrap="CJK"),
        ParagraphStyle("title", fontName=hei, fontSize=21, leading=32, alignment=TA_CENTER, textColor=accent, wordWrap="CJK"),
        ParagraphStyle("subtitle", fontName=song, fontSize=12, leading=20, alignment=TA_CENTER, textColor=colors.HexColor("#666666")),
        ParagraphStyle("contents", fontName=hei, fontSize=16, leading=34, alignment=TA_CENTER),
        ParagraphStyle("heading1", fontName=hei, fontSize=16.5, leading=26, textColor=accent, spaceBefore=16, spaceAfter=8, keepWithNext=1, wordWrap="CJK"),
        ParagraphStyle("heading2", fontName=hei, fontSize=13, leading=20, textColor=accent, spaceBefore=10, spaceAfter=4, keepWithNext=1, wordWrap="CJK"),
        ParagraphStyle("heading3", fontName=hei, fontSize=11.5, leading=18, spaceBefore=6, spaceAfter=3, keepWithNext=1, wordWrap="CJK"),
        ParagraphStyle("bullet", plain, leftIndent=24, bulletIndent=6, bulletFontName=hei, bulletFontSize=10, spaceAfter=3),
        ParagraphStyle("numbered", plain, leftIndent=24, bulletIndent=4),
        ParagraphStyle("centre", plain, alignment=TA_CENTER),
        ParagraphStyle("right", plain, alignment=TA_RIGHT),
        ParagraphStyle("formula", plain, alignment=TA_CENTER),
        ParagraphStyle("remark", plain, fontName=kai, leftIndent=14, rightIndent=8, backColor=colors.HexColor("#F1F4F2"), borderPadding=(6, 8, 7, 8), spaceBefore=9, spaceAfter=13),
        ParagraphStyle("code", fontName=hei, fontSize=9.3, leading=14, leftIndent=12, backColor=colors.HexColor("#F3F3EF"), borderPadding=(5, 6, 6, 6), spaceBefore=8, spaceAfter=12),
        ParagraphStyle("caption", fontName=hei, fontSize=9.5, leading=16, alignment=TA_CENTER, textColor=colors.HexColor("#444444"), spaceBefore=4, spaceAfter=3),
        ParagraphStyle("cell", fontName=song, fontSize=10, leading=14.5, alignment=TA_CENTER, wordWrap="CJK"),
        ParagraphStyle("head", fontName=hei, fontSize=10, leading=14.5, alignment=TA_CENTER, textColor=colors.white, wordWrap="CJK"),
    ]  # fmt: skip
    return {style.name: style for style in styles}
