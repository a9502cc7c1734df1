"""Where the fonts lie that PDFs and pictures are drawn with; the demo's set-up installs them."""

from functools import cache
from pathlib import Path

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_CANDIDATES = {
    "song": ("gbsn00lp.ttf", "uming.ttc", "wqy-microhei.ttc"),
    "kai": ("gkai00mp.ttf", "ukai.ttc", "wqy-microhei.ttc"),
    "hei": ("wqy-microhei.ttc", "wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc", "DejaVuSans.ttf"),
}


@cache
def font_file(role: str) -> Path | None:
    """Return the file of the first installed font for a role ("song", "kai" or "hei"), or None."""
    for name in _CANDIDATES[role]:
        for folder in _FOLDERS:
            found = next(folder.rglob(name), None) if folder.is_dir() else None
            if found:
                return found
    return None
