"""Pieces of WordprocessingML (ECMA-376 part 1, section 17) that python-docx has no interface for."""

from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from wenlan.demo.documents.markup import spans


def run(text: str, properties: str = "") -> str:
    """Return a run of text; tabs become tab characters."""
    parts = escape(text).split("\t")
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in parts)
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def fonts(latin: str, chinese: str) -> str:
    """Return the property that names a run's fonts."""
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}"/>'


def field(instruction: str, shown: str, properties: str = "") -> str:
    """Return a field that shows `shown` until the office computes it."""

    def mark(kind: str) -> str:
        return f'<w:r><w:rPr>{properties}</w:rPr><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return (
        f'{mark("begin")}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f"{mark('separate')}{run(shown, properties)}{mark('end')}"
    )


def page_break() -> str:
    """Return a paragraph that begins a new page."""
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def bare(text: str) -> str:
    """Return a block's text without its marks and footnotes."""
    return "".join("" if span.kind == "note" else span.text for span in spans(text))


def style_font(
    style: Any, latin: str, chinese: str, size: float, *, bold: bool = False, colour: str = ""
) -> None:
    """Set a style's fonts by name, in place of the theme's."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = latin, Pt(size), bold, False
    names = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [name for name in names.attrib if "heme" in name]:
        del names.attrib[attribute]
    names.set(qn("w:eastAsia"), chinese)
    names.set(qn("w:hAnsi"), latin)
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)


def replace_content(story: Any, paragraph: str) -> None:
    """Make one paragraph the whole content of a header or footer."""
    story.is_linked_to_previous = False
    for old in list(story._element):  # noqa: SLF001 - python-docx has no interface to replace a story
        story._element.remove(old)  # noqa: SLF001
    story._element.append(parse_xml(paragraph))  # noqa: SLF001


def drop_stale_facts(document: Any) -> None:
    """Remove what the template says about itself: its page count and its thumbnail are not this document's."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith(("/extended-properties", "/thumbnail")):
            del package.rels[key]
