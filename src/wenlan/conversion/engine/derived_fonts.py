"""Stand-ins for the Chinese fonts of office programs, made once per machine from free fonts that are installed.

No free font sets lines as SimSun, FangSong, KaiTi and SimHei do and looks like them too. The Arphic fonts have their
line height, but lack every character outside GB 2312 and set 、 and 。 in the middle of the em, as Taiwan does. Noto CJK
has all characters, a real bold and mainland punctuation, but lines of 1.45 em, which add pages. So:

- Wenlan Song is Noto Serif CJK SC with SimSun's line of one em and its Latin of half an em (the font's own `hwid` forms);
- Wenlan Hei is Noto Sans CJK SC with the line of WenQuanYi Micro Hei, which has no bold and centres ！ and ？;
- Wenlan Fang and Wenlan Kai are the Arphic fonts with their punctuation where the mainland puts it (GB/T 15834-2011, 5.1.2).

All of them keep the licences of their sources (SIL OFL 1.1, Arphic Public License) and never leave this machine.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from .caches import cache_folder, locked
from .model import ConversionFailed

logger = logging.getLogger(__name__)

ARPHIC_SONG = "truetype/arphic-gbsn00lp/gbsn00lp.ttf"
ARPHIC_KAI = "truetype/arphic-gkai00mp/gkai00mp.ttf"
NOTO = "opentype/noto/Noto{kind}CJK-{weight}.ttc"

_SONG_LINE = (0.878, 0.120, 0.006)
"""Ascent, descent and gap in em, as the Arphic fonts have them and very nearly SimSun."""
_HEI_LINE = (0.936, 0.235, 0.0)
"""The same of WenQuanYi Micro Hei."""
_LATIN = range(0x20, 0x7F)
_WINDOWS_ENGLISH = (3, 1, 0x409)
_KEPT_NAMES = (0, 13, 14)
"""Copyright, licence and the licence's address stay as they are; everything else is renamed."""


@dataclass(frozen=True)
class Derived:
    """A font to be made: from which file below a font root, under which name, and how."""

    source: str
    family: str
    style: str
    make: Callable[[Path], TTFont]

    @property
    def file_name(self) -> str:
        return (
            f"{self.family.replace(' ', '')}-{self.style}.{'otf' if self.source.endswith('ttc') else 'ttf'}"
        )


def derived_folder(roots: tuple[str, ...]) -> Path | None:
    """The folder of the fonts that can be made from what is below `roots`; made on first use.

    None when no source is installed, or when it cannot be made: then the sources themselves stand in.
    """
    sources = {font: path for font in DERIVED if (path := _below(roots, font.source)) is not None}
    if not sources:
        return None
    try:
        base = cache_folder()
        ready = base / f"fonts-{_key(sources.values())}"
        if not ready.is_dir():
            with locked(base / "fonts.lock"):
                if not ready.is_dir():
                    _make(sources, base, ready)
    except (OSError, ConversionFailed) as error:
        logger.warning("stand-ins for Chinese fonts cannot be kept: %s", error)
        return None
    return ready


def _below(roots: tuple[str, ...], place: str) -> Path | None:
    return next((path for root in roots if (path := Path(root, place)).is_file()), None)


def _key(sources: Iterable[Path]) -> str:
    """Changes with the sources and with what is made of them."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sources:
        status = path.stat()
        digest.update(f"{path}:{status.st_mtime_ns}:{status.st_size}".encode())
    return digest.hexdigest()[:20]


def _make(sources: dict[Derived, Path], base: Path, ready: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of padding in the Arphic fonts
    work = Path(tempfile.mkdtemp(prefix="fonts-making-", dir=base))
    try:
        for font, source in sources.items():
            try:
                made = font.make(source)
                _rename(made, font)
                made.save(work / font.file_name)
            except Exception:
                # A source that is not what we know (another version of the package) costs its stand-in, no more.
                logger.exception("%s cannot be made from %s", font.family, source)
                (work / font.file_name).unlink(missing_ok=True)
        work.rename(ready)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for old in base.glob("fonts-*"):
        if old.is_dir() and old != ready:
            shutil.rmtree(old, ignore_errors=True)


def _song(source: Path) -> TTFont:
    font = _face(source, "Noto Serif CJK SC")
    half_width = _substitutions(font, "hwid")
    for table in font["cmap"].tables:
        codes: dict[int, str] = getattr(table, "cmap", {})
        codes.update({code: half_width.get(codes[code], codes[code]) for code in _LATIN if code in codes})
    _set_line(font, _SONG_LINE)
    return font


def _hei(source: Path) -> TTFont:
    font = _face(source, "Noto Sans CJK SC")
    _set_line(font, _HEI_LINE)
    return font


def _face(source: Path, family: str) -> TTFont:
    faces = TTCollection(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False).fonts
    return next(face for face in faces if face["name"].getDebugName(1) == family)


def _substitutions(font: TTFont, feature: str) -> dict[str, str]:
    """Glyph → glyph of a feature of single substitutions (OpenType GSUB, lookup type 1)."""
    found: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    found.update(getattr(part, "ExtSubTable", part).mapping)
    return found


def _set_line(font: TTFont, parts: tuple[float, float, float]) -> None:
    em = font["head"].unitsPerEm
    ascent, descent, gap = (round(part * em) for part in parts)
    line, windows = font["hhea"], font["OS/2"]
    line.ascent, line.descent, line.lineGap = ascent, -descent, gap
    windows.sTypoAscender, windows.sTypoDescender, windows.sTypoLineGap = ascent, -descent, gap
    windows.usWinAscent, windows.usWinDescent = ascent, descent


def _moved_punctuation(moves: dict[str, tuple[int, int]]) -> Callable[[Path], TTFont]:
    """The font with the glyphs of some characters moved right and up, in thousandths of an em."""

    def make(source: Path) -> TTFont:
        font = TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
        em = font["head"].unitsPerEm
        names = font.getBestCmap()
        for character, (right, up) in moves.items():
            name = names[ord(character)]
            glyph = font["glyf"][name]
            glyph.coordinates.translate((round(right * em / 1000), round(up * em / 1000)))
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
        return font

    return make


def _rename(font: TTFont, derived: Derived) -> None:
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in _KEPT_NAMES]
    whole = f"{derived.family} {derived.style}"
    postscript = f"{derived.family.replace(' ', '')}-{derived.style}"
    for number, text in (
        (1, derived.family),
        (2, derived.style),
        (3, whole),
        (4, whole),
        (6, postscript),
    ):
        names.setName(text, number, *_WINDOWS_ENGLISH)


DERIVED = (
    Derived(NOTO.format(kind="Serif", weight="Regular"), "Wenlan Song", "Regular", _song),
    Derived(NOTO.format(kind="Serif", weight="Bold"), "Wenlan Song", "Bold", _song),
    Derived(NOTO.format(kind="Sans", weight="Regular"), "Wenlan Hei", "Regular", _hei),
    Derived(NOTO.format(kind="Sans", weight="Bold"), "Wenlan Hei", "Bold", _hei),
    Derived(
        ARPHIC_SONG,
        "Wenlan Fang",
        "Regular",
        _moved_punctuation({"、": (-175, -150), "。": (-175, -165), "，": (-70, -20), "；": (-60, 0)}),
    ),
    Derived(
        ARPHIC_KAI,
        "Wenlan Kai",
        "Regular",
        _moved_punctuation({"、": (-190, -145), "。": (-215, -165), "，": (-100, -160), "；": (-120, -20)}),
    ),
)
