"""How much it says that two texts share something, when others have it as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence, Set

from wenlan.similarity.engine.comparing import Comparison

SAME_SHARE = 0.6
"""From so much of a text on, it as a whole is said to be in another."""


def strengths(
    comparisons: Sequence[Comparison], works: Sequence[Hashable], common: Set[int] = frozenset()
) -> list[float]:
    """For each of the comparisons of one text with many, how many pairs of words the two have to themselves.

    A pair that the passages of n of the works have counts 1/n³: a law, a form, the head of a contract or a turn of phrase
    stands in many. One that is in `common` counts nothing. `works` says which of the others are one work, so that its
    copies do not speak for each other.
    """
    held = [
        frozenset().union(*(passage.values for passage in comparison.passages)) - common
        for comparison in comparisons
    ]
    by_work: dict[Hashable, set[int]] = {}
    for values, work in zip(held, works, strict=True):
        by_work.setdefault(work, set()).update(values)
    holders = Counter(value for values in by_work.values() for value in values)
    return [sum(1 / holders[value] ** 3 for value in values) for values in held]
