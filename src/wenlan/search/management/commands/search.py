"""`wenlan search QUERY`: what readers find, and why in this order."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from wenlan.search.selectors import Result, documents_search
from wenlan.search.why import WhyHere


class Command(BaseCommand):
    help = (
        "Search as somebody without an account does. With --explain, tell why each hit ranks where it does."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "query", nargs="+", metavar="QUERY", help="what to look for, as in the search box"
        )
        parser.add_argument("--page", type=int, default=1, metavar="N", help="the page of results to show")
        parser.add_argument("--explain", action="store_true", help="tell why each hit ranks where it does")
        parser.add_argument("--json", action="store_true", help="print one JSON object per hit")

    def handle(self, *args: Any, **options: Any) -> None:
        results = documents_search(
            query=" ".join(options["query"]), user=AnonymousUser(), page=options["page"], is_explained=True
        )
        if results.is_catching_up:
            self.stderr.write(_("The index cannot be asked; only titles were looked at."))
        for result in results.page:
            if options["json"]:
                self.stdout.write(json.dumps(_row(result, explain=options["explain"]), ensure_ascii=False))
            else:
                self._tell(result, explain=options["explain"])
        if not options["json"]:
            self.stdout.write(_("%(total)d found") % {"total": results.total})

    def _tell(self, result: Result, *, explain: bool) -> None:
        why, document = result.why, result.document
        place = f"{why.rank.place:>4}  {why.rank.score:>7.2f}  " if why else ""
        self.stdout.write(f"{place}{document.pk:>7}  {document.title}")
        if why and explain:
            for name, text in [
                (_("Place"), why.place_text),
                (_("Words"), why.fit_text),
                (_("Quality"), why.quality_text),
                (_("Score"), why.score_text),
            ]:
                self.stdout.write(f"{'':>15}{name}: {text}")


def _row(result: Result, *, explain: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"document": result.document.pk, "title": result.document.title}
    if result.why:
        row |= {"place": result.why.rank.place, "score": round(result.why.rank.score, 4)}
        row |= _explanation(result.why) if explain else {}
    return row


def _explanation(why: WhyHere) -> dict[str, Any]:
    return {
        "place_by_words": why.rank.place_by_fit,
        "fit": round(why.rank.fit, 4),
        "fields": {part.name: round(part.amount, 4) for part in why.fields},
        "quality": round(why.quality, 4),
        "signals": {part.name: round(part.amount, 4) for part in why.signals},
        "weight": why.weight,
        "is_blended": why.is_blended,
    }
