"""What a presentation of PowerPoint 97 to 2003 holds.

Sources: [MS-PPT] 2.1.2 (how the records that count are found), 2.4.17, 2.8, 2.9.8 and 2.10; [MS-ODRAW] 2.2 and 2.3.23.
Every length is checked against the bytes that are there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import chain
from typing import Any

from .drawings import HAS_PICTURE, linked_pictures
from .names import listed

MAX_RECORDS = 2_000_000
MAX_EDITS = 1_000
MAX_ENTRIES = 1_000_000

_ANIMATION = b"\x01\x00\xf1\x0f\x1c\x00\x00\x00"
"""The head of an RT_AnimationInfoAtom: version 1, instance 0, the type, a length of 28 bytes."""
_EFFECT_KIND = b"\xb0\x00\x42\xf1\x05\x00\x00\x00"
"""A variant (RT_TimeVariant) that names the kind of an effect (TL_TPID_EffectType): what PowerPoint writes since 2002."""
_SLIDE_SHOW = re.compile(rb"\x00\x00\xf9\x03\x10\x00\x00\x00.{9}(.)", re.DOTALL)
"""SlideShowSlideInfoAtom of 16 bytes, and in it the byte effectType; 0 is no transition. [MS-PPT] 2.4.17."""
_FONT_OF_SLIDES = re.compile(rb"\xb7\x0f\x44\x00\x00\x00((?:[^\x00]\x00|.[^\x00]){1,31})\x00\x00", re.DOTALL)
_USER_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_SHAPE, _PROPERTIES, _OBJECT_OF_SHAPE = 0xF004, 0xF00B, 0x0BC1
_OBJECT, _OBJECT_TEXT, _PROGRAM = 0x0FC3, 0x0FBA, 2
# A film (AVI, MCI) and a sound (MIDI, CD, WAV inside and outside of the file).
_EQUATION = "Equation".encode("utf-16-le")
_MEDIA = {0x1006, 0x1007, 0x100D, 0x100E, 0x100F, 0x1010}


def presentation(stream: bytes, current_user: bytes) -> dict[str, Any]:
    """The facts of a stream `PowerPoint Document`; `current_user` tells which of its records still count."""
    stream = _current(stream, current_user)
    fonts = (name.decode("utf-16-le", errors="replace") for name in _FONT_OF_SLIDES.findall(stream))
    return {
        # In whichever of its two ways there are more.
        "animations": max(stream.count(_ANIMATION), stream.count(_EFFECT_KIND)),
        "transitions": sum(kind[1] != b"\0" for kind in _SLIDE_SHOW.finditer(stream)),
        "fonts_asked": listed(fonts),
        "external_links": linked_pictures(stream),
        **_objects(stream),
    }


def _current(stream: bytes, current_user: bytes) -> bytes:
    """The records that the last edit left in use. All of them where that cannot be told."""
    try:
        places = set(_directory(stream, struct.unpack_from("<I", current_user, 16)[0]).values())
        parts, end = [], 0
        for at in sorted(places):
            if at >= end:  # no byte twice, whatever the directory says
                end = at + 8 + struct.unpack_from("<I", stream, at + 4)[0]
                parts.append(stream[at:end])
        return b"".join(parts) or stream
    except struct.error:
        return stream


def _directory(stream: bytes, edit: int) -> dict[int, int]:
    """Where each object that the presentation keeps lies. Raises struct.error for a directory that is broken."""
    found: dict[int, int] = {}
    seen: set[int] = set()
    entries = 0
    while edit and edit not in seen and len(seen) < MAX_EDITS:
        seen.add(edit)
        kind, earlier, directory = struct.unpack_from("<2xH4x8xII", stream, edit)
        head, length = struct.unpack_from("<2xHI", stream, directory)
        if (kind, head) != (_USER_EDIT, _DIRECTORY):
            raise struct.error("no directory")
        at, end = directory + 8, min(directory + 8 + length, len(stream))
        while at + 4 <= end:
            (entry,) = struct.unpack_from("<I", stream, at)
            first, count = entry & 0xFFFFF, entry >> 20
            for number, place in enumerate(struct.unpack_from(f"<{count}I", stream, at + 4), start=first):
                found.setdefault(number, place)
            at += 4 + 4 * count
            entries += 1
            if entries > MAX_ENTRIES:
                raise struct.error("no end")
        edit = earlier
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, instance and content of each record, one after the other; those of a container follow it."""
    at = 0
    for _ in range(MAX_RECORDS):
        if at + 8 > len(stream):
            return
        first, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        if first & 0x0F == 0x0F:
            yield kind, first >> 4, b""
        else:
            yield kind, first >> 4, stream[at : at + length]
            at += length


def _objects(stream: bytes) -> dict[str, int]:
    """Objects of other programs that the slides show, those of them without a picture, formulas, sounds and films."""
    objects: set[int] = set()
    formulas: set[int] = set()
    shown: list[tuple[int, bool]] = []
    media = latest = shape = 0  # the objects that were named and are shown last
    has_picture = False
    for kind, instance, content in chain(_records(stream), [(_SHAPE, 0, b"")]):
        if kind == _SHAPE:
            if shape:
                shown.append((shape, has_picture))
            shape, has_picture = 0, False
        elif kind == _PROPERTIES:
            has_picture |= bool(HAS_PICTURE.search(content))
        elif kind == _OBJECT_OF_SHAPE and len(content) >= 4:
            (shape,) = struct.unpack_from("<I", content)
        elif kind == _OBJECT and len(content) >= 12:
            (latest,) = struct.unpack_from("<I", content, 8)
            objects.add(latest)
        elif kind == _OBJECT_TEXT and instance == _PROGRAM and content.startswith(_EQUATION):
            formulas.add(latest)
        media += kind in _MEDIA
    pictured = [is_pictured for number, is_pictured in shown if number in objects - formulas]
    return {
        "objects": len(pictured),
        "objects_missing": pictured.count(False),
        "formulas": sum(number in formulas for number, _ in shown),
        "media": media,
    }
