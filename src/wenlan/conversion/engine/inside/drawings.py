"""Pictures in the drawings of the binary files of Office 97 to 2003. Source: [MS-ODRAW] 2.3.23 (blip properties)."""

from __future__ import annotations

import re

HAS_PICTURE = re.compile(rb"\x04[\x41\xc1](?!\x00{4}).{4}", re.DOTALL)
"""The property pib, by which a shape shows a picture, when it names one."""
_LINKED_PICTURE = re.compile(rb"\x05\xc1.{4}\x06\x01[\x04-\x07\x0c-\x0f]\x00\x00\x00", re.DOTALL)
"""The name of a picture (pibName), and flags with msoblipflagDoNotSave: it lies in a file of its own."""


def linked_pictures(stream: bytes) -> int:
    """How many pictures a stream shows and no stream holds."""
    return sum(1 for _ in _LINKED_PICTURE.finditer(stream))
