"""Presentations that move, for whoever tests that they do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wenlan.demo.documents.pptx_tools import write_pptx


def write_deck(path: Path, words: Sequence[str]) -> None:
    """A deck that says the first of `words` on its cover and each other one on a slide of its own.

    The two lines of a slide come in by click, one after the other; slides fade into each other.
    """
    cover, *others = words
    slides = "\n".join(f"# {word}\n\n- {word}一\n- {word}二\n\n= {word}备注\n" for word in others)
    write_pptx(path, slides, title=cover, subtitle="航海", author="Alice")
