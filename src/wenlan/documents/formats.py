"""What readers call the formats of files: lists and search are narrowed down by these names."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: A name, and the formats of `conversion.engine.formats` that it stands for. Each of those is in one of them.
FORMAT_FAMILIES: dict[str, tuple[str, ...]] = {
    "doc": ("doc", "docx", "docm", "dot", "dotx", "wps", "odt", "rtf"),
    "ppt": ("ppt", "pptx", "pps", "ppsx", "dps", "odp"),
    "xls": ("xls", "xlsx", "xlsm", "et", "ods", "csv"),
    "pdf": ("pdf",),
    "txt": ("txt", "md", "html"),
    "epub": ("epub",),
    "image": ("jpg", "png", "webp", "tiff"),
}

#: The names as readers see them: the badge of a document says which of the formats it is.
_SHOWN: dict[str, str | Promise] = {
    "doc": "Word",
    "ppt": "PowerPoint",
    "xls": "Excel",
    "txt": _("Text"),
    "image": _("Pictures"),
}


def format_shown(name: str) -> str:
    """How `name` is written where readers choose by format; any other name in capitals."""
    return str(_SHOWN.get(name, name.upper()))


def formats_called(name: str) -> tuple[str, ...]:
    """The formats that `name` stands for; any other name for itself alone."""
    return FORMAT_FAMILIES.get(name, (name,))
