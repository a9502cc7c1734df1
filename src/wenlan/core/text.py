"""Text that people typed: cleaned of what could deceive the next reader."""

from __future__ import annotations

import re
import unicodedata

#: Characters that change the direction of the text around them (Unicode UAX #9) or are invisible.
_DECEPTIVE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def clean_line(text: str) -> str:
    """One line of NFC text without control, direction-changing or invisible characters, blanks folded."""
    text = _DECEPTIVE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text)
    return " ".join(text.split())


def clean_paragraphs(text: str) -> str:
    """Like `clean_line`, but line breaks stay, at most one empty line in a row."""
    lines = [clean_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
