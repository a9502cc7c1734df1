"""What the benchmark prints: a figure, what stands beside it, the goal, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks._measure import table


@dataclass(frozen=True)
class Finding:
    """One line of the report. `ratio` is what the goal is about where there are two figures."""

    what: str
    ours: str
    beside: str
    ratio: str
    goal: str
    met: bool | None = None
    """None for a figure without a goal, and for one that could not be measured."""

    def cells(self) -> list[str]:
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return [self.what, self.ours, self.beside, self.ratio, self.goal, met]


HEAD = ["measure", "Wenlan", "beside it", "ratio", "goal", "met"]


def findings_table(findings: list[Finding]) -> str:
    return table([HEAD, *(finding.cells() for finding in findings)])


def at_most(
    what: str, ours: float, theirs: float, goal: float, *, unit: str, beside: str, digits: int = 2
) -> Finding:
    """A finding whose goal is that ours is at most `goal` of theirs."""
    return Finding(
        what,
        f"{ours:.{digits}f} {unit}",
        f"{theirs:.{digits}f} {unit} ({beside})",
        f"{ours / theirs:.2f}",
        f"≤ {goal:g}",
        ours <= goal * theirs,
    )


def at_least(what: str, ours: float, theirs: float, goal: float, *, beside: str) -> Finding:
    """A finding without a unit whose goal is that ours is at least `goal` times theirs."""
    return Finding(
        what,
        f"{ours:.1f}",
        f"{theirs:.1f} ({beside})",
        f"{ours / theirs:.2f}",
        f"≥ {goal:g}",
        ours >= goal * theirs,
    )
