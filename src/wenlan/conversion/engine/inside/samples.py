"""A small document of each kind, which an office program opens before it has anything else to do."""

from __future__ import annotations

_FLAT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3"'
    ' office:mimetype="application/vnd.oasis.opendocument.{kind}"><office:body>{body}</office:body></office:document>'
)
_TABLE = (
    '<table:table table:name="A"><table:table-row><table:table-cell><text:p>文 A 1</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
_SLIDE = (
    '<draw:page draw:name="A"><draw:frame svg:width="9cm" svg:height="3cm" svg:x="2cm" svg:y="2cm"><draw:text-box>'
    "<text:p>文 A 1</text:p></draw:text-box></draw:frame></draw:page>"
)
#: By the name of its file: its content, and the other formats it is then saved in and opened from.
SAMPLES = {
    "sample.fodt": (
        _FLAT.format(kind="text", body=f"<office:text><text:p>文 A 1</text:p>{_TABLE}</office:text>"),
        ("docx", "doc"),
    ),
    "sample.fods": (
        _FLAT.format(kind="spreadsheet", body=f"<office:spreadsheet>{_TABLE}</office:spreadsheet>"),
        ("xlsx", "xls"),
    ),
    "sample.fodp": (
        _FLAT.format(kind="presentation", body=f"<office:presentation>{_SLIDE}</office:presentation>"),
        ("pptx", "ppt"),
    ),
}
