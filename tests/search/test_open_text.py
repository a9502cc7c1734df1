"""What everybody may read of a document is told from the rest of it, at no price where there is no rest."""

from __future__ import annotations

from pathlib import Path

from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.entries import entry_of

PAGES = [
    "".join(chr(0x4E00 + place * 7 % 5000) for place in range(start, start + 3000)) for start in (0, 500)
]


def size_bytes(folder: Path, open_pages: int) -> int:
    """What an index of forty documents takes on the disk."""
    index = TantivyIndex(folder)
    with index.writing(timeout_seconds=1):
        index.prepare()
        index.replace(
            entry_of(document_id=number, title="", pages=[*PAGES, "末页"], open_pages=open_pages)
            for number in range(1, 41)
        )
    return sum(path.stat().st_size for path in folder.rglob("*"))


def test_a_text_that_everybody_may_read_is_written_once(tmp_path: Path) -> None:
    whole, in_part = (size_bytes(tmp_path / str(pages), pages) for pages in (3, 2))
    assert whole < in_part * 0.7
