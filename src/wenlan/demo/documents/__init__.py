"""The demo library's documents: original texts, written into real files of every format."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from wenlan.demo.documents.chinese import CHINESE
from wenlan.demo.documents.english import ENGLISH_DOCUMENTS
from wenlan.demo.documents.model import AUTHORS, CATEGORIES, Author, Category, DemoDocument
from wenlan.demo.documents.office import LibreOfficeFailed, convert

__all__ = [
    "AUTHORS",
    "CATEGORIES",
    "DOCUMENTS",
    "Author",
    "Category",
    "DemoDocument",
    "LibreOfficeFailed",
    "write_all",
]

DOCUMENTS: tuple[DemoDocument, ...] = CHINESE + ENGLISH_DOCUMENTS

Progress = Callable[[int, int, str], None]


def write_all(folder: Path, *, on_progress: Progress | None = None) -> list[Path]:
    """Write every demo document into `folder` under its file name; returns the paths in the order of `DOCUMENTS`.

    `on_progress` is called after each document with how many are finished, how many there are, and the file name.
    Files that are already there are written anew. Raises LibreOfficeFailed if an older format cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    finished = 0

    def report(document: DemoDocument) -> None:
        nonlocal finished
        finished += 1
        if on_progress:
            on_progress(finished, len(DOCUMENTS), document.file_name)

    for document in DOCUMENTS:
        if document.through is None:
            document.compose(folder / document.file_name)
            report(document)
    for target in dict.fromkeys(document.format for document in DOCUMENTS if document.through):
        group = [document for document in DOCUMENTS if document.through and document.format == target]
        _write_through_office(group, target, folder)
        for document in group:
            report(document)
    return [folder / document.file_name for document in DOCUMENTS]


def _write_through_office(documents: list[DemoDocument], target: str, folder: Path) -> None:
    """Write sources of one target format and convert them in a single run of LibreOffice."""
    with tempfile.TemporaryDirectory(prefix="wenlan-demo-") as scratch:
        sources = []
        for document in documents:
            source = Path(scratch) / f"{document.key}.{document.through}"
            document.compose(source)
            sources.append(source)
        for document, written in zip(documents, convert(sources, target, Path(scratch)), strict=True):
            (folder / document.file_name).write_bytes(written.read_bytes())
