"""Makes the animated view of a presentation safe, and cuts it to the slides somebody may see. Runs inside the sandbox.

LibreOffice's `impress_svg_Export` writes one SVG with every slide, the animations as data, and a script that plays
them. What the document's author chose stands in it as text, attributes and formulas, so nothing of it is believed:
only known elements and attributes are kept, references stay inside the file, and the script is not the one that
came but the player that the same LibreOffice wrote for a sample of ours.

Takes what is to be done, the SVG, the job's folder and a number of slides as its arguments, writes slides.svg into that
folder, and says by its exit code what went wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NOT_PLAYABLE = 3
SLIDES_NAME = "slides.svg"
SCRIPT_NAMES = ("player.js", "slides.js")

_SVG = "http://www.w3.org/2000/svg"
_OOO = "http://xml.openoffice.org/svg/export"
_ANIM = "urn:oasis:names:tc:opendocument:xmlns:animation:1.0"
_SMIL = "http://www.w3.org/2001/SMIL20/"
_PRESENTATION = "http://sun.com/xmlns/staroffice/presentation"
_COMPATIBLE = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def _words(text: str, before: str = "") -> frozenset[str]:
    return frozenset(f"{before}{word}" for word in text.split())


# Not among them: script, foreignObject, style, the animations of SVG itself, which can change a link, the fonts,
# which no text here names, and what plays sounds and films.
_ELEMENTS = _words(
    "circle clipPath defs ellipse g image line linearGradient mask path pattern polygon polyline radialGradient"
    " rect stop svg text tspan use",
    f"{{{_SVG}}}",
) | _words(
    "animate animateColor animateMotion animateTransform iterate par seq set transitionFilter", f"{{{_ANIM}}}"
)
_ATTRIBUTES = _words(
    "id class x y x1 x2 y1 y2 cx cy r rx ry fx fy dx dy d points width height viewBox version transform"
    " preserveAspectRatio visibility display opacity fill fill-opacity fill-rule stroke stroke-width"
    " stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset"
    " clip-path clip-rule clipPathUnits mask maskUnits maskContentUnits gradientUnits gradientTransform"
    " spreadMethod offset stop-color stop-opacity patternUnits patternContentUnits patternTransform"
    " font-family font-size font-weight font-style font-variant text-decoration text-anchor letter-spacing"
    " word-spacing textLength lengthAdjust rotate style"
)
_NAMESPACES = (f"{{{_OOO}}}", f"{{{_ANIM}}}", f"{{{_SMIL}}}", f"{{{_PRESENTATION}}}", f"{{{_COMPATIBLE}}}")
_LINK = f"{{{_SVG}}}a"

# Coordinates, pictures, courses of animations and lists of shapes may be of any length. Nothing else has to be this long.
_LONG = 4096
_MAY_BE_LONG = frozenset(
    [
        "d",
        "points",
        _HREF,
        f"{{{_OOO}}}id-list",
        f"{{{_COMPATIBLE}}}path",
        *(f"{{{_SMIL}}}{name}" for name in ("values", "keyTimes", "keySplines")),
    ]
)

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_LOCAL = re.compile(r"#[\w.:()-]+")
_PAINT = re.compile(r"url\(#[\w.:-]+\)")
# What can make a browser fetch something, or hide that it does. In time that grows with the length and no faster.
_FETCHES = re.compile(
    r"\\|@|url\s*\(|image\s*\(|image-set|cross-fade|element\s*\(|src\s*\(|script:|(?:https?|file|data):",
    re.IGNORECASE,
)
# The player evaluates these as expressions: they may hold numbers, names of measures and functions, colours.
_EXPRESSIONS = frozenset(
    [f"{{{_ANIM}}}formula", *(f"{{{_SMIL}}}{name}" for name in ("values", "from", "to", "by"))]
)
_EXPRESSION_WORDS = _words(
    "abs acos asin atan bold cos e exp false height hidden hsl inherit italic log max min none normal pi rgb sin"
    " solid sqrt tan true underline visible width x y"
)
_WORD_OR_REST = re.compile(r"#[0-9A-Fa-f]{3,8}|\d*\.?\d+(?:[eE][-+]?\d+)?|[A-Za-z_]+|[-+*/()$.,;%\s]+|(.)")

# What stands in, on the reader's device, for a font that is not there: the first kind whose names are in its name.
_STAND_INS = (
    (re.compile(r"kai|楷", re.IGNORECASE), "Kaiti SC, KaiTi, AR PL KaitiM GB, serif"),
    (
        re.compile(r"song|ming|sun\b|times|(?<!-)serif|georgia|cambria|宋|明|仿", re.IGNORECASE),
        "Songti SC, SimSun, Noto Serif CJK SC, AR PL SungtiL GB, serif",
    ),
    (re.compile(""), "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif"),
)

_SLIDE, _DISPLAY_NAME = f"{{{_OOO}}}slide", f"{{{_OOO}}}display-name"
_TARGET, _SUB_ITEM = f"{{{_SMIL}}}targetElement", f"{{{_ANIM}}}sub-item"
_LIST, _ANIMATIONS = "ooo:meta_slides", "presentation-animations"
_ENTRY, _DUMMY = "ooo:meta_slide_", "ooo:meta_dummy_slide"
_NAMES_NOTHING = frozenset(["id", "class", "d", "points", "style"])


class NotPlayable(Exception):
    """There is no animated view to be had from this file; the message says why, for a log."""


def player_of(exported: Path) -> str:
    """The script of a presentation that LibreOffice exported, to be had from a sample of ours only."""
    scripts = list(_parsed(exported).iter(f"{{{_SVG}}}script"))
    if len(scripts) != 1 or not (scripts[0].text or "").strip():
        raise NotPlayable("the sample has no single script")
    return scripts[0].text or ""


def keep(exported: Path, target: Path, *, scripts: Sequence[str], slides: int) -> None:
    """Write what is safe of a presentation that LibreOffice exported to `target`, with `scripts` as the only ones.

    Raises NotPlayable when it is not an export of exactly `slides` slides, so that slides and pages correspond.
    """
    root = _parsed(exported)
    _make_safe(root)
    if (found := len(_slides(root))) != slides:
        raise NotPlayable(f"{found} slides instead of {slides}")
    _mark_paragraphs(root)
    _sweep(root)
    for script in scripts:
        etree.SubElement(root, f"{{{_SVG}}}script", type="text/ecmascript").text = script
    _write(root, target)


def cut(kept: Path, target: Path, *, slides: int) -> None:
    """Write the first `slides` slides of what `keep` wrote: nothing that only a later slide needs is in it.

    Raises NotPlayable when there are fewer slides.
    """
    root = _parsed(kept)
    if not 1 <= slides <= len(_slides(root)):
        raise NotPlayable(f"there are no {slides} slides")
    _hold_to(root, slides)
    _write(root, target)


def _parsed(path: Path) -> Element:
    """The root of an SVG. Raises NotPlayable for anything else."""
    # Without huge_tree libxml2 bounds depth, text and entities; what goes beyond is no slide anybody drew.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        tree = etree.parse(str(path), parser)
    except (etree.XMLSyntaxError, OSError) as error:
        raise NotPlayable(str(error)) from error
    declared = tree.docinfo.internalDTD
    if declared is not None and any(declared.iterentities()):  # type: ignore[union-attr]  # missing in the stubs
        raise NotPlayable("it declares entities")
    root = tree.getroot()
    if root.tag != f"{{{_SVG}}}svg":
        raise NotPlayable("it is no SVG")
    return root


def _write(root: Element, target: Path) -> None:
    # The element, not its tree: the declaration of a document type stays behind.
    target.write_bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False))


# ── What is safe ────────────────────────────────────────────────────────────────────────────────────────────────


def _make_safe(root: Element) -> None:
    for element in list(root.iter()):
        if element.tag == _LINK:
            element.tag = f"{{{_SVG}}}tspan"  # its words stay, where they lead does not
        if element.tag not in _ELEMENTS:
            _remove(element)
            continue
        for name, value in list(element.attrib.items()):
            if not _is_safe(str(element.tag), str(name), str(value)):
                del element.attrib[name]
        if family := element.get("font-family"):
            element.set("font-family", _with_stand_ins(family))


def _is_safe(tag: str, name: str, value: str) -> bool:
    if len(value) > _LONG and name not in _MAY_BE_LONG:
        return False
    if name == _HREF:
        if tag == f"{{{_SVG}}}image":
            return _PICTURE.fullmatch(value) is not None
        return tag == f"{{{_SVG}}}use" and _LOCAL.fullmatch(value) is not None
    if name == _DISPLAY_NAME:
        return False  # the title of a slide, which nothing shows
    if name not in _ATTRIBUTES and name != _SPACE and not name.startswith(_NAMESPACES):
        return False
    if name in _EXPRESSIONS:
        return _is_expression(value)
    return _PAINT.fullmatch(value) is not None or _FETCHES.search(value) is None


def _mark_paragraphs(root: Element) -> None:
    """Let a paragraph that moves take its bullet along.

    The bullet is drawn apart from its paragraph. The player joins them when a motion is of a text; of a presentation
    of PowerPoint LibreOffice exports it without saying so.
    """
    texts = (text for text in root.iter(f"{{{_SVG}}}text") if text.get("class") == "SVGTextShape")
    parts = (part for text in texts for part in text if part.get("class") in {"ListItem", "TextParagraph"})
    paragraphs = {part.get("id") for part in parts} - {None}
    for element in root.iter():
        if element.get(_TARGET) in paragraphs:
            element.set(_SUB_ITEM, "text")


def _is_expression(value: str) -> bool:
    """Whether the player may evaluate `value`: nothing in it can name anything but a measure or a function of numbers."""
    for match in _WORD_OR_REST.finditer(value):
        if match[1]:
            return False
        if (match[0][0].isalpha() or match[0][0] == "_") and match[0] not in _EXPRESSION_WORDS:
            return False
    return True


def _with_stand_ins(family: str) -> str:
    """A list of fonts that ends with those of its kind, Chinese ones among them, that devices come with."""
    own, comma, last = family.rpartition(",")
    if not comma or last.strip() not in {"serif", "sans-serif"}:
        own = family
    return f"{own.rstrip()}, {next(fonts for kind, fonts in _STAND_INS if kind.search(own))}"


def _remove(element: Element) -> None:
    """Take an element out of the tree; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


# ── Only the first slides ───────────────────────────────────────────────────────────────────────────────────────


def _slides(root: Element) -> list[str]:
    """The identifiers of the slides, in order. Raises NotPlayable unless each listed one is drawn, and no other."""
    listed = [str(entry.get(_SLIDE)) for entry in _entries(_list_of_slides(root))]
    drawn = [_drawn(holder) for group in root if group.get("class") == "SlideGroup" for holder in group]
    if listed != drawn or len(set(listed)) != len(listed):
        raise NotPlayable("the slides it lists are not those it draws")
    return listed


def _list_of_slides(root: Element) -> Element:
    found = [part for group in root for part in group if part.get("id") == _LIST]
    if len(found) != 1:
        raise NotPlayable("it has no list of slides")
    return found[0]


def _entries(meta: Element) -> list[Element]:
    return [entry for entry in meta if str(entry.get("id", "")).startswith(_ENTRY)]


def _drawn(holder: Element) -> str:
    inside = [str(element.get("id")) for element in holder.iter() if element.get("class") == "Slide"]
    if len(inside) != 1:
        raise NotPlayable("a slide is not drawn once")
    return inside[0]


def _hold_to(root: Element, slides: int) -> None:
    """Keep the first slides, and of what slides share only what these refer to."""
    meta = _list_of_slides(root)
    entries = _entries(meta)
    kept = {entry.get(_SLIDE) for entry in entries[:slides]}
    for entry in entries[slides:]:
        _remove(entry)
    # Beside the slides stand the footers and dates of all of them, each named by the slides that show it.
    needed = {_DUMMY, *(entry.get("id") for entry in entries[:slides])}
    needed.update(name for entry in entries[:slides] for name in _references(entry))
    for part in list(meta):
        if part.get("id") not in needed:
            _remove(part)
    meta.set(f"{{{_OOO}}}number-of-slides", str(min(slides, len(entries))))
    for group in root:
        if group.get("class") == "SlideGroup":
            beyond = list(group)[slides:]
        elif group.get("class") == "TextShapeIndex" or group.get("id") == _ANIMATIONS:
            beyond = [part for part in group if part.get(_SLIDE) not in kept]
        else:
            continue
        for part in beyond:
            _remove(part)
    _sweep(root)


def _sweep(root: Element) -> None:
    """Remove the definitions that nothing needs: neither what is left nor another definition that is needed."""
    unused = {part for group in root if _holds_definitions(group) for part in group}
    owners = {
        element.get("id"): part for part in unused for element in part.iter() if element.get("id") is not None
    }
    waiting = [group for group in root if not _holds_definitions(group)]
    while waiting:
        needed = {owners[name] for name in _references(waiting.pop()) if name in owners} & unused
        unused -= needed
        waiting += needed
    for part in unused:
        _remove(part)


def _holds_definitions(group: Element) -> bool:
    """Whether `group` defines what slides may refer to, and does not list the slides, their texts or animations."""
    if group.tag != f"{{{_SVG}}}defs" or group.get("id") == _ANIMATIONS:
        return False
    if any(part.get("id") == _LIST for part in group):
        return False
    return group.get("class") not in {"ClipPathGroup", "TextShapeIndex"}


def _references(part: Element) -> set[str]:
    """Every identifier that `part` names: alone, in a list, as a fragment, or in the name of a placeholder."""
    found: set[str] = set()
    for element in part.iter():
        for key, written in element.attrib.items():
            name, value = str(key), str(written)
            if name == "id" and value.startswith("bitmap-placeholder("):
                found.add(value.replace("bitmap-placeholder", "embedded-bitmap", 1))
            elif name not in _NAMES_NOTHING and not value.startswith("data:"):
                words = value.replace("#", "").split()
                found.update(words)
                found.update(word.removeprefix("url(").removesuffix(")") for word in words)
    return found


def main(work: str, source: str, folder: str, slides: str) -> int:
    target = Path(folder, SLIDES_NAME)
    try:
        if work == "cut":
            cut(Path(source), target, slides=int(slides))
        else:
            scripts = [Path(folder, name).read_text(encoding="utf-8") for name in SCRIPT_NAMES]
            keep(Path(source), target, scripts=scripts, slides=int(slides))
    except NotPlayable as reason:
        sys.stderr.write(f"{reason}\n")
        return NOT_PLAYABLE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
