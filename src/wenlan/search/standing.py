"""How good the documents are: what the rooms count of them, kept beside the index for the ranking.

The formula is in `ranking`, the counts come from the rooms that own them, which this one must not import: each names a
function in settings.WENLAN_HANDLERS["quality_signals"].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from wenlan.core.handlers import handlers
from wenlan.documents.models import Document, on_the_shelf
from wenlan.search.models import Standing
from wenlan.search.ranking import SIGNALS, quality_of

COUNTED_AGAIN_AFTER = timedelta(hours=1)
SWEEP_PAUSE_SECONDS = 300
SWEEP_DOCUMENTS = 2000
"""Counted in one round of the sweep, those that were never counted first."""
BATCH_DOCUMENTS = 200


def standing_request(document_id: int) -> None:
    """Ask for one document to be counted once the transaction is committed, as something has changed that matters."""
    from wenlan.search.tasks import standing_count

    transaction.on_commit(partial(standing_count.enqueue, document_id))


def document_standing_request(document_id: int) -> None:
    """Ask for a document to be counted when it comes onto the shelf, or has another preview or other words there."""
    if Document.objects.filter(pk=document_id, state=Document.State.PUBLISHED).exists():
        standing_request(document_id)


def standings_sweep() -> int:
    """Ring for documents that were not counted for a while; returns how many there are, up to one round of them.

    Looks at most once in a while, however often it is called.
    """
    from wenlan.search.tasks import standings_due_count

    if not cache.add("search:standings", value=True, timeout=SWEEP_PAUSE_SECONDS):
        return 0
    due = len(_due(SWEEP_DOCUMENTS))
    if due:
        standings_due_count.enqueue()
    return due


def standings_due_count() -> int:
    """Count one round of the documents that are due; returns how many. Harmless when run twice."""
    return standings_count(_due(SWEEP_DOCUMENTS))


def standings_count(document_ids: Iterable[int]) -> int:
    """Count every signal of these documents anew and store how good they are; returns how many there are."""
    numbers = sorted(document_ids)
    for start in range(0, len(numbers), BATCH_DOCUMENTS):
        _count(numbers[start : start + BATCH_DOCUMENTS])
    return len(numbers)


def qualities_of(document_ids: Collection[int]) -> dict[int, float]:
    """How good these documents are, by number, in one query; what is not known to be good or bad is left out."""
    rows = Standing.objects.filter(pk__in=document_ids).exclude(quality=0)
    return dict(rows.values_list("document_id", "quality"))


def standings_of(document_ids: Collection[int]) -> dict[int, Standing]:
    """What was counted of these documents, by number, in one query."""
    return Standing.objects.in_bulk(list(document_ids))


def _due(limit: int) -> list[int]:
    """Published documents that were never counted, then those that were counted longest ago."""
    published = Document.objects.filter(on_the_shelf())
    unknown = published.filter(~Exists(Standing.objects.filter(document=OuterRef("pk")))).order_by("pk")
    numbers = list(unknown.values_list("pk", flat=True)[:limit])
    stale = Standing.objects.filter(
        counted_at__lt=timezone.now() - COUNTED_AGAIN_AFTER, document__state=Document.State.PUBLISHED
    )
    return [*numbers, *stale.order_by("counted_at").values_list("pk", flat=True)[: limit - len(numbers)]]


def _count(numbers: list[int]) -> None:
    signals = _signals_of(numbers)
    now = timezone.now()
    known = Document.objects.filter(pk__in=numbers).values_list("pk", flat=True)
    with transaction.atomic():
        Standing.objects.bulk_create(
            (
                Standing(
                    document_id=number,
                    signals=signals[number],
                    quality=quality_of(signals[number]),
                    counted_at=now,
                )
                for number in known.select_for_update(no_key=True).order_by("pk")
            ),
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["signals", "quality", "counted_at"],
        )


def _signals_of(numbers: list[int]) -> dict[int, dict[str, float]]:
    """What all rooms say of these documents; what several count under one name adds up."""
    signals: dict[int, dict[str, float]] = defaultdict(dict)
    for signals_in_room in handlers("quality_signals"):
        for name, counts in signals_in_room(numbers).items():
            if name not in SIGNALS:
                raise ValueError(f"No signal of the ranking is called {name!r}.")
            for number, count in counts.items():
                signals[number][name] = signals[number].get(name, 0) + count
    return signals
