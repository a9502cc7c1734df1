"""The engine's own small set of fonts. Which fonts are seen decides both how faithful and how fast a layout is."""

from __future__ import annotations

import os
from pathlib import Path

from .derived_fonts import derived_folder
from .model import Problem
from .sandbox import Bind

FONTS_DIR_SETTING = "WENLAN_FONTS_DIR"
CONFIGURATION = Path(__file__).parent / "data" / "fonts.conf"
CONFIGURATION_IN_SANDBOX = "/wenlan/fonts.conf"
CACHE_IN_SANDBOX = "/fontcache"

_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts")
_CHOSEN: dict[str, tuple[str, ...]] = {
    # The folder in the sandbox: where distributions put it, below a root.
    "sungti": ("truetype/arphic-gbsn00lp",),
    "kaiti": ("truetype/arphic-gkai00mp",),
    "wqy": ("truetype/wqy",),
    "crosextra": ("truetype/crosextra",),
    "liberation": ("truetype/liberation", "truetype/liberation2"),
    "narrow": ("truetype/liberation-sans-narrow",),
    "dejavu": ("truetype/dejavu",),
    "noto": ("opentype/noto",),
    "symbol": ("truetype/libreoffice",),
}
_PACKAGES = {
    "sungti": "fonts-arphic-gbsn00lp",
    "kaiti": "fonts-arphic-gkai00mp",
    "wqy": "fonts-wqy-microhei",
    "crosextra": "fonts-crosextra-carlito fonts-crosextra-caladea",
    "liberation": "fonts-liberation",
    "noto": "fonts-noto-cjk",
    "dejavu": "fonts-dejavu-core",
    "symbol": "fonts-opensymbol",
}


def chosen_folders() -> dict[str, Path]:
    """The font folders documents are laid out with, by their name in the sandbox."""
    found = {}
    for name, places in _CHOSEN.items():
        for place in places:
            folder = next((Path(root) / place for root in _ROOTS if (Path(root) / place).is_dir()), None)
            if folder is not None:
                found[name] = folder
                break
    derived = derived_folder(_ROOTS)
    if derived is not None:
        found["derived"] = derived
    own = os.environ.get(FONTS_DIR_SETTING)
    if own and Path(own).is_dir():
        found["operator"] = Path(own).resolve()
    return found


def fingerprint() -> list[str]:
    """What changes when the chosen fonts do. The folder of derived fonts has a name of its own for each content."""
    found = []
    for name, folder in chosen_folders().items():
        status = folder.stat()
        found.append(str(folder) if name == "derived" else f"{folder}:{status.st_mtime_ns}:{status.st_size}")
    return found


def binds() -> list[Bind]:
    """The folders, and the configuration that names them, for the sandbox."""
    folders = [Bind(folder, f"/fonts/{name}") for name, folder in chosen_folders().items()]
    return [*folders, Bind(CONFIGURATION, CONFIGURATION_IN_SANDBOX)]


def renderer_binds() -> list[Bind]:
    """The same folders where the page renderer looks, instead of the system's accidental set."""
    system = _ROOTS[0]
    if not Path(system).is_dir():
        return []
    folders = [Bind(folder, f"{system}/{name}") for name, folder in chosen_folders().items()]
    return [Bind(None, system), *folders]


def problems() -> list[Problem]:
    """Font packages that are missing: previews come out with other line breaks or empty boxes, without any not at all."""
    found = chosen_folders()
    if not found:
        hint = f"apt-get install {' '.join(_PACKAGES.values())}"
        message = "There are no fonts to lay documents out with, and LibreOffice does not start without one"
        return [Problem("error", "no_fonts", message, hint)]
    missing = [
        Problem(
            "warning",
            "font_missing",
            f"The fonts of {package} are not installed",
            f"apt-get install {package}",
        )
        for name, package in _PACKAGES.items()
        if name not in found
    ]
    own = os.environ.get(FONTS_DIR_SETTING)
    if own and not Path(own).is_dir():
        missing.append(Problem("warning", "fonts_dir", f"{FONTS_DIR_SETTING} is not a folder: {own}"))
    return missing


def installed_file(folder: str, name: str) -> Path | None:
    """A file of the packages documents are laid out with, by its folder in the sandbox; None when it is not installed."""
    places = (Path(root) / place / name for place in _CHOSEN[folder] for root in _ROOTS)
    return next((path for path in places if path.is_file()), None)
