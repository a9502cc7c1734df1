"""`wenlan ledger verify` and `wenlan ledger seal`: prove that the books balance, and that they are the same as before."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wenlan.core.errors import WenlanError
from wenlan.ledger.models import Entry
from wenlan.ledger.seals import Seal, seal_make, seals_read
from wenlan.ledger.selectors import Progress, Verification, verify


class Command(BaseCommand):
    help = (
        "Look after the ledger. `verify` replays every entry and lists whatever does not add up; `seal` prints"
        " a line to keep elsewhere, with which `verify --seal` proves that the past is still the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        verifying = subcommands.add_parser(
            "verify",
            help="replay every entry; exit status 1 when something does not add up",
        )
        verifying.add_argument("--json", action="store_true", help="the result for programs")
        verifying.add_argument(
            "--seal",
            type=Path,
            metavar="FILE",
            help="a file with what `seal` printed, one a line: is all of that still there, unchanged?",
        )
        subcommands.add_parser(
            "seal",
            help="print one line (time, number of entries, a digest of all) to keep where nobody here can change it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subcommand"] == "seal":
            self._seal()
        else:
            self._verify(_seals(options["seal"]), as_json=options["json"])

    def _seal(self) -> None:
        try:
            self.stdout.write(str(seal_make()))
        except WenlanError as error:
            raise CommandError(str(error)) from error

    def _verify(self, seals: list[Seal], *, as_json: bool) -> None:
        started = time.monotonic()
        result = verify(seals=seals, progress=self._progress() if self.stderr.isatty() else None)
        seconds = time.monotonic() - started
        if as_json:
            self.stdout.write(json.dumps(_as_data(result, seconds), ensure_ascii=False, indent=2))
        else:
            self._tell(result, seconds, len(seals))
        if not result.is_clean:
            raise SystemExit(1)

    def _tell(self, result: Verification, seconds: float, seal_count: int) -> None:
        for discrepancy in result.discrepancies:
            self.stderr.write(str(discrepancy))
        sealed = f", {seal_count} seals compared" if seal_count else ""
        self.stdout.write(
            f"{result.account_count} accounts, {result.transfer_count} transfers, {result.entry_count} entries "
            f"read in {seconds:.1f} s{sealed}: "
            + ("everything adds up." if result.is_clean else f"{len(result.discrepancies)} discrepancies.")
        )

    def _progress(self) -> Progress:
        total = Entry.objects.count()

        def show(done: int) -> None:
            self.stderr.write(f"\r{done:,} of about {total:,} entries", ending="\r")
            self.stderr.flush()

        return show


def _seals(path: Path | None) -> list[Seal]:
    if path is None:
        return []
    try:
        seals = seals_read(path.read_text())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{path} is not what `wenlan ledger seal` prints: {error}") from error
    if not seals:
        raise CommandError(f"{path} has no seal")
    return seals


def _as_data(result: Verification, seconds: float) -> dict[str, Any]:
    return {
        "accounts": result.account_count,
        "transfers": result.transfer_count,
        "entries": result.entry_count,
        "seconds": round(seconds, 3),
        "clean": result.is_clean,
        "discrepancies": [
            {"rule": found.rule, "subject": found.subject, "found": found.found}
            for found in result.discrepancies
        ],
    }
