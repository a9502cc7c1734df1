"""`wenlan payments reconcile`: compare the books with the statements of the providers."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from wenlan.core.errors import WenlanError
from wenlan.payments.backends import provider_named
from wenlan.payments.ports import PaymentRefused, ProviderUnavailable
from wenlan.payments.reconciliation import Reconciliation, reconcile


class Command(BaseCommand):
    help = "Look after payments. `reconcile` compares a day with the statement of the provider."

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        reconciling = subcommands.add_parser(
            "reconcile",
            help="list every difference; exit status 1 when there are some, 2 when a statement cannot be had",
        )
        reconciling.add_argument("--provider", help="only this one; otherwise each that the site offers")
        reconciling.add_argument(
            "--day",
            type=datetime.date.fromisoformat,
            help="such as 2026-01-31, in the time zone of the provider; otherwise yesterday",
        )
        reconciling.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [options["provider"]] if options["provider"] else _providers_with_statements()
        results, failed = [], False
        for name in names:
            try:
                results.append(reconcile(provider=name, day=options["day"] or _yesterday(name)))
            except (ProviderUnavailable, PaymentRefused) as problem:
                failed = True
                said = getattr(problem, "detail", "") or getattr(problem, "reason", "")
                self.stderr.write(f"{name} gives no statement: {said or problem}")
            except WenlanError as problem:
                failed = True
                self.stderr.write(f"{name}: {problem}")
        self._write(results, as_json=options["json"])
        if failed:
            raise SystemExit(2)
        if not all(result.is_clean for result in results):
            raise SystemExit(1)

    def _write(self, results: list[Reconciliation], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([asdict(result) for result in results], default=str, indent=2))
            return
        for result in results:
            for difference in result.differences:
                self.stdout.write(str(difference))
            outcome = "everything agrees" if result.is_clean else f"{len(result.differences)} differences"
            self.stdout.write(f"{result.provider}, {result.day}: {result.lines} lines, {outcome}.")


def _providers_with_statements() -> list[str]:
    return [name for name in settings.PAYMENT_PROVIDERS if provider_named(name).needs_network]


def _yesterday(provider: str) -> datetime.date:
    here = timezone.now().astimezone(provider_named(provider).statement_zone)
    return here.date() - datetime.timedelta(days=1)
