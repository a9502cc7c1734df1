"""The fonts that the text of a Word package is set in: its own, those of the styles it uses, and those of its theme.

Source: ECMA-376 part 1, 17.3.2.26 (rFonts), 17.7 (styles) and 20.1.4.1.16 (fonts of a theme). Patterns over each part,
in time that grows with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TEXT = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_SET = re.compile(rb"<w:rFonts [^<>]{1,800}>")
# Not w:cs: complex scripts (Arabic, Hebrew, Thai) are few, and every style names a font for them.
_NAMED = re.compile(rb' w:(ascii|eastAsia|hAnsi)="([^"]{1,80})"')
_OF_THEME = re.compile(rb' w:(ascii|eastAsia|hAnsi)Theme="(major|minor)\w{1,20}"')
_STYLE_USED = re.compile(rb'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]{1,200})"')
_STYLE = re.compile(rb'^[^<>]*w:styleId="([^"]{1,200})"')
_BASE = re.compile(rb'<w:basedOn w:val="([^"]{1,200})"')
_IS_DEFAULT = re.compile(rb'^[^<>]*w:default="(?:1|true|on)"')
_TYPEFACE = re.compile(rb'<a:(latin|ea) typeface="([^"]{1,80})"')
_OF_SCRIPT = re.compile(rb'<a:font script="(\w{4})" typeface="([^"]{1,80})"')
_LANGUAGE = re.compile(rb'<w:themeFontLang [^<>]*w:eastAsia="([a-z]{2}-[A-Z]{2})"')
_SCRIPTS = {b"zh-CN": b"Hans", b"zh-TW": b"Hant", b"zh-HK": b"Hant", b"ja-JP": b"Jpan", b"ko-KR": b"Hang"}


class WordFonts:
    """Collects from the parts of the package, in whatever order they come."""

    def __init__(self) -> None:
        self.named: set[bytes] = set()
        """Fonts that the text names itself."""
        self._of_theme: set[bytes] = set()
        self._styles_used: set[bytes] = set()
        self._styles: dict[bytes, bytes] = {}
        self._theme: dict[bytes, bytes] = {}
        self._script = b""

    def see(self, name: str, part: bytes) -> None:
        """Take in a part, its name in lower case."""
        if _TEXT.fullmatch(name):
            self.named |= self._fonts_of(part)
            self._styles_used.update(_STYLE_USED.findall(part))
        elif name == "word/styles.xml":
            self._see_styles(part)
        elif name == "word/settings.xml" and (language := _LANGUAGE.search(part)):
            self._script = _SCRIPTS.get(language[1], b"")
        elif name.startswith("word/theme/"):
            for kind in (b"major", b"minor"):
                fonts = part.partition(b"<a:" + kind + b"Font>")[2].partition(b"</a:" + kind + b"Font>")[0]
                self._theme |= {kind + b" " + of: font for of, font in _TYPEFACE.findall(fonts)}
                self._theme |= {kind + b" " + script: font for script, font in _OF_SCRIPT.findall(fonts)}

    def all(self) -> set[bytes]:
        """The fonts of the text, of the styles it uses, and of the theme as far as those use it."""
        found = set(self.named)
        waiting, seen = list(self._styles_used), set()
        while waiting:
            style = waiting.pop()
            if style not in seen and style in self._styles:
                seen.add(style)
                found |= self._fonts_of(self._styles[style])
                waiting += _BASE.findall(self._styles[style])
        return found.union(*(self._resolved(use) for use in self._of_theme))

    def _see_styles(self, part: bytes) -> None:
        defaults, *styles = part.split(b"<w:style ")
        self._styles[b""] = defaults
        self._styles_used.add(b"")
        for style in styles:
            if identifier := _STYLE.search(style):
                self._styles[identifier[1]] = style
                if _IS_DEFAULT.search(style):
                    self._styles_used.add(identifier[1])

    def _fonts_of(self, part: bytes) -> set[bytes]:
        """The fonts that a part names; those it takes from the theme are noted."""
        found: set[bytes] = set()
        for element in _SET.findall(part):
            of_theme = dict(_OF_THEME.findall(element))
            self._of_theme.update(kind + b" " + use for use, kind in of_theme.items())
            found.update(font for use, font in _NAMED.findall(element) if use not in of_theme)
        return found

    def _resolved(self, use: bytes) -> Iterator[bytes]:
        """What the theme has for `minor eastAsia`."""
        kind, _, of = use.partition(b" ")
        names = (b"ea", self._script) if of == b"eastAsia" else (b"latin",)
        found = (self._theme.get(kind + b" " + name) for name in names)
        yield from [font for font in found if font][:1]
