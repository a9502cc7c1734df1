"""One opened commit of an index."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from wenlan.search.backends.tantivy.guards import Reason, mapped_errors
from wenlan.search.ports import SearchUnavailable

DAMAGED_MARK = "DAMAGED"


@dataclass(frozen=True)
class Stamp:
    """Tells one commit of one live folder from every other."""

    folder: Path
    inode: int
    modified_ns: int
    size_bytes: int

    @classmethod
    def of(cls, folder: Path) -> Stamp:
        status = (folder / "meta.json").stat()
        return cls(folder, status.st_ino, status.st_mtime_ns, status.st_size)


class Reader:
    """One opened commit: a searcher, and what the files it has mapped into memory were like."""

    def __init__(self, index: Any, stamp: Stamp) -> None:
        self.index = index
        self.stamp = stamp
        self.searcher = index.searcher()
        self.files = _segment_files(stamp.folder)

    def search(self, query: Any, **options: Any) -> Any:
        """What tantivy finds. Where it fails the folder is marked, so that the next writer makes a new one."""
        with self._marking_damage():
            return self.searcher.search(query, **options)

    def aggregate(self, query: Any, aggregations: dict[str, Any]) -> Any:
        """The same for what tantivy counts."""
        with self._marking_damage():
            return self.searcher.aggregate(query, aggregations)

    def count(self, query: Any) -> int:
        """How many documents it finds, sooner than by a search, which would look at the score of each."""
        return int(self.aggregate(query, {"all": {"filter": "*"}})["all"]["doc_count"])

    @contextlib.contextmanager
    def _marking_damage(self) -> Iterator[None]:
        try:
            with mapped_errors(Reason.DAMAGED):
                yield
        except SearchUnavailable:
            self.mark_damaged()
            raise

    def mark_damaged(self) -> None:
        """Tell the next writer, which may see nothing wrong, if the folder lets us."""
        with contextlib.suppress(OSError):
            (self.stamp.folder / DAMAGED_MARK).touch()

    def is_whole(self) -> bool:
        """Whether the files, which are written once, are still as they were.

        Reading a mapped file that somebody cut short would kill the process (SIGBUS), so we look first.
        """
        try:
            return all(_length_and_time(path.stat()) == before for path, before in self.files.items())
        except FileNotFoundError:
            return False


def _length_and_time(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _segment_files(folder: Path) -> dict[Path, tuple[int, int]]:
    segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
    names = {str(segment["segment_id"]).replace("-", "") for segment in segments}
    return {
        Path(entry.path): _length_and_time(entry.stat())
        for entry in os.scandir(folder)
        if entry.name.split(".")[0] in names
    }


def open_index(folder: Path) -> Any:
    """The index in `folder`, as of its newest commit.

    tantivy opens none where it cannot write a lock file. One that we may only read is opened through links to its files
    elsewhere, which it has mapped into memory by then.
    """
    try:
        return _opened(folder)
    except ValueError:
        if os.access(folder, os.W_OK):
            raise
    with tempfile.TemporaryDirectory(prefix="wenlan-index-") as links:
        for entry in os.scandir(folder):
            if not entry.name.endswith(".lock"):
                Path(links, entry.name).symlink_to(entry.path)
        return _opened(Path(links))


def reloaded(index: Any, folder: Path) -> Any:
    """`index` as of its newest commit; opened anew where it was opened when `folder` could only be read."""
    try:
        index.reload()
    except ValueError:
        return open_index(folder)
    return index


def _opened(folder: Path) -> Any:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    return index
