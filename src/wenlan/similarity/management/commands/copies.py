"""`wenlan copies FILE…`: which documents of the library a file copies, without adding it."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from wenlan.conversion.engine import Status, convert
from wenlan.conversion.messages import failure_code, failure_message
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
            if not path.is_file():
                row: dict[str, Any] = {
                    "status": "missing",
                    "message": _("There is no such file."),
                    "copies": [],
                }
            else:
                row = self._compared(path)
            failed += row["status"] != Status.OK
            if options["json"]:
                self.stdout.write(json.dumps({"file": str(path), **row}, ensure_ascii=False))
            else:
                self._tell(path, row)
        if failed:
            raise SystemExit(1)

    def _compared(self, path: Path) -> dict[str, Any]:
        """What is printed about a file: how reading it ended, how many telling words it has, what it copies."""
        with tempfile.TemporaryDirectory() as folder:
            result = convert(path, name=path.name, out=Path(folder) / "out")
            if result.status is not Status.OK:
                code = failure_code(error=result.error, status=result.status.value)
                return {"status": result.status.value, "message": failure_message(code), "copies": []}
            pages = json.loads((Path(folder) / "out" / "text.json").read_text(encoding="utf-8"))["pages"]
        wording = wording_of(page["text"] for page in pages)
        row: dict[str, Any] = {"status": result.status.value, "words": len(wording)}
        if not len(wording):
            row["message"] = _("There is no text to compare.")
        return {**row, "copies": [_row(copy) for copy in copies_of(wording) if copy.is_telling]}

    def _tell(self, path: Path, row: dict[str, Any]) -> None:
        if "message" in row:
            self.stdout.write(f"{path}: {row['message']}")
        elif not row["copies"]:
            self.stdout.write(f"{path}: " + _("No copy of anything here."))
        for copy in row["copies"]:
            swapped = "  ".join(
                f"{before}→{after} ×{count}" for before, after, count in copy["swapped"][:SWAPPED_SHOWN]
            )
            told = _(
                "{share:.0%} of it is in document {id} ({title}), {other_share:.0%} of that one in it"
            ).format(**copy)
            self.stdout.write(f"{path}: {told}  {swapped}".rstrip())


def _row(copy: Copy) -> dict[str, Any]:
    return {
        "id": copy.fingerprint.document_number,
        "title": copy.fingerprint.title,
        "share": round(copy.comparison.share, 4),
        "other_share": round(copy.comparison.other_share, 4),
        "strength": round(copy.strength, 1),
        "swapped": [[*words, count] for words, count in copy.comparison.swapped.most_common()],
    }
