"""A small good file of every ending people upload, written by LibreOffice, Pillow and their like."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from wenlan.conversion.engine import office

from .conftest import CHINESE, make_epub, make_pdf, make_zip

WORD_ON_PAGE_2 = "第二页"

_ODF = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
_FLAT = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document{_ODF} office:version="1.3"'
    ' office:mimetype="application/vnd.oasis.opendocument.{kind}">{styles}<office:body>{body}</office:body>'
    "</office:document>"
)
_BREAK = (
    '<office:automatic-styles><style:style style:name="Next" style:family="paragraph">'
    '<style:paragraph-properties fo:break-before="page"/></style:style></office:automatic-styles>'
)
_TABLE = (
    '<table:table table:name="{name}"><table:table-row><table:table-cell office:value-type="float"'
    ' office:value="{number}"><text:p>{number}</text:p></table:table-cell><table:table-cell>'
    "<text:p>{text}</text:p></table:table-cell></table:table-row></table:table>"
)
_SLIDE = (
    '<draw:page draw:name="{name}"><draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="2cm">'
    "<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
)
_WORDS = (
    f"<office:text><text:h text:outline-level='1'>文澜入门</text:h><text:p>{CHINESE}</text:p>"
    + _TABLE.format(name="T", number=7, text="表格")
    + f'<text:p text:style-name="Next">{WORD_ON_PAGE_2}</text:p></office:text>'
)
_SHEETS = "<office:spreadsheet>{}{}</office:spreadsheet>".format(
    _TABLE.format(name="甲", number=1, text=CHINESE), _TABLE.format(name="乙", number=2, text=WORD_ON_PAGE_2)
)
_SHOW = "<office:presentation>{}{}</office:presentation>".format(
    _SLIDE.format(name="一", text=CHINESE), _SLIDE.format(name="二", text=WORD_ON_PAGE_2)
)
FLAT_FILES = {
    "fodt": _FLAT.format(kind="text", styles=_BREAK, body=_WORDS),
    "fods": _FLAT.format(kind="spreadsheet", styles="", body=_SHEETS),
    "fodp": _FLAT.format(kind="presentation", styles="", body=_SHOW),
}

_EXPORTS: dict[str, tuple[tuple[str, str], ...]] = {
    # What each kind of flat file is saved as: the ending and, unless that tells it, the export filter.
    "fodt": (
        ("doc", "MS Word 97"),
        ("dot", "MS Word 97 Vorlage"),
        ("docx", "MS Word 2007 XML"),
        ("docm", "MS Word 2007 XML VBA"),
        ("dotx", "MS Word 2007 XML Template"),
        ("rtf", "Rich Text Format"),
        ("odt", "writer8"),
    ),
    "fods": (
        ("xls", "MS Excel 97"),
        ("xlsx", "Calc MS Excel 2007 XML"),
        ("xlsm", "Calc MS Excel 2007 VBA XML"),
        ("ods", "calc8"),
    ),
    "fodp": (
        ("ppt", "MS PowerPoint 97"),
        ("pptx", "Impress MS PowerPoint 2007 XML"),
        ("pps", "MS PowerPoint 97 AutoPlay"),
        ("ppsx", "Impress MS PowerPoint 2007 XML AutoPlay"),
        ("odp", "impress8"),
    ),
}
_KINGSOFT = {"wps": "doc", "et": "xls", "dps": "ppt"}  # the same bytes under another name
_SLIDESHOW = (b"presentation.main+xml", b"slideshow.main+xml")
_MACROS = {"docm": "word/vbaProject.bin", "xlsm": "xl/vbaProject.bin"}


@dataclass(frozen=True)
class Sample:
    """A good file, how many pages it has, and words that its text must have; none for a picture."""

    path: Path
    pages: int
    words: str


def samples(folder: Path) -> dict[str, Sample]:
    """A file of each ending, made in `folder`, by its ending."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {ending: Sample(path, 2, WORD_ON_PAGE_2) for ending, path in _office_files(folder).items()}
    for name, (make, pages, words) in _OTHERS.items():
        path = folder / name
        make(path)
        made[path.stem if path.stem.startswith("csv-") else path.suffix[1:]] = Sample(path, pages, words)
    return made


def _office_files(folder: Path) -> dict[str, Path]:
    """Every office format, saved by LibreOffice itself."""
    for ending, content in FLAT_FILES.items():
        source = folder / f"good.{ending}"
        source.write_text(content, encoding="utf-8")
        for target, export_filter in _EXPORTS[ending]:
            save_as(source, target, export_filter)
    for ending, original in _KINGSOFT.items():
        shutil.copy(folder / f"good.{original}", folder / f"good.{ending}")
    for ending, member in _MACROS.items():
        with zipfile.ZipFile(folder / f"good.{ending}", "a") as archive:
            archive.writestr(member, b"a macro")
    _as_slideshow(folder / "good.ppsx")
    endings = [*(ending for saved in _EXPORTS.values() for ending, _ in saved), *_KINGSOFT]
    return {ending: folder / f"good.{ending}" for ending in endings}


def _as_slideshow(path: Path) -> None:
    """Give a presentation the content type by which PowerPoint tells a slideshow; LibreOffice writes the other."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(*_SLIDESHOW)
    make_zip(path, members)


def save_as(source: Path, ending: str, export_filter: str) -> None:
    """Have LibreOffice save `source` beside itself under another ending."""
    program = office.program()
    assert program is not None
    profile = source.parent / ".profile"
    flags = ["--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to"]
    command = [str(program), *flags, f"{ending}:{export_filter}", "--outdir", str(source.parent), str(source)]
    for _attempt in range(2):  # with an empty profile it asks to be started again (exit code 81)
        subprocess.run(command, capture_output=True, timeout=120, check=False)
        if source.with_suffix(f".{ending}").is_file():
            return
    raise AssertionError(f"LibreOffice wrote no {ending}")


def _write(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def _picture(kind: str, mode: str = "RGB") -> Callable[[Path], None]:
    def draw(path: Path) -> None:
        picture = Image.new(mode, (300, 200), (200, 30, 30, 255) if mode == "RGBA" else (200, 30, 30))
        picture.save(path, kind)

    return draw


def _scans(path: Path) -> None:
    frames = [Image.new("L", (200, 300), shade) for shade in (0, 128, 255)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])


_CSV = "姓名{0}城市\n张三{0}杭州\n李四{0}苏州\n"
_HTML = f"<!doctype html><html><head><title>x</title></head><body><h1>标题</h1><p>{CHINESE}</p></body></html>"
_OTHERS: dict[str, tuple[Callable[[Path], None], int, str]] = {
    "good.csv": (_write(_CSV.format(",").encode()), 1, "苏州"),
    "csv-gbk.csv": (_write(_CSV.format(",").encode("gbk")), 1, "苏州"),
    "csv-utf16.csv": (_write(_CSV.format("\t").encode("utf-16")), 1, "苏州"),
    "csv-semicolon.csv": (_write(_CSV.format(";").encode("utf-8-sig")), 1, "苏州"),
    "good.pdf": (make_pdf, 2, "Page 2, line 3"),
    "good.txt": (_write(f"{CHINESE}\n\f{WORD_ON_PAGE_2}\n".encode("gb18030")), 2, WORD_ON_PAGE_2),
    "good.md": (_write(f"# 标题\n\n{CHINESE}\n\n- one\n- two\n".encode()), 1, "文澜阁藏书"),
    "good.html": (_write(_HTML.encode()), 1, "文澜阁藏书"),
    "good.epub": (make_epub, 2, "Second chapter"),
    "good.png": (_picture("PNG", "RGBA"), 1, ""),
    "good.jpg": (_picture("JPEG"), 1, ""),
    "good.webp": (_picture("WEBP"), 1, ""),
    "good.tiff": (_scans, 3, ""),
}
ENDINGS = (*(ending for saved in _EXPORTS.values() for ending, _ in saved), *_KINGSOFT)
ENDINGS += tuple(name.partition(".")[0 if name.startswith("csv-") else 2] for name in _OTHERS)
