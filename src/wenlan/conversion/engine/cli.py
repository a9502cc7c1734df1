"""`wenlan convert FILE… --out DIR`: conversion without a database."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from .batch import convert_files
from .model import Limits, Result, Status

_DAY_SECONDS = 24 * 3600.0
_NO_TEXT = {
    "Cc",
    "Cs",
    "Zl",
    "Zp",
}  # Unicode's controls, halves of surrogate pairs, line and paragraph separators


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wenlan convert",
        description="Convert documents into a PDF, page images, positioned text and a report. For each file a folder "
        "of DIR is written, called as the file.",
        epilog="Exit status: 0 if every file converted, 1 if some did not, 2 for wrong usage.",
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a document, or a folder with all that is in it"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where the folders are written"
    )
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="how many files at a time (default 1)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per file")
    parser.add_argument(
        "--deadline", type=_seconds, default=Limits.deadline_seconds, metavar="SECONDS", help="per file"
    )
    return parser


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError("between 1 and 256")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number <= _DAY_SECONDS:
        raise argparse.ArgumentTypeError("more than 0, at most a day")
    return number


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and for a folder the files in it by name; a folder that has none fails like a file."""
    for path in paths:
        found = list(_files_in(path)) if path.is_dir() else []
        yield from found or [path]


def _files_in(path: Path) -> Iterator[Path]:
    """Every file below a folder whose name, and whose folders' names, do not begin with a dot."""
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _line(path: Path, result: Result) -> str:
    pages = f"{result.pages} pages" if result.status is Status.OK else (result.error or "")
    recorded = f" (recorded: {result.recorded_pages})" if result.recorded_pages is not None else ""
    why = f" ({result.detail})" if result.status is Status.FAILED and result.detail else ""
    return _one_line(f"{path}: {result.status.value}, {pages}{recorded}, {result.seconds:.2f} s{why}")


def _one_line(text: str) -> str:
    """The text with escapes for what would break the line, or what is no text in any encoding."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _NO_TEXT else char
        for char in text
    )


def _object(path: Path, folder: Path, result: Result) -> str:
    found = {
        "file": str(path),
        "status": result.status.value,
        "pages": result.pages,
        "recorded_pages": result.recorded_pages,
        "seconds": result.seconds,
        "error": result.error,
        "folder": str(folder),
    }
    text = json.dumps(found, ensure_ascii=False)
    return text if _printable(text) == text else json.dumps(found)


def _printable(text: str) -> str:
    """The text with escapes for what the output's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 if every file converted, else 1; wrong usage exits with 2."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"{options.out}: {error.strerror}")
    statuses: list[Status] = []
    files = list(_expanded(options.files))
    # On a terminal only, and on the other output than the lines that a program may read.
    with tqdm(total=len(files), unit=" files", disable=None if len(files) > 1 else True) as bar:

        def on_result(path: Path, folder: Path, result: Result) -> None:
            statuses.append(result.status)
            found = _object(path, folder, result) if options.json else _line(path, result)
            with bar.external_write_mode():
                sys.stdout.write(_printable(found) + "\n")
                sys.stdout.flush()
            bar.update()

        convert_files(
            files,
            out=options.out,
            jobs=options.jobs,
            on_result=on_result,
            limits=Limits(deadline_seconds=options.deadline),
        )
    return 0 if all(status is Status.OK for status in statuses) else 1
