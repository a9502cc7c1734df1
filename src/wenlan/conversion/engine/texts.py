"""Whether bytes are text, decided on a file's head. Decoding the whole text happens in the sandbox."""

from __future__ import annotations

from .inside.characters import utf16_codec

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}
_MAX_CONTROL_SHARE = 0.02


def looks_like_text(head: bytes) -> bool:
    """True for text in UTF-8, UTF-16 (also without a mark), GB18030, Big5 and the single-byte encodings."""
    if head.startswith(_BOMS):
        return True
    if b"\x00" in head:
        return head.count(0) > 1 and utf16_codec(head) is not None
    controls = sum(byte in _CONTROLS for byte in head)
    return controls <= _MAX_CONTROL_SHARE * len(head)
