"""`wenlan ledger verify`: prove that the books balance."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wenlan.ledger.selectors import verify


class Command(BaseCommand):
    help = "Look after the ledger. `verify` replays every entry and lists whatever does not add up."

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        subcommands.add_parser(
            "verify",
            help="replay every entry; exit status 1 when something does not add up",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        result = verify()
        for discrepancy in result.discrepancies:
            self.stderr.write(str(discrepancy))
        self.stdout.write(
            f"{result.account_count} accounts, {result.transfer_count} transfers, {result.entry_count} entries "
            f"read in {time.monotonic() - started:.1f} s: "
            + ("everything adds up." if result.is_clean else f"{len(result.discrepancies)} discrepancies.")
        )
        if not result.is_clean:
            raise SystemExit(1)
