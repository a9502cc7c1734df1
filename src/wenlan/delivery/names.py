"""The name under which a file arrives on a reader's disk."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from wenlan.core.text import clean_line

#: Longest name most file systems take, in bytes of UTF-8, with room for the "(1)" of a second download.
_LONGEST_BYTES = 200
#: What Windows, macOS or Linux do not allow in a name.
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
#: Characters that stay as they are in an extended parameter: attr-char of RFC 8187, section 3.2.1.
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"


def download_name(*, title: str, extension: str, fallback: str) -> str:
    """`title` as a file name with its extension, safe on every system; `fallback` when nothing is left of it."""
    stem = _NOT_IN_NAMES.sub("_", clean_line(title))
    if stem.lower().endswith(f".{extension.lower()}"):
        stem = stem[: -len(extension) - 1]
    longest = _LONGEST_BYTES - len(extension.encode()) - 1
    stem = stem.encode()[:longest].decode(errors="ignore").strip(" .")
    if _DEVICE_NAMES.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem if stem.strip('_') else fallback}.{extension}"


def attachment_header(name: str, *, fallback: str) -> str:
    """Content-Disposition for `name` (RFC 6266): in full for every browser of today, in ASCII for the rest.

    `fallback` is the ASCII name to use when almost nothing of `name` can be written in ASCII.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()+-]", "_", plain).strip()
    stem = plain.rpartition(".")[0]
    if not re.search(r"[A-Za-z0-9]", stem):
        plain = fallback
    header = f'attachment; filename="{plain}"'
    if plain != name:
        header += f"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE_CHARACTERS)}"
    return header
