"""Bytes to text, when nobody says in which encoding."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

SAMPLE = 65_536
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# The characters that make up about half of any Chinese text, simplified and traditional.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实"
    "這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實與無長見們點應關話電業產體機問題書員報"
    "，。、：；？！“”（）《》「」"
)
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
    if b"\x00" in content[:SAMPLE]:
        head = content[: SAMPLE // 2 * 2]
        return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    if _decodes(content, "utf-8"):
        return "utf-8"
    chinese = _chinese(content[:SAMPLE])
    if chinese is not None:
        return chinese
    if declared is not None and _known(declared):
        return declared
    best = charset_normalizer.from_bytes(content[:SAMPLE]).best()
    return best.encoding if best is not None else "cp1252"


def declared_in_markup(content: bytes) -> str | None:
    """The encoding an HTML or XML head names."""
    found = _META.search(content[:4096]) or re.search(
        rb"""encoding=["']([A-Za-z0-9_-]{2,40})["']""", content[:200]
    )
    return found[1].decode("ascii") if found else None


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 (the only way to tell a text codec)
    except LookupError:
        return False


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _chinese(sample: bytes) -> str | None:
    """gb18030 or big5, whichever reads as Chinese that people write; None when neither does."""
    best, best_share = None, 0.12
    for encoding in ("gb18030", "big5hkscs"):
        text = sample.decode(encoding, errors="replace")
        wide = [char for char in text if ord(char) >= 0x2E80 or char in "“”"]
        if not wide or text.count("\ufffd") > len(wide) * 0.02 + 1:
            continue
        share = sum(char in _COMMON for char in wide) / len(wide)
        if share > best_share:
            best, best_share = encoding, share
    return best
