"""What a test left running."""

from __future__ import annotations

import os
from pathlib import Path


def descendants() -> set[int]:
    """Processes that this one started, directly or not, and that still run."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    found, line = set[int](), {os.getpid()}
    while line := {pid for pid, parent in parents.items() if parent in line} - found:
        found |= line
    return found


def is_running(pid: int) -> bool:
    """Whether there is such a process that has not ended, whoever has it now."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
