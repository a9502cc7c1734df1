"""The animated view of a presentation, beside its pages."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from .model import ConversionFailed
from .office import Layouter, LayoutJob
from .slides import SLIDES_NAME, NotPlayable, slides_keep

logger = logging.getLogger(__name__)


def slides_make(layouter: Layouter, job: LayoutJob, out: Path, *, slides: int) -> bool:
    """Hand out the animated view of the first `slides` slides in the folder `out`; whether there is one.

    The pages are drawn by now and stay, whatever happens here.
    """
    source, plays = job.layout.source, False
    try:
        bounded = job.deadline.within(job.limits.slides_seconds)
        player = layouter.player(job.limits)
        exported = layouter.to_slides(replace(job, deadline=bounded))
        slides_keep(
            exported,
            out / SLIDES_NAME,
            player=player,
            slides=slides,
            work=job.work,
            deadline=bounded,
            limits=job.limits,
        )
        plays = True
    except (ConversionFailed, NotPlayable, OSError) as reason:
        logger.warning("no animated view of %s: %s", source, reason)
    except Exception:
        # A fault of ours in something the preview can do without.
        logger.exception("the animated view of %s failed", source)
    if not plays:
        (out / SLIDES_NAME).unlink(missing_ok=True)
    return plays
