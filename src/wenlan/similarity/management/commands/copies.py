"""`wenlan copies FILE…`: which documents of the library a file copies, without adding it."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from wenlan.conversion.engine import Result, Status, convert
from wenlan.similarity.engine import wording_of
from wenlan.similarity.services import Copy, copies_of

SWAPPED_SHOWN = 5


class Command(BaseCommand):
    help = (
        "Compare files, which need not be in the library, with every document in it. "
        "Exit status: 0 if every file could be read, 1 if some could not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object per file")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for path in options["files"]:
            result, copies = self._compared(path)
            failed += result.status is not Status.OK
            if options["json"]:
                self.stdout.write(json.dumps(_row(path, result, copies), ensure_ascii=False))
            else:
                self._tell(path, result, copies)
        if failed:
            raise SystemExit(1)

    def _compared(self, path: Path) -> tuple[Result, list[Copy]]:
        with tempfile.TemporaryDirectory() as folder:
            result = convert(path, name=path.name, out=Path(folder) / "out")
            if result.status is not Status.OK:
                return result, []
            pages = json.loads((Path(folder) / "out" / "text.json").read_text(encoding="utf-8"))["pages"]
        wording = wording_of(page["text"] for page in pages)
        return result, [copy for copy in copies_of(wording) if copy.is_telling]

    def _tell(self, path: Path, result: Result, copies: list[Copy]) -> None:
        if result.status is not Status.OK:
            self.stdout.write(f"{path}: {result.status.value}")
        elif not copies:
            self.stdout.write(f"{path}: no copy of anything here")
        for copy in copies:
            swapped = "  ".join(
                f"{before}→{after} ×{count}"
                for (before, after), count in copy.comparison.swapped.most_common(SWAPPED_SHOWN)
            )
            self.stdout.write(
                f"{path}: {copy.comparison.share:.0%} of it is in document {copy.fingerprint.document_number} "
                f"({copy.fingerprint.title}), {copy.comparison.other_share:.0%} of that one in it  {swapped}".rstrip()
            )


def _row(path: Path, result: Result, copies: list[Copy]) -> dict[str, Any]:
    return {
        "file": str(path),
        "status": result.status.value,
        "copies": [
            {
                "document": copy.fingerprint.document_number,
                "title": copy.fingerprint.title,
                "share": round(copy.comparison.share, 4),
                "other_share": round(copy.comparison.other_share, 4),
                "strength": round(copy.strength, 1),
                "swapped": [[*words, count] for words, count in copy.comparison.swapped.most_common()],
            }
            for copy in copies
        ],
    }
