"""The sandbox's side of looking at a picture that came out of a document: its bytes in, nothing but pixels out."""

from __future__ import annotations

import struct
import sys

from PIL import Image

HEADER = struct.Struct("<HH")
"""Width and height in pixels; three bytes follow for each, row by row from the top."""


def main(width: str, height: str, max_pixels: str) -> int:
    """Write the picture of the standard input, made to fit into `width` by `height`."""
    Image.MAX_IMAGE_PIXELS = int(max_pixels)
    try:
        with Image.open(sys.stdin.buffer, formats=("WEBP", "PNG", "JPEG")) as picture:
            picture.draft("RGB", (int(width), int(height)))
            drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    drawn.thumbnail((int(width), int(height)), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    sys.stdout.buffer.write(HEADER.pack(*paper.size) + paper.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
