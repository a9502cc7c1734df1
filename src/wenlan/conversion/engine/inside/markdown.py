"""Markdown to blocks: the common part of it, without raw HTML and without fetching anything."""

from __future__ import annotations

import re

from .flat import Builder, Span

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$")
_RULE = re.compile(r"^\s{0,3}([-*_])\s*(?:\1\s*){2,}$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = re.compile(
    r"(?P<code>`+)(?P<coded>.+?)(?P=code)"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<bold>.+?)(?<=\S)(?P=strong)"
    r"|(?P<em>[*_])(?=\S)(?P<italic>[^*_]+?)(?<=\S)(?P=em)"
    r"|!?\[(?P<label>[^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<link>https?://[^>\s]+)>"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!|>-])"
)


def spans(text: str, style: str = "") -> list[Span]:
    """Inline markup: bold, italic, code; links and pictures become their text."""
    found: list[Span] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            found.append(Span(text[position : match.start()], style))
        if match["coded"] is not None:
            found.append(Span(match["coded"], style + "c"))
        elif match["bold"] is not None:
            found.extend(spans(match["bold"], style + "b"))
        elif match["italic"] is not None:
            found.extend(spans(match["italic"], style + "i"))
        else:
            found.append(Span(match["label"] or match["link"] or match["escaped"] or "", style))
        position = match.end()
    if position < len(text):
        found.append(Span(text[position:], style))
    return found


class _Parser:
    def __init__(self, text: str, builder: Builder) -> None:
        self.lines = text.split("\n")
        self.builder = builder
        self.at = 0
        self.paragraph: list[str] = []
        self.in_list = False

    def parse(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if not self._block(line):
                self.paragraph.append(line.strip())
        self._flush()

    def _flush(self) -> None:
        if self.paragraph:
            self.builder.paragraph(spans(" ".join(self.paragraph)))
        self.paragraph = []

    def _block(self, line: str) -> bool:
        """Take a line that begins something other than a paragraph. False when it does not."""
        item = _ITEM.match(line)
        if not item and line.strip():
            self.in_list = False
        if not line.strip():
            self._flush()
        elif fence := _FENCE.match(line):
            self._code(fence[1])
        elif heading := _HEADING.match(line):
            self._flush()
            self.builder.heading(len(heading[1]), spans(heading[2]))
        elif self.paragraph and re.fullmatch(r"\s{0,3}(=+|-+)\s*", line):
            text, self.paragraph = " ".join(self.paragraph), []
            self.builder.heading(1 if "=" in line else 2, spans(text))
        elif _RULE.match(line):
            self._flush()
            self.builder.rule()
        elif item:
            self._flush()
            self._item(item)
        elif line.lstrip().startswith(">"):
            self._flush()
            self.builder.paragraph(spans(line.lstrip().lstrip("> ")), "Quote")
        elif (
            "|" in line
            and self.at < len(self.lines)
            and _TABLE_RULE.match(self.lines[self.at])
            and "-" in self.lines[self.at]
        ):
            self._flush()
            self._table(line)
        else:
            return False
        return True

    def _code(self, fence: str) -> None:
        self._flush()
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip().startswith(fence):
                return
            self.builder.paragraph([Span(line)], "Code")

    def _item(self, item: re.Match[str]) -> None:
        level = len(item[1].expandtabs(4)) // 2 + 1
        text = item[3]
        while self.at < len(self.lines):
            following = self.lines[self.at]
            if not following.startswith("  ") or not following.strip() or _ITEM.match(following):
                break
            text += " " + following.strip()
            self.at += 1
        self.builder.item(level, spans(text), numbered=item[2][0].isdigit(), first=not self.in_list)
        self.in_list = True

    def _table(self, first: str) -> None:
        rows = [_cells(first)]
        self.at += 1
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            rows.append(_cells(self.lines[self.at]))
            self.at += 1
        self.builder.table(rows)


def _cells(line: str) -> list[list[Span]]:
    return [spans(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def to_blocks(text: str, builder: Builder) -> None:
    """Add the blocks of a Markdown text to the builder."""
    _Parser(text, builder).parse()
