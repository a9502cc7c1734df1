"""`wenlan convert FILE… --out DIR`: conversion without a database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .batch import convert_files
from .model import Limits, Result, Status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wenlan convert",
        description="Convert documents into a PDF, page images, positioned text and a report. For each file a folder "
        "of DIR is written, called as the file.",
        epilog="Exit status: 0 if every file converted, 1 if some did not, 2 for wrong usage.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
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
    if not number > 0:
        raise argparse.ArgumentTypeError("more than 0")
    return number


def _line(path: Path, result: Result) -> str:
    pages = f"{result.pages} pages" if result.status is Status.OK else (result.error or "")
    recorded = f" (recorded: {result.recorded_pages})" if result.recorded_pages is not None else ""
    return f"{path}: {result.status.value}, {pages}{recorded}, {result.seconds:.2f} s"


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
    return json.dumps(found, ensure_ascii=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 if every file converted, else 1; wrong usage exits with 2."""
    parser = _parser()
    options = parser.parse_args(argv)
    for path in options.files:
        if not path.is_file() or not os.access(path, os.R_OK):
            parser.error(f"no such file, or not readable: {path}")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"{options.out}: {error.strerror}")
    statuses: list[Status] = []

    def on_result(path: Path, folder: Path, result: Result) -> None:
        statuses.append(result.status)
        sys.stdout.write((_object(path, folder, result) if options.json else _line(path, result)) + "\n")
        sys.stdout.flush()

    convert_files(
        options.files,
        out=options.out,
        jobs=options.jobs,
        on_result=on_result,
        limits=Limits(deadline_seconds=options.deadline),
    )
    return 0 if all(status is Status.OK for status in statuses) else 1
