"""Steps of a long job, shown as they happen and as a table at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Step:
    name: str
    seconds: float = 0.0
    status: str = "running"
    detail: str = ""


@dataclass
class Steps:
    """Times each step; the first one that raises ends the job and is named in the table."""

    out: TextIO = sys.stdout
    done: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        step = Step(name)
        self.done.append(step)
        started = time.perf_counter()
        self._write(f"  {name} …")
        try:
            yield step
        except BaseException:
            step.status = "FAILED"
            raise
        else:
            step.status = "ok"
        finally:
            step.seconds = time.perf_counter() - started
            mark = "✓" if step.status == "ok" else "✗"
            self._write(f"\r{mark} {name}  {step.detail}  {step.seconds:.1f} s\n")

    def progress(self, text: str) -> None:
        """Replace the running line on a terminal; say nothing in a log."""
        if self.out.isatty():
            self._write(f"\r\033[K  {text}")

    def _write(self, text: str) -> None:
        if not self.out.isatty():
            text = "" if text.endswith("…") else text.lstrip("\r")
        self.out.write(text)
        self.out.flush()

    def table(self) -> str:
        """Every step with its time and what it saw."""
        width = max(len(step.name) for step in self.done)
        rows = [f"{'step':<{width}}  {'seconds':>8}  result"]
        rows.append("-" * (width + 30))
        rows.extend(
            f"{step.name:<{width}}  {step.seconds:>8.2f}  {step.status}{': ' if step.detail else ''}{step.detail}"
            for step in self.done
        )
        return "\n".join(rows)
