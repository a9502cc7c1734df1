"""Looking at a picture that came out of a document, such as the image of a page, in the sandbox.

A decoder of pictures is as large a target as any other, and who got hold of the renderer writes what they like into
the images of pages. Browsers are made for that; we take over plain pixels, of which any are as good as others.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass

from .bounds import Caps, Deadline
from .inside.pixels import HEADER
from .model import MIB, ConversionFailed, Status
from .sandbox import python_binds, python_command, spawn

_MAX_PIXELS = 64_000_000
_CAPS = Caps(memory_bytes=1024 * MIB, cpu_seconds=10, file_bytes=64 * MIB)


@dataclass(frozen=True)
class Pixels:
    """A picture of `width` by `height`, three bytes (red, green, blue) for each pixel, row by row from the top."""

    width: int
    height: int
    data: bytes


def picture_pixels(picture: bytes, *, width: int, height: int, deadline: Deadline) -> Pixels:
    """What a WebP, PNG or JPEG shows, made smaller to fit into `width` by `height` pixels, on white.

    Raises ConversionFailed when it is no such picture, or there is no sandbox to look at it in.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as told:
        source.write(picture)
        source.seek(0)
        command = python_command("pixels", str(width), str(height), str(_MAX_PIXELS))
        with spawn(
            command,
            binds=python_binds(),
            caps=_CAPS,
            env={"PYTHONPATH": "/wenlan"},
            stdin=source,
            stdout=told,
        ) as child:
            code = child.wait(deadline)
            words = child.last_words(500)
        said = os.pread(told.fileno(), HEADER.size + 3 * width * height + 1, 0)
    if code or len(said) < HEADER.size:
        raise ConversionFailed(Status.DAMAGED, "damaged", f"exit {code}: {words}")
    found_width, found_height = HEADER.unpack_from(said)
    data = said[HEADER.size :]
    fits = 0 < found_width <= width and 0 < found_height <= height
    if not fits or len(data) != 3 * found_width * found_height:
        raise ConversionFailed(
            Status.FAILED, "bad_output", f"{found_width} x {found_height}: {len(data)} bytes"
        )
    return Pixels(found_width, found_height, data)
