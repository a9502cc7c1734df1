"""What the ranking of search hears from this room."""

from __future__ import annotations

from collections.abc import Collection

from wenlan.conversion.engine import Fidelity, verdict
from wenlan.documents.models import Document

_LEVELS = {Fidelity.FAITHFUL: 1, Fidelity.SMALL: 0, Fidelity.SEE_PAGES: -1}


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`fidelity` of each document whose preview could be measured: 1, 0 or −1 from faithful to pages to look at."""
    rows = Document.objects.filter(pk__in=document_ids, current_revision__isnull=False).values_list(
        "pk",
        "current_revision__report",
        "current_revision__page_count",
        "current_revision__recorded_pages",
        "current_revision__slides_file",
    )
    levels: dict[int, int] = {}
    for number, report, pages, recorded_pages, slides_file in rows:
        facts = {"pages": pages, "recorded_pages": recorded_pages, "plays": bool(slides_file)}
        judged = verdict({**report, **facts})
        if judged:
            levels[number] = _LEVELS[judged.fidelity]
    return {"fidelity": levels}
