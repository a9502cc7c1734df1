"""Text that people typed: cleaned of what could deceive the next reader."""

from __future__ import annotations

import re
import unicodedata

#: Characters that show nothing: Default_Ignorable_Code_Point of DerivedCoreProperties.txt in Unicode 16, which holds
#: those that change the direction of the text around them (UAX #9) as well, and the marks of interlinear notes.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: Characters that may be drawn as emoji (the blocks of emoji-data.txt; more than it lists does no harm here).
_EMOJI = "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2934-\u2b55\u3030-\u303d\u3297\u3299\U0001f000-\U0001faff]"
#: What invisible characters make visible, one picture out of several (UTS #51), and then all other invisible ones.
_SEQUENCE_OR_INVISIBLE = re.compile(
    rf"({_EMOJI}\ufe0f?(?:\u200d{_EMOJI}\ufe0f?)*|[0-9#*]\ufe0f\u20e3)|[{_INVISIBLE}]+"
)
_BRAILLE_BLANK = "\u2800"  # counted among the symbols, though it shows nothing


def clean_line(text: str) -> str:
    """One line of NFC text without control, direction-changing or invisible characters, blanks folded.

    What joins emoji into one stays between them. Cleaning again changes nothing.
    """
    # Normalised before, as what an emoji is made of has other spellings, and after, as what an invisible character
    # kept apart may make one.
    text = _SEQUENCE_OR_INVISIBLE.sub(lambda found: found[1] or "", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", text)
    text = "".join(
        " " if c == _BRAILLE_BLANK or unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text
    )
    return " ".join(text.split())


def clean_paragraphs(text: str) -> str:
    """Like `clean_line`, but line breaks stay, at most one empty line in a row."""
    lines = [clean_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
