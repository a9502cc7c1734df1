"""The small plain-text notation in which the demo documents are written.

One composition is a string; `parse` turns it into blocks that the Word and PDF writers render.

    # 1st level heading      ## 2nd        ### 3rd
    a paragraph with **bold**, `code`, $x^2$ and a footnote[[its text]]
    = a paragraph without first-line indent
    - a bullet               1. a numbered item
    ~ a centred line         >> a line set to the right
    % the title, here        @ a red letterhead with a rule
    > a remark in a box      $$ a displayed formula
    ^ caption of the table that follows
    |: 2 3 5                 relative column widths of the table that follows
    | head | head |          table rows, the first one is the head
    !name | caption          a picture
    ---                      a new page
    ```                      lines of code up to the next fence
"""

import re
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal[
    "heading",
    "paragraph",
    "plain",
    "bullet",
    "numbered",
    "centre",
    "right",
    "remark",
    "title",
    "letterhead",
    "formula",
    "table",
    "picture",
    "page",
    "code",
]
SpanKind = Literal["text", "bold", "code", "formula", "note"]


@dataclass
class Block:
    """One piece of a composition; which fields are filled depends on `kind`."""

    kind: BlockKind
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """A stretch of text within a block that is set in one way."""

    kind: SpanKind
    text: str


_PREFIXES: tuple[tuple[str, BlockKind], ...] = (
    ("= ", "plain"),
    ("- ", "bullet"),
    ("~ ", "centre"),
    (">> ", "right"),
    ("> ", "remark"),
    ("% ", "title"),
    ("@ ", "letterhead"),
    ("$$ ", "formula"),
)
_NUMBERED = re.compile(r"\d{1,2}\. ")
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|\$(?P<formula>[^$]+)\$|\[\[(?P<note>.+?)\]\]")
_INLINE_KINDS: tuple[SpanKind, ...] = ("bold", "code", "formula", "note")


def parse(composition: str) -> list[Block]:
    """Split a composition into its blocks, in order."""
    blocks: list[Block] = []
    code: list[str] | None = None
    caption, widths = "", list[float]()
    for raw in composition.strip("\n").split("\n"):
        line = raw.rstrip()
        if line == "```":
            if code is None:
                code = []
            else:
                blocks.append(Block("code", "\n".join(code)))
                code = None
        elif code is not None:
            code.append(line)
        elif line.startswith("^ "):
            caption = line[2:]
        elif line.startswith("|: "):
            widths = [float(part) for part in line[3:].split()]
        elif line.startswith("|"):
            row = [cell.strip() for cell in line.strip("|").split("|")]
            if blocks and blocks[-1].kind == "table" and not caption and not widths:
                blocks[-1].rows.append(row)
            else:
                blocks.append(Block("table", caption, rows=[row], widths=widths))
                caption, widths = "", []
        elif line:
            blocks.append(_block(line))
        elif blocks and blocks[-1].kind == "table":
            blocks.append(Block("plain"))
    return [block for block in blocks if block.kind != "plain" or block.text]


def _block(line: str) -> Block:
    if line == "---":
        return Block("page")
    if line.startswith("#"):
        marks, _, text = line.partition(" ")
        return Block("heading", text, level=len(marks))
    if line.startswith("!"):
        name, _, caption = line[1:].partition(" | ")
        return Block("picture", caption, rows=[[name]])
    for prefix, kind in _PREFIXES:
        if line.startswith(prefix):
            return Block(kind, line[len(prefix) :])
    return Block("numbered" if _NUMBERED.match(line) else "paragraph", line)


def spans(text: str) -> list[Span]:
    """Split a block's text into its spans, in order."""
    found: list[Span] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            found.append(Span("text", text[position : match.start()]))
        found += [Span(kind, match[kind]) for kind in _INLINE_KINDS if match[kind] is not None]
        position = match.end()
    if position < len(text):
        found.append(Span("text", text[position:]))
    return found


def pipe_table(head: list[str], rows: list[list[str]], *, caption: str = "", widths: str = "") -> str:
    """Return computed rows in the notation of a table."""
    lines = [f"^ {caption}"] if caption else []
    if widths:
        lines.append(f"|: {widths}")
    lines += ["| " + " | ".join(row) + " |" for row in [head, *rows]]
    return "\n".join([*lines, ""])
