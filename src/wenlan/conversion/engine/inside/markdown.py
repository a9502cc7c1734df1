"""Markdown (CommonMark and tables) to blocks, without raw HTML and without fetching anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .flat import Builder, Span

MAX_NESTING = 100  # what lies deeper is left out by the parser
_MARKS = {"strong_open": "b", "em_open": "i"}
_ENDS = {"strong_close": "b", "em_close": "i"}


def spans(tokens: Iterable[Token]) -> list[Span]:
    """Inline markup: bold, italic, code; links and pictures become their text."""
    found: list[Span] = []
    marks: list[str] = []
    for token in tokens:
        style = "".join(sorted(set(marks)))
        if token.type in _MARKS:
            marks.append(_MARKS[token.type])
        elif token.type in _ENDS:
            marks.remove(_ENDS[token.type])
        elif token.type == "softbreak":
            found.append(Span(" ", style))
        elif token.type == "hardbreak":
            found.append(Span("\n", style))
        elif token.content:
            found.append(Span(token.content, style + "c" * (token.type == "code_inline")))
    return found


@dataclass
class _List:
    """A list that is open: `following` is the number of its next item, `begun` whether it has had one."""

    numbered: bool
    following: int
    begun: bool = False


class _Writer:
    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.lists: list[_List] = []
        self.item = False
        self.quotes = 0

    def write(self, tokens: Iterator[Token]) -> None:
        for token in tokens:
            match token.type:
                case "heading_open":
                    self.builder.heading(int(token.tag[1]), spans(next(tokens).children or ()))
                case "paragraph_open":
                    self._paragraph(spans(next(tokens).children or ()))
                case "fence" | "code_block":
                    for line in token.content.removesuffix("\n").split("\n"):
                        self.builder.paragraph([Span(line)], "Code")
                case "hr":
                    self.builder.rule()
                case "table_open":
                    self.builder.table(_rows(tokens))
                case "bullet_list_open" | "ordered_list_open":
                    numbered = token.type == "ordered_list_open"
                    self.lists.append(_List(numbered, int(token.attrGet("start") or 1) if numbered else 1))
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.item = True
                case "list_item_close":
                    self.item = False
                case "blockquote_open":
                    self.quotes += 1
                case "blockquote_close":
                    self.quotes -= 1

    def _paragraph(self, content: list[Span]) -> None:
        if not self.item:
            self.builder.paragraph(content, "Quote" if self.quotes else "Standard")
            return
        self.item = False
        here = self.lists[-1]
        self.builder.item(
            len(self.lists), content, numbered=here.numbered, first=not here.begun, start=here.following
        )
        here.begun = True
        here.following += 1


def _rows(tokens: Iterator[Token]) -> list[list[list[Span]]]:
    """The rows of a table, its end included."""
    rows: list[list[list[Span]]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(spans(token.children or ()))
    return rows


def to_blocks(text: str, builder: Builder) -> None:
    """Add the blocks of a Markdown text to the builder."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    tokens = parser.parse(text)
    pictures = (inner for token in tokens for inner in token.children or () if inner.type == "image")
    builder.left_out.update("external_links" for _ in pictures)
    _Writer(builder).write(iter(tokens))
