"""The animated view of a presentation: made safe after LibreOffice wrote it, and cut to the slides somebody may see.

Both are done by a tool in the sandbox (`inside/slides.py`), under a deadline: what it reads is as unsafe as the document.
"""

from __future__ import annotations

import tempfile
from importlib import resources
from pathlib import Path

from .bounds import Caps, Deadline, Quota
from .inside.slides import SCRIPT_NAMES, SLIDES_NAME, NotPlayable, player_of
from .model import ConversionFailed, Limits
from .outbox import Outbox
from .sandbox import JOB, Bind, python_binds, python_command, spawn

__all__ = ["MAGIC", "SLIDES_NAME", "NotPlayable", "player_of", "slides_cut", "slides_keep"]

MAGIC = b"<?xml"

_SOURCE = "/source/slides.svg"


def slides_keep(
    exported: Path, target: Path, *, player: str, slides: int, work: Path, deadline: Deadline, limits: Limits
) -> None:
    """Write what is safe of a presentation that LibreOffice exported to `target`, with `player` as its script.

    Raises NotPlayable when it is not an export of exactly `slides` slides, so that slides and pages correspond, and
    ConversionFailed: DeadlineExceeded when it takes too long.
    """
    ours = resources.files(f"{__package__}.data").joinpath("slides.js").read_text("utf-8")
    with tempfile.TemporaryDirectory(prefix="slides-", dir=work) as room:
        for name, script in zip(SCRIPT_NAMES, (player, ours), strict=True):
            Path(room, name).write_text(script, encoding="utf-8")
        _run("keep", exported, target, slides=slides, room=Path(room), deadline=deadline, limits=limits)


def slides_cut(kept: Path, target: Path, *, slides: int, work: Path, limits: Limits) -> None:
    """Write the first `slides` slides of what `slides_keep` wrote: nothing that only a later slide needs is in it.

    Raises NotPlayable when there are fewer slides, or it cannot be done.
    """
    deadline = Deadline(limits.slides_seconds)
    try:
        with tempfile.TemporaryDirectory(prefix="slides-", dir=work) as room:
            _run("cut", kept, target, slides=slides, room=Path(room), deadline=deadline, limits=limits)
    except ConversionFailed as failure:
        raise NotPlayable(str(failure)) from failure


def _run(
    what: str, source: Path, target: Path, *, slides: int, room: Path, deadline: Deadline, limits: Limits
) -> None:
    """Have the tool work in `room`, and take over what it wrote: its isolation in the browser holds whatever that is."""
    # As large again, for what is added: names of fonts, and the player.
    max_bytes = 2 * limits.max_slides_bytes
    with (
        Outbox(room) as outbox,
        spawn(
            python_command("slides", what, _SOURCE, JOB, str(slides)),
            binds=[*python_binds(), Bind(room, JOB, writable=True), Bind(source.resolve(), _SOURCE)],
            caps=Caps(limits.memory_bytes, int(limits.slides_seconds) + 5, max_bytes),
            env={"PYTHONPATH": "/wenlan"},
        ) as child,
    ):
        code = child.wait(deadline, Quota(room, 2 * max_bytes))
        if code != 0:
            raise NotPlayable(child.last_words() or f"exit {code}")
        outbox.take(SLIDES_NAME, target, (MAGIC, None), max_bytes)
