"""Presentations in one calm design, with pictures, tables, remarks and entrance animations.

A deck is a composition: every `#` heading begins a slide; what follows it are bullets, a table, a picture, a
remark (shown as the slide's message) or `=` lines (speaker's notes).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from wenlan.demo.documents.animations import Entrance, animate, fade_between_slides
from wenlan.demo.documents.docx_tools import WRITTEN_AT, Pictures
from wenlan.demo.documents.markup import Block, parse, spans

_INK = "22303C"
_PAPER = "FBFAF6"
_TITLE_ONLY, _TITLE_SLIDE = 5, 0


@dataclass(frozen=True)
class DeckLook:
    """Colours (RRGGBB) and fonts of a deck."""

    accent: str = "2F6B6B"
    second: str = "B5654A"
    tint: str = "E8EFEC"
    font: str = "微软雅黑"
    latin_font: str = "Calibri"


def write_pptx(
    path: Path,
    composition: str,
    *,
    title: str,
    subtitle: str,
    author: str,
    look: DeckLook | None = None,
    pictures: Pictures | None = None,
) -> None:
    """Write one deck: a title slide, one slide per `#` heading, all animated by click."""
    _Deck(look or DeckLook(), pictures or {}).write(path, composition, title, subtitle, author)


class _Deck:
    def __init__(self, look: DeckLook, pictures: Pictures) -> None:
        self.look = look
        self.pictures = pictures
        self.presentation: Any = Presentation()
        self.presentation.slide_width, self.presentation.slide_height = Inches(13.333), Inches(7.5)
        for layout in self.presentation.slide_layouts:
            for shape in list(layout.placeholders):
                if shape.placeholder_format.type is not None and shape.placeholder_format.idx >= 10:
                    layout.placeholders._element.remove(shape._element)  # noqa: SLF001 - no interface to remove a shape

    def write(self, path: Path, composition: str, title: str, subtitle: str, author: str) -> None:
        self._cover(title, subtitle, author)
        blocks = parse(composition)
        starts = [number for number, block in enumerate(blocks) if block.kind == "heading"]
        for begin, end in pairwise([*starts, len(blocks)]):
            self._slide(blocks[begin].text, blocks[begin + 1 : end])
        properties = self.presentation.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.created = properties.modified = WRITTEN_AT
        self._count_slides()
        self.presentation.save(path)

    def _count_slides(self) -> None:
        """Write the number of slides where the template says zero, and drop its thumbnail."""
        package = self.presentation.part.package
        for key, relation in list(package._rels.items()):  # noqa: SLF001 - no interface for these parts
            if relation.reltype.endswith("/thumbnail"):
                package._rels.pop(key)  # noqa: SLF001
            elif relation.reltype.endswith("/extended-properties"):
                count = len(self.presentation.slides)
                part = relation.target_part
                part.blob = (
                    part.blob.replace(b"<Slides>0</Slides>", b"<Slides>%d</Slides>" % count)
                    .replace(b"On-screen Show (4:3)", b"Widescreen")
                    .replace(b"Microsoft Macintosh PowerPoint", b"Microsoft Office PowerPoint")
                )

    # Slides

    def _cover(self, title: str, subtitle: str, author: str) -> None:
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[_TITLE_SLIDE])
        self._background(slide, self.look.accent)
        band = self._box(slide, 0, 5.35, 13.333, 2.15, _darker(self.look.accent))
        self._box(slide, 1.0, 2.0, 0.12, 1.9, self.look.second)
        heading, below = slide.shapes.title, slide.placeholders[1]
        _place(heading, 1.4, 1.75, 10.8, 1.6)
        _place(below, 1.4, 3.35, 10.8, 0.8)
        self._write(
            heading.text_frame, [title], size=40, colour="FFFFFF", bold=True, anchor=MSO_ANCHOR.BOTTOM
        )
        self._write(below.text_frame, [subtitle], size=20, colour="E6EEEA")
        self._text(slide, 1.4, 5.95, 10, 0.6, [author], size=16, colour="E6EEEA")
        band.name = "band"
        fade_between_slides(slide)

    def _slide(self, title: str, blocks: list[Block]) -> None:
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[_TITLE_ONLY])
        self._background(slide, _PAPER)
        self._box(slide, 0.7, 0.55, 0.1, 0.75, self.look.second)
        _place(slide.shapes.title, 0.95, 0.45, 11.6, 0.95)
        self._write(
            slide.shapes.title.text_frame,
            [title],
            size=30,
            colour=self.look.accent,
            bold=True,
            anchor=MSO_ANCHOR.MIDDLE,
        )
        number = len(self.presentation.slides)
        self._text(
            slide, 11.9, 6.95, 0.8, 0.35, [str(number)], size=12, colour="8A938F", align=PP_ALIGN.RIGHT
        )
        entrances = self._fill(slide, blocks)
        fade_between_slides(slide)
        animate(slide, entrances)
        notes = [block.text for block in blocks if block.kind == "plain"]
        if notes:
            slide.notes_slide.notes_text_frame.text = "\n".join(notes)

    def _fill(self, slide: Any, blocks: list[Block]) -> list[Entrance]:
        bullets = [block for block in blocks if block.kind in {"bullet", "numbered", "paragraph"}]
        picture = next((block for block in blocks if block.kind == "picture"), None)
        table = next((block for block in blocks if block.kind == "table"), None)
        remark = next((block for block in blocks if block.kind == "remark"), None)
        bottom = 5.75 if remark else 6.75
        entrances: list[Entrance] = []
        data = self.pictures[picture.rows[0][0]]() if picture else b""
        wide = _is_wide(data) if picture else False
        beside = picture is not None and not wide
        top = 1.75
        if bullets:
            height = 0.62 * len(bullets) if table or wide else bottom - top
            size = 21 if beside or wide or table else 26
            lines = [block.text for block in bullets]
            box = self._text(
                slide, 0.85, top, 5.7 if beside else 11.7, height, lines, size=size, bullets=True
            )
            entrances += [Entrance(box.shape_id, "fade", number) for number in range(len(bullets))]
            top += height + 0.15 if table or wide else 0
        if table:
            entrances.append(self._table(slide, table, top, bottom))
        if picture:
            left, width = (6.75, 5.9) if beside else (0.85, 11.7)
            entrances.append(self._picture(slide, picture.text, data, left, top, width, bottom - top - 0.1))
        if remark:
            entrances.append(self._remark(slide, remark.text))
        return entrances

    def _remark(self, slide: Any, text: str) -> Entrance:
        shape = slide.shapes.add_shape(
            MSO_SHAPE.ROUNDED_RECTANGLE, Inches(0.85), Inches(5.95), Inches(11.7), Inches(0.85)
        )
        shape.adjustments[0] = 0.18
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(self.look.tint)
        shape.line.fill.background()
        shape.shadow.inherit = False
        self._write(
            shape.text_frame,
            [text],
            size=18,
            colour=_darker(self.look.accent),
            bold=True,
            anchor=MSO_ANCHOR.MIDDLE,
        )
        return Entrance(shape.shape_id, "wipe")

    def _picture(
        self, slide: Any, text: str, data: bytes, left: float, top: float, width: float, height: float
    ) -> Entrance:
        shape = slide.shapes.add_picture(io.BytesIO(data), Inches(left), Inches(top))
        caption = 0.4 if text else 0
        scale = min(Inches(width) / shape.width, Inches(height - caption) / shape.height)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        shape.left = Emu(int(Inches(left) + (Inches(width) - shape.width) / 2))
        shape._element.nvPicPr.cNvPr.set("descr", text)  # noqa: SLF001 - python-pptx has no interface for it
        if not text:
            return Entrance(shape.shape_id, "fade")
        below = (shape.top + shape.height) / 914400 + 0.05
        words = self._text(
            slide, left, below, width, 0.4, [text], size=13, colour="6B7470", align=PP_ALIGN.CENTER
        )
        return Entrance(shape.shape_id, "fade", companion_id=words.shape_id)

    def _table(self, slide: Any, block: Block, top: float, bottom: float) -> Entrance:
        count, columns = len(block.rows), len(block.rows[0])
        height = min(0.66 * count, bottom - top - 0.1)
        frame = slide.shapes.add_table(
            count, columns, Inches(0.85), Inches(top), Inches(11.7), Inches(height)
        )
        table = frame.table
        shares = block.widths or [1.0] * columns
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Inches(11.7 * share / sum(shares))
        for number, row in enumerate(block.rows):
            table.rows[number].height = Inches(height / count)
            for cell, text in zip(table.rows[number].cells, row, strict=True):
                self._cell(cell, text, number)
        return Entrance(frame.shape_id, "wipe")

    def _cell(self, cell: Any, text: str, row: int) -> None:
        cell.fill.solid()
        fill = self.look.accent if row == 0 else ("FFFFFF" if row % 2 else self.look.tint)
        cell.fill.fore_color.rgb = _rgb(fill)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.margin_top = cell.margin_bottom = Inches(0.04)
        self._write(
            cell.text_frame,
            [text],
            size=18,
            colour="FFFFFF" if row == 0 else _INK,
            bold=row == 0,
            align=PP_ALIGN.CENTER,
        )

    # Parts

    def _background(self, slide: Any, colour: str) -> None:
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = _rgb(colour)

    def _box(self, slide: Any, left: float, top: float, width: float, height: float, colour: str) -> Any:
        shape = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(height)
        )
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False
        return shape

    def _text(
        self, slide: Any, left: float, top: float, width: float, height: float, lines: list[str], **how: Any
    ) -> Any:
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        self._write(box.text_frame, lines, **how)
        return box

    def _write(
        self,
        frame: Any,
        lines: list[str],
        *,
        size: float,
        colour: str = _INK,
        bold: bool = False,
        align: Any = PP_ALIGN.LEFT,
        anchor: Any = MSO_ANCHOR.TOP,
        bullets: bool = False,
    ) -> None:
        frame.word_wrap, frame.vertical_anchor = True, anchor
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = align
            if bullets:
                self._set_bullet(paragraph)
            for span in spans(line):
                run = paragraph.add_run()
                run.text = span.text
                run.font.size, run.font.bold = Pt(size), bold or span.kind == "bold"
                run.font.name = "Courier New" if span.kind == "code" else self.look.latin_font
                shade = self.look.second if span.kind == "bold" and bullets else colour
                run.font.color.rgb = _rgb(shade)
                east = run._r.get_or_add_rPr().makeelement(qn("a:ea"), {"typeface": self.look.font})  # noqa: SLF001
                run._r.get_or_add_rPr().find(qn("a:latin")).addnext(east)  # noqa: SLF001 - no interface for it

    def _set_bullet(self, paragraph: Any) -> None:
        paragraph.line_spacing, paragraph.space_after = 1.15, Pt(11)
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-pptx has no interface for bullets
        properties.set("marL", "285750")
        properties.set("indent", "-285750")
        colour = properties.makeelement(qn("a:buClr"), {})
        colour.append(colour.makeelement(qn("a:srgbClr"), {"val": self.look.second}))
        properties.append(colour)
        properties.append(properties.makeelement(qn("a:buFont"), {"typeface": "Arial"}))
        properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        Inches(left),
        Inches(top),
        Inches(width),
        Inches(height),
    )


def _is_wide(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return image.width > 2.1 * image.height


def _rgb(colour: str) -> Any:
    from_text: Callable[[str], Any] = RGBColor.from_string
    return from_text(colour)


def _darker(colour: str) -> str:
    return "".join(f"{int(int(colour[start : start + 2], 16) * 0.78):02X}" for start in (0, 2, 4))
