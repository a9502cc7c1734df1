"""Word documents from compositions: styles, headings, contents, tables, pictures, formulas, footnotes."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from wenlan.demo.documents.docx_xml import (
    bare,
    drop_stale_facts,
    field,
    fonts,
    page_break,
    replace_content,
    run,
    style_font,
)
from wenlan.demo.documents.formulas import NAMESPACE, omml
from wenlan.demo.documents.markup import Block, parse, spans

Pictures = Mapping[str, Callable[[], bytes]]
WRITTEN_AT = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - Office keeps these properties without a zone
_DECLARATIONS = nsdecls("w", "r", "a", "wp") + f' xmlns:m="{NAMESPACE}"'
_TEXT_WIDTH_CM = 15.4
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True)
class WordLook:
    """How a Word document is set; sizes are points, colours are RRGGBB."""

    language: str = "zh-hans"
    body_font: str = "宋体"
    heading_font: str = "黑体"
    latin_font: str = "Times New Roman"
    heading_latin_font: str = "Arial"
    body_size: float = 12
    line_spacing: float = 1.5
    accent: str = "1F4E5F"
    heading_colour: str = "1F4E5F"
    header: str = ""
    cover: bool = False
    contents: bool = False
    columns: int = 1
    margin_cm: float = 2.8
    title_size: float = 22

    @property
    def chinese(self) -> bool:
        return self.language.startswith("zh")


def write_docx(
    path: Path,
    composition: str,
    *,
    title: str,
    author: str,
    subtitle: str = "",
    look: WordLook | None = None,
    pictures: Pictures | None = None,
) -> None:
    """Write one Word document. Every picture that the composition names must be in `pictures`."""
    _Writer(look or WordLook(), pictures or {}).write(path, composition, title, subtitle, author)


class _Writer:
    """Holds what one document accumulates while it is written: bookmarks, footnotes, pictures."""

    def __init__(self, look: WordLook, pictures: Pictures) -> None:
        self.look = look
        self.pictures = pictures
        self.document: Any = Document()
        self.footnotes: list[str] = []
        self.headings = 0
        self.drawings = 0

    def write(self, path: Path, composition: str, title: str, subtitle: str, author: str) -> None:
        blocks = parse(composition)
        self._set_page()
        self._set_styles()
        self._set_properties(title, author)
        self._front(title, subtitle, author, blocks)
        for block in blocks:
            self._add_block(block)
        self._set_header_and_footer()
        self._add_footnotes()
        drop_stale_facts(self.document)
        self.document.save(path)

    # Page, styles, properties

    def _set_page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(self.look.margin_cm)
        section.top_margin = section.bottom_margin = Cm(2.6 if self.look.columns == 1 else 2.2)
        section.header_distance = section.footer_distance = Cm(1.5)

    def _set_styles(self) -> None:
        look, styles = self.look, self.document.styles
        style_font(styles["Normal"], look.latin_font, look.body_font, look.body_size)
        normal = styles["Normal"].paragraph_format
        normal.line_spacing, normal.space_after, normal.space_before = look.line_spacing, Pt(0), Pt(0)
        if not look.chinese:
            normal.space_after = Pt(6 if look.columns == 1 else 3)
        body = styles.add_style("Wenlan Body", WD_STYLE_TYPE.PARAGRAPH)
        body.base_style = styles["Normal"]
        body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if look.chinese:
            indent = body.element.get_or_add_pPr().get_or_add_ind()
            indent.set(qn("w:firstLineChars"), "200")
            indent.set(qn("w:firstLine"), str(int(look.body_size * 40)))
        steps = (0, 4, 2, 0.5) if look.columns == 1 else (0, 1.5, 0.5, 0)
        for level in (1, 2, 3):
            style = styles[f"Heading {level}"]
            size = look.body_size + steps[level]
            style_font(
                style, look.heading_latin_font, look.heading_font, size, bold=True, colour=look.heading_colour
            )
            style.paragraph_format.space_before = Pt((18, 12, 8)[level - 1] if look.columns == 1 else 8)
            style.paragraph_format.space_after = Pt((10, 6, 4)[level - 1] if look.columns == 1 else 3)
            style.paragraph_format.keep_with_next = True
            style.paragraph_format.line_spacing = 1.2
        style_font(
            styles["Title"],
            look.heading_latin_font,
            look.heading_font,
            look.title_size,
            colour=look.heading_colour,
        )
        styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Title"].paragraph_format.space_after = Pt(14)
        for borders in styles["Title"].element.findall(".//" + qn("w:pBdr")):
            borders.getparent().remove(borders)
        style_font(styles["Caption"], look.latin_font, look.heading_font, look.body_size - 2, colour="444444")
        styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Caption"].paragraph_format.space_after = Pt(6)

    def _set_properties(self, title: str, author: str) -> None:
        properties = self.document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.created = properties.modified = WRITTEN_AT
        properties.comments, properties.revision = "", 1
        properties.language = "zh-CN" if self.look.chinese else "en-GB"
        tongue = self.document.settings.element.find(qn("w:themeFontLang"))
        tongue.set(qn("w:eastAsia"), "zh-CN")
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")

    # Front matter

    def _front(self, title: str, subtitle: str, author: str, blocks: list[Block]) -> None:
        if self.look.cover:
            self._append(*["<w:p/>"] * 7)
        if not any(block.kind == "title" for block in blocks):
            self._append(self._paragraph(title, style="Title"))
        if subtitle:
            self._append(
                self._paragraph(subtitle, align="center", size=self.look.body_size, colour="555555", after=10)
            )
        if self.look.cover:
            bar = f'<w:pBdr><w:top w:val="single" w:sz="12" w:space="12" w:color="{self.look.accent}"/></w:pBdr>'
            self._append(
                *["<w:p/>"] * 4,
                self._paragraph(author, align="center", extra=bar, indent_cm=4.5, right_cm=4.5),
                self._paragraph(
                    "2026 年 3 月" if self.look.chinese else "March 2026", align="center", colour="555555"
                ),
                page_break(),
            )
        if self.look.contents:
            self._contents([block for block in blocks if block.kind == "heading" and block.level <= 2])
        if self.look.columns > 1:
            self._append(f"<w:p><w:pPr>{self._section_properties(columns=1)}</w:pPr></w:p>")
            final = self.document.sections[-1]._sectPr  # noqa: SLF001 - python-docx has no interface for columns
            for columns in final.findall(qn("w:cols")):
                columns.set(qn("w:num"), str(self.look.columns))
                columns.set(qn("w:space"), "400")
            final.insert(0, parse_xml(f'<w:type {nsdecls("w")} w:val="continuous"/>'))

    def _section_properties(self, columns: int) -> str:
        margin, vertical = int(self.look.margin_cm * 567), int(2.2 * 567)
        return (
            '<w:sectPr><w:type w:val="continuous"/><w:pgSz w:w="11906" w:h="16838"/>'
            f'<w:pgMar w:top="{vertical}" w:bottom="{vertical}" w:left="{margin}" w:right="{margin}"'
            f' w:header="850" w:footer="850" w:gutter="0"/><w:cols w:num="{columns}"/></w:sectPr>'
        )

    def _contents(self, headings: list[Block]) -> None:
        heading = "目  录" if self.look.chinese else "Contents"
        self._append(
            self._paragraph(
                heading, align="center", size=self.look.body_size + 4, bold=True, after=10, heading_font=True
            )
        )
        right = int((21 - 2 * self.look.margin_cm) * 567)
        numbers = iter(range(1, 10_000))
        for block in headings:
            left = 420 * (block.level - 1)
            name = f"_Toc{next(numbers):05d}"
            weight = "<w:b/>" if block.level == 1 else ""
            tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{right}"/></w:tabs>'
            number = field(f"PAGEREF {name} \\h", "…")
            self._append(
                f'<w:p><w:pPr>{tabs}<w:spacing w:line="300" w:lineRule="auto"/><w:ind w:left="{left}"/></w:pPr>'
                f'<w:hyperlink w:anchor="{name}"><w:r><w:rPr>{weight}</w:rPr><w:t>{escape(bare(block.text))}</w:t></w:r>'
                f"<w:r><w:tab/></w:r>{number}</w:hyperlink></w:p>"
            )
        self._append(page_break())

    # Blocks

    def _add_block(self, block: Block) -> None:
        writers: dict[str, Callable[[Block], None]] = {
            "heading": self._heading,
            "table": self._table,
            "picture": self._picture,
            "code": self._code,
            "formula": self._formula,
        }
        if block.kind in writers:
            writers[block.kind](block)
        elif block.kind == "page":
            self._append(page_break())
        else:
            self._append(self._text_block(block))

    def _text_block(self, block: Block) -> str:
        if block.kind == "bullet":
            return self._paragraph("•\t" + block.text, hanging_cm=0.65, indent_cm=1.3)
        if block.kind == "numbered":
            number, _, text = block.text.partition(" ")
            return self._paragraph(
                f"{number}\t{text}", hanging_cm=0.8, indent_cm=1.45 if self.look.chinese else 0.8
            )
        if block.kind == "remark":
            box = (
                f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{self.look.accent}"/></w:pBdr>'
                '<w:shd w:val="clear" w:color="auto" w:fill="F1F4F2"/>'
            )
            return self._paragraph(
                block.text, extra=box, indent_cm=0.5, right_cm=0.3, before=6, after=8, kai=self.look.chinese
            )
        if block.kind == "title":
            return self._paragraph(block.text, style="Title", before=14)
        if block.kind == "letterhead":
            return self._letterhead(block.text)
        if block.kind in {"centre", "right"}:
            return self._paragraph(block.text, align={"centre": "center", "right": "right"}[block.kind])
        return self._paragraph(block.text, style="Wenlan Body" if block.kind == "paragraph" else "")

    def _letterhead(self, text: str) -> str:
        name, _, number = text.partition(" | ")
        rule = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="C3272B"/></w:pBdr>'
        return self._paragraph(
            name, align="center", size=30, bold=True, colour="C3272B", after=8
        ) + self._paragraph(number, align="center", extra=rule, after=10)

    def _heading(self, block: Block) -> None:
        self.headings += 1 if block.level <= 2 else 0
        mark = ""
        if block.level <= 2:
            name, number = f"_Toc{self.headings:05d}", self.headings
            mark = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'
        style = self.document.styles[f"Heading {block.level}"].style_id
        self._append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{mark}{self._runs(block.text)}</w:p>')

    def _formula(self, block: Block) -> None:
        self._append(
            '<w:p><w:pPr><w:spacing w:before="80" w:after="80"/></w:pPr>'
            f"<m:oMathPara>{omml(block.text)}</m:oMathPara></w:p>"
        )

    def _code(self, block: Block) -> None:
        lines = block.text.split("\n")
        properties = fonts("Courier New", self.look.body_font) + '<w:sz w:val="19"/>'
        for number, line in enumerate(lines):
            before = 80 if number == 0 else 0
            after = 120 if number == len(lines) - 1 else 0
            self._append(
                f'<w:p><w:pPr><w:shd w:val="clear" w:color="auto" w:fill="F3F3EF"/>'
                f'<w:spacing w:line="280" w:lineRule="auto" w:before="{before}" w:after="{after}"/><w:ind w:left="300"/></w:pPr>'
                f"{run(line or ' ', properties)}</w:p>"
            )

    def _table(self, block: Block) -> None:
        if block.text:
            self._append(self._paragraph(block.text, style="Caption", keep=True, before=8))
        count = max(len(row) for row in block.rows)
        shares = block.widths or [1.0] * count
        full = (21 - 2 * self.look.margin_cm) / self.look.columns - (0.4 if self.look.columns > 1 else 0)
        widths = [int(share / sum(shares) * full * 567) for share in shares]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        line = f'w:val="single" w:sz="8" w:color="{self.look.accent}"'
        thin = 'w:val="single" w:sz="4" w:color="C9CEC8"'
        borders = f"<w:top {line}/><w:bottom {line}/><w:insideH {thin}/><w:insideV {thin}/>"
        limit = 14 if self.look.chinese else 16
        columns = [[bare(cell) for cell in cells] for cells in zip_longest(*block.rows[1:], fillvalue="")]
        aligns = ["left" if any(len(cell) > limit for cell in cells) else "center" for cells in columns]
        aligns += ["center"] * (count - len(aligns))
        rows = "".join(
            self._row(
                row,
                widths,
                aligns,
                head=number == 0,
                keep=number < len(block.rows) - 1 and (number == 0 or len(block.rows) <= 12),
            )
            for number, row in enumerate(block.rows)
        )
        self._append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>',
            '<w:p><w:pPr><w:spacing w:line="160" w:lineRule="exact"/></w:pPr></w:p>',
        )

    def _row(self, cells: list[str], widths: list[int], aligns: list[str], *, head: bool, keep: bool) -> str:
        padded = cells + [""] * (len(widths) - len(cells))
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{self.look.accent}"/>' if head else ""
        size = self.look.body_size - (1.5 if self.look.columns == 1 else 1)
        row = ""
        for cell, width, align in zip(padded, widths, aligns, strict=True):
            row += (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>'
                + self._paragraph(
                    cell,
                    align="center" if head else align,
                    size=size,
                    bold=head,
                    colour="FFFFFF" if head else "",
                    before=2,
                    after=2,
                    line=1.15,
                    keep=keep,
                )
                + "</w:tc>"
            )
        header = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{row}</w:tr>"

    def _picture(self, block: Block) -> None:
        width = _TEXT_WIDTH_CM * 0.86 if self.look.columns == 1 else 7.4
        image = io.BytesIO(self.pictures[block.rows[0][0]]())
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = bool(block.text)
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.paragraph_format.space_before = Pt(6)
        shape = paragraph.add_run().add_picture(image, width=Cm(width))
        shape._inline.docPr.set("descr", block.text)  # noqa: SLF001 - python-docx has no interface for it
        if block.text:
            self._append(self._paragraph(block.text, style="Caption"))

    # Text

    def _paragraph(
        self,
        text: str,
        *,
        style: str = "",
        align: str = "",
        size: float = 0,
        bold: bool = False,
        colour: str = "",
        before: float = -1,
        after: float = -1,
        line: float = 0,
        hanging_cm: float = 0,
        indent_cm: float = 0,
        right_cm: float = 0,
        extra: str = "",
        keep: bool = False,
        kai: bool = False,
        heading_font: bool = False,
    ) -> str:
        properties = f'<w:pStyle w:val="{self.document.styles[style].style_id}"/>' if style else ""
        properties += ("<w:keepNext/>" if keep else "") + extra
        spacing = (f' w:before="{int(before * 20)}"' if before >= 0 else "") + (
            f' w:after="{int(after * 20)}"' if after >= 0 else ""
        )
        spacing += f' w:line="{int(line * 240)}" w:lineRule="auto"' if line else ""
        properties += f"<w:spacing{spacing}/>" if spacing else ""
        if hanging_cm or indent_cm or right_cm:
            tab = int(indent_cm * 567)
            hanging = f' w:hanging="{int(hanging_cm * 567)}"' if hanging_cm else ""
            properties += f'<w:ind w:left="{tab}"{hanging} w:right="{int(right_cm * 567)}"/>'
        properties += f'<w:jc w:val="{align}"/>' if align else ""
        run = fonts(self.look.latin_font, "楷体") if kai else ""
        run += fonts(self.look.heading_latin_font, self.look.heading_font) if heading_font else ""
        run += "<w:b/>" if bold else ""
        run += f'<w:color w:val="{colour}"/>' if colour else ""
        run += f'<w:sz w:val="{int(size * 2)}"/>' if size else ""
        return f"<w:p><w:pPr>{properties}</w:pPr>{self._runs(text, run)}</w:p>"

    def _runs(self, text: str, properties: str = "") -> str:
        runs = ""
        colour = "".join(re.findall(r"<w:color [^>]*/>", properties))
        for span in spans(text):
            if span.kind == "formula":
                runs += omml(span.text, properties=colour)
            elif span.kind == "note":
                runs += self._footnote(span.text)
            elif span.kind == "code":
                runs += run(
                    span.text, fonts("Courier New", self.look.body_font) + '<w:color w:val="7A3B2E"/>'
                )
            elif span.kind == "bold" and "<w:b/>" not in properties:
                emphasis = fonts(self.look.latin_font, self.look.heading_font) if self.look.chinese else ""
                runs += run(
                    span.text, (emphasis if "rFonts" not in properties else "") + "<w:b/>" + properties
                )
            else:
                runs += run(span.text, properties)
        return runs

    def _footnote(self, text: str) -> str:
        self.footnotes.append(text)
        raised = '<w:vertAlign w:val="superscript"/>'
        return f'<w:r><w:rPr>{raised}</w:rPr><w:footnoteReference w:id="{len(self.footnotes)}"/></w:r>'

    def _add_footnotes(self) -> None:
        if not self.footnotes:
            return
        small = '<w:sz w:val="18"/>'
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
            f"{run(' ' + text, small)}</w:p></w:footnote>"
            for number, text in enumerate(self.footnotes, 1)
        )
        marks = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{element}/></w:r></w:p></w:footnote>'
            for kind, number, element in (
                ("separator", -1, "separator"),
                ("continuationSeparator", 0, "continuationSeparator"),
            )
        )
        xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>{marks}{notes}</w:footnotes>'
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, xml.encode(), self.document.part.package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _set_header_and_footer(self) -> None:
        section = self.document.sections[0]
        section.different_first_page_header_footer = self.look.cover
        grey = '<w:color w:val="777777"/><w:sz w:val="18"/>'
        if self.look.header:
            rule = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="BBBBBB"/></w:pBdr>'
            header = f'<w:p {_DECLARATIONS}><w:pPr>{rule}<w:jc w:val="center"/></w:pPr>{run(self.look.header, grey)}</w:p>'
            replace_content(section.header, header)
        before, between, after = ("第 ", " 页  共 ", " 页") if self.look.chinese else ("Page ", " of ", "")
        footer = (
            f'<w:p {_DECLARATIONS}><w:pPr><w:jc w:val="center"/></w:pPr>{run(before, grey)}{field("PAGE", "1", grey)}'
            f"{run(between, grey)}{field('NUMPAGES', '1', grey)}{run(after, grey) if after else ''}</w:p>"
        )
        replace_content(section.footer, footer)

    def _append(self, *elements: str) -> None:
        body = self.document.element.body
        wrapper = parse_xml(f"<w:body {_DECLARATIONS}>{''.join(elements)}</w:body>")
        for element in list(wrapper):
            body.insert(len(body) - 1, element)
