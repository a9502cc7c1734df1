"""Names of fonts as files write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_FONTS = 200
_LEFT_BY_FONTS = re.compile(r"^[+@]|[\x00-\x1f\ufffd]")


def listed(names: Iterable[str]) -> list[str]:
    """Names of fonts in order, without those a theme or a program stands for and without broken ones."""
    plain = {name.strip().strip("'\"").strip() for name in names if not _LEFT_BY_FONTS.search(name)}
    return sorted(plain - {""})[:MAX_FONTS]
