"""Whether a PDF asks for a password. The PDF library looks, in the sandbox, and only when the file is encrypted."""

from __future__ import annotations

from pathlib import Path

from .bounds import Caps, Deadline
from .model import MIB, ConversionFailed, Limits
from .sandbox import JOB, Bind, python_binds, python_command, spawn

_SECONDS = 20.0
_LOCKED = 3


def pdf_is_locked(path: Path, limits: Limits) -> bool:
    """True when the PDF does not open without a password. False when nobody can tell: the conversion will."""
    if not _contains(path, b"/Encrypt"):
        return False
    target = f"{JOB}/source.pdf"
    caps = Caps(limits.memory_bytes, int(_SECONDS), MIB)
    try:
        with spawn(
            python_command("locked", target),
            binds=[*python_binds(), Bind(path.resolve(), target)],
            caps=caps,
            env={"PYTHONPATH": "/wenlan"},
        ) as child:
            return child.wait(Deadline(_SECONDS)) == _LOCKED
    except ConversionFailed:
        return False


def _contains(path: Path, word: bytes) -> bool:
    """Whether the file has these bytes. Read in chunks: a mapped file would count as memory of the web server."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(MIB):
            if word in tail + chunk:
                return True
            tail = chunk[-len(word) + 1 :]
    return False
