"""From a composition to a function that writes the file."""

from collections.abc import Callable
from pathlib import Path

from wenlan.demo.documents.docx_tools import Pictures, WordLook, write_docx
from wenlan.demo.documents.model import AUTHORS, Writer
from wenlan.demo.documents.pdf_tools import write_pdf
from wenlan.demo.documents.pptx_tools import DeckLook, write_pptx

Text = str | Callable[[], str]


def _text(text: Text) -> str:
    return text if isinstance(text, str) else text()


def word(
    text: Text,
    *,
    title: str,
    author: int,
    look: WordLook | None = None,
    subtitle: str = "",
    pictures: Pictures | None = None,
) -> Writer:
    """Return a writer of a Word document."""

    def write(path: Path) -> None:
        name = AUTHORS[author].display_name
        write_docx(
            path, _text(text), title=title, author=name, subtitle=subtitle, look=look, pictures=pictures
        )

    return write


def deck(
    text: Text,
    *,
    title: str,
    subtitle: str,
    author: int,
    look: DeckLook | None = None,
    pictures: Pictures | None = None,
) -> Writer:
    """Return a writer of a presentation."""

    def write(path: Path) -> None:
        name = AUTHORS[author].display_name
        write_pptx(
            path, _text(text), title=title, subtitle=subtitle, author=name, look=look, pictures=pictures
        )

    return write


def book(
    text: Text,
    *,
    title: str,
    author: int,
    subtitle: str,
    accent: str,
    contents: bool = True,
    pictures: Pictures | None = None,
) -> Writer:
    """Return a writer of a Chinese PDF."""

    def write(path: Path) -> None:
        write_pdf(
            path, _text(text), title=title, author=AUTHORS[author].display_name, subtitle=subtitle,
            accent=accent, contents=contents, pictures=pictures,
        )  # fmt: skip

    return write


def plain(text: str, *, encoding: str = "utf-8") -> Writer:
    """Return a writer of a text file."""

    def write(path: Path) -> None:
        path.write_bytes(text.encode(encoding))

    return write


ENGLISH = WordLook(
    language="en",
    body_font="宋体",
    latin_font="Calibri",
    heading_latin_font="Calibri",
    body_size=11,
    line_spacing=1.2,
    accent="3D5A73",
    heading_colour="3D5A73",
    margin_cm=2.5,
)
"""The look of English Word documents; `dataclasses.replace` changes what differs."""
