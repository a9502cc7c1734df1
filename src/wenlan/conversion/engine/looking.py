"""Looking into a zip or OLE file: at once when that is cheap, as nearly always, else in a process in the sandbox."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from .bounds import Caps, Deadline
from .containers import Costly
from .formats import FORMATS, Format
from .model import MIB, ConversionFailed, Limits, Rejected, RejectionCode, Status
from .packages import identify
from .sandbox import TOOLS, Bind, python_binds, python_command, spawn, unsafe_without_sandbox

logger = logging.getLogger(__name__)

# Of its own work. That on a busy machine it had to wait long is not the file's fault.
_CPU_SECONDS = 10
_WALL_SECONDS = 120.0
_MEMORY_BYTES = 1024 * MIB
_MAX_ANSWER = 4096
_SOURCE = "/source/original"
_FILES = ("model.py", "containers.py", "members.py", "packages.py")


def looked_into(path: Path, limits: Limits, promised: Format | None) -> str | None:
    """The name of the format of a zip or OLE file; None when it is of no kind we know. Raises Rejected.

    Where there is no sandbox for a file that needs one, it passes for what its name promises: the conversion tells.
    """
    try:
        return identify(path, limits, frugal=not unsafe_without_sandbox())
    except Costly as reason:
        logger.info("%s is looked into in the sandbox: %s", path, reason)
    try:
        answer = _answer(path, limits)
    except ConversionFailed as failure:
        if failure.code == "no_sandbox":
            return promised.name if promised else None
        raise Rejected(
            Status.DAMAGED, "damaged", f"looking into it took too much: {failure.detail}"
        ) from failure
    if "code" in answer:
        raise _refusal(answer)
    found = answer.get("format")
    return found if found in FORMATS else None


def _refusal(answer: dict[str, Any]) -> Rejected:
    """What the program refused the file with; damaged when it names no reason that we know."""
    codes: tuple[RejectionCode, ...] = get_args(RejectionCode)
    code: RejectionCode = next((code for code in codes if code == answer["code"]), "damaged")
    status = next((status for status in Status if status == answer.get("status")), Status.DAMAGED)
    return Rejected(status, code, str(answer.get("detail")))


def _answer(path: Path, limits: Limits) -> dict[str, Any]:
    """What the program in the sandbox says. Raises ConversionFailed when it says nothing."""
    command = python_command("packages", _SOURCE, json.dumps(asdict(limits)), package="engine")
    engine = Path(__file__).parent
    with (
        tempfile.TemporaryFile() as told,
        spawn(
            command,
            binds=[
                *python_binds(),
                *(Bind(engine / name, f"{TOOLS}/engine/{name}") for name in _FILES),
                Bind(path.resolve(), _SOURCE),
            ],
            caps=Caps(_MEMORY_BYTES, _CPU_SECONDS, MIB),
            env={"PYTHONPATH": TOOLS},
            stdout=told,
        ) as child,
    ):
        code = child.wait(Deadline(_WALL_SECONDS))
        words = child.last_words(500)
        said = os.pread(told.fileno(), _MAX_ANSWER, 0)
    try:
        answer = json.loads(said)
    except ValueError as error:
        raise ConversionFailed(Status.DAMAGED, "damaged", f"exit {code}: {words}") from error
    if not isinstance(answer, dict):
        raise ConversionFailed(Status.DAMAGED, "damaged", "an answer that is none")
    return answer
