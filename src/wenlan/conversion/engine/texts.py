"""Whether bytes are text, decided on a file's head. Decoding the whole text happens in the sandbox."""

from __future__ import annotations

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}
_MAX_CONTROL_SHARE = 0.02


def looks_like_text(head: bytes) -> bool:
    """True for text in UTF-8, UTF-16 (also without a mark), GB18030, Big5 and the single-byte encodings."""
    if head.startswith(_BOMS):
        return True
    if b"\x00" in head:
        return _looks_like_utf16(head)
    controls = sum(byte in _CONTROLS for byte in head)
    return controls <= _MAX_CONTROL_SHARE * len(head)


def _looks_like_utf16(head: bytes) -> bool:
    """UTF-16 without a mark: line breaks and spaces have a zero on one side only, and it decodes."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    few, many = sorted((even, odd))
    if few > many * 0.1 or many < 2:
        return False
    try:
        text = head[: len(head) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        try:
            text = head[: len(head) // 2 * 2 - 2].decode(encoding)
        except UnicodeDecodeError:
            return False
    strange = sum(not (char.isprintable() or char in "\r\n\t") for char in text)
    return strange <= _MAX_CONTROL_SHARE * len(text)
