"""Presentations that move, for whoever tests that they do."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from wenlan.demo.documents.pptx_tools import write_pptx


def write_deck(path: Path, words: Sequence[str]) -> None:
    """A deck that says the first of `words` on its cover and each other one on a slide of its own.

    The two lines of a slide come in by click, one after the other; slides fade into each other.
    """
    cover, *others = words
    slides = "\n".join(f"# {word}\n\n- {word}一\n- {word}二\n\n= {word}备注\n" for word in others)
    write_pptx(path, slides, title=cover, subtitle="航海", author="Alice")


def write_footed_deck(path: Path, words: Sequence[str]) -> None:
    """An OpenDocument deck with a slide for each of `words`, which also stands in its footer and its fixed date."""
    declared = "".join(
        f'<presentation:footer-decl presentation:name="footer{word}">footer {word}</presentation:footer-decl>'
        f'<presentation:date-time-decl presentation:name="date{word}" presentation:source="fixed">date {word}'
        "</presentation:date-time-decl>"
        for word in words
    )
    drawn = "".join(
        f'<draw:page draw:name="{word}" draw:style-name="fading" draw:master-page-name="Master"'
        f' presentation:use-footer-name="footer{word}" presentation:use-date-time-name="date{word}">'
        f"<draw:frame {_PLACE}><draw:text-box><text:p>{word}</text:p></draw:text-box></draw:frame></draw:page>"
        for word in words
    )
    content, styles = _content(declared + drawn), _styles()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _ODP)
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)


_ODP = "application/vnd.oasis.opendocument.presentation"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_PLACE = 'svg:width="10cm" svg:height="2cm" svg:x="2cm" svg:y="2cm"'
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "style": "style",
        "text": "text",
        "draw": "drawing",
        "presentation": "presentation",
        "svg": "svg-compatible",
        "fo": "xsl-fo-compatible",
        "smil": "smil-compatible",
    }.items()
)
_MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODP}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_FADING = (
    '<style:style style:name="fading" style:family="drawing-page"><style:drawing-page-properties smil:type="fade"'
    ' presentation:transition-type="manual" presentation:display-footer="true"'
    ' presentation:display-date-time="true"/></style:style>'
)


def _content(presentation: str) -> str:
    return (
        f'<office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:automatic-styles>{_FADING}</office:automatic-styles>"
        f"<office:body><office:presentation>{presentation}</office:presentation></office:body>"
        "</office:document-content>"
    )


def _styles() -> str:
    shown = "".join(
        f'<draw:frame presentation:class="{kind}" {_PLACE}><draw:text-box><text:p><presentation:{kind}/></text:p>'
        "</draw:text-box></draw:frame>"
        for kind in ("footer", "date-time")
    )
    return (
        f'<office:document-styles {_NAMESPACES} office:version="1.3"><office:automatic-styles>'
        '<style:page-layout style:name="Sheet"><style:page-layout-properties fo:page-width="28cm"'
        ' fo:page-height="21cm"/></style:page-layout></office:automatic-styles><office:master-styles>'
        f'<style:master-page style:name="Master" style:page-layout-name="Sheet">{shown}</style:master-page>'
        "</office:master-styles></office:document-styles>"
    )
