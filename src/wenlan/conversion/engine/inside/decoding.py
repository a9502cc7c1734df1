"""Bytes to text, when nobody says in which encoding."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from .characters import COMMON, utf16_codec

SAMPLE = 65_536
MIN_CHARACTERS = 4  # fewer bytes than that are Chinese in many other encodings, too
USUAL_SHARE = 0.9
KANA_SHARE = 0.15
_MAX_BAD_SHARE = 0.05  # of the characters beyond ASCII; in a text of another encoding nearly all are bad
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{2,40})""", re.IGNORECASE)


def decode(content: bytes, *, declared: str | None = None) -> str:
    """The text, in the likeliest encoding; line ends become \\n. Bytes that fit nowhere become U+FFFD."""
    encoding = detect(content, declared=declared)
    return content.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def detect(content: bytes, *, declared: str | None = None) -> str:
    """The name of the codec to decode `content` with."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    sample = content[:SAMPLE]
    if b"\x00" in sample and (wide := utf16_codec(sample)):
        return wide
    if _is_utf8(content):
        return "utf-8"
    # In GB 2312 and in Japan's EUC the kana have the same bytes: they tell Japanese from Chinese, whichever it is.
    japanese = _share(sample, "euc_jp", "\u3040", "\u30ff") >= KANA_SHARE
    chinese = None if japanese else chinese_by_common_characters(sample)
    if chinese is not None:
        return chinese
    if declared is not None and (codec := _codec(declared)):
        return codec
    if japanese:
        return "euc_jp"
    if chinese := chinese_by_its_bytes(sample):
        return chinese
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"


def declared_in_markup(content: bytes) -> str | None:
    """The encoding an HTML or XML head names."""
    found = _META.search(content[:4096]) or re.search(
        rb"""encoding=["']([A-Za-z0-9_-]{2,40})["']""", content[:200]
    )
    return found[1].decode("ascii") if found else None


def _codec(label: str) -> str | None:
    """The codec for an encoding a page names, as browsers read the name; None for one that cannot be meant.

    Source: the WHATWG Encoding Standard, 4.2 and 14.2 (gb2312 is read as gb18030, latin-1 as windows-1252).
    """
    try:
        found = codecs.lookup(label)
    except LookupError:
        return None
    if not found._is_text_encoding or found.name.startswith(("utf-16", "utf-32", "utf-7")):  # noqa: SLF001 (the only way to tell a text codec)
        return None
    return {
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "big5": "big5hkscs",
        "iso8859-1": "cp1252",
        "ascii": "cp1252",
    }.get(found.name, found.name)


def _is_utf8(content: bytes) -> bool:
    """Whether the bytes are UTF-8, a few damaged or cut characters aside."""
    text = content.decode("utf-8", errors="replace")
    bad = text.count("\ufffd") - content.count("\ufffd".encode())
    return bad == 0 or bad <= sum(char >= "\x80" for char in text) * _MAX_BAD_SHARE


def chinese_by_common_characters(sample: bytes) -> str | None:
    """gb18030 or big5, whichever reads as Chinese that people write; None when neither does."""
    best, best_share = None, 0.12
    for encoding in ("gb18030", "big5hkscs"):
        text = sample.decode(encoding, errors="replace")
        wide = [char for char in text if ord(char) >= 0x2E80 or char in "“”"]
        if not wide or text.count("\ufffd") > len(wide) * 0.02 + 1:
            continue
        share = sum(char in COMMON for char in wide) / len(wide)
        if share > best_share:
            best, best_share = encoding, share
    return best


def chinese_by_its_bytes(sample: bytes) -> str | None:
    """gb18030 or big5 for lists of names and things, which have hardly a common character in them.

    Nearly all that people write in one of these encodings is in its first set of characters, which the bytes of
    other encodings hit by accident only. Korean is the exception, told by its syllables.
    """
    if _share(sample, "cp949", "\uac00", "\ud7a3") >= USUAL_SHARE:
        return None
    for encoding, usual in (("gb18030", "gb2312"), ("big5hkscs", "big5")):
        text = sample.decode(encoding, errors="replace")
        wide = [char for char in text if char >= "\x80"]
        # One bad character is the sample's cut end.
        if len(wide) < MIN_CHARACTERS or text.count("\ufffd") > 1:
            continue
        codes = [char.encode(usual, errors="ignore") for char in wide]
        # Big5's second set is for rare characters; that of GB 2312 is not, but sets GBK's additions apart.
        plain = sum(b"" < code < (b"\xc9" if usual == "big5" else b"\xf8") for code in codes)
        if plain >= USUAL_SHARE * len(wide):
            return encoding
    return None


def _share(sample: bytes, encoding: str, first: str, last: str) -> float:
    """How much of what is beyond ASCII lies between two characters; none when the bytes are not of that encoding."""
    text = sample.decode(encoding, errors="replace")
    wide = [char for char in text if char >= "\x80"]
    if not wide or text.count("\ufffd") > 1:
        return 0.0
    return sum(first <= char <= last for char in wide) / len(wide)
