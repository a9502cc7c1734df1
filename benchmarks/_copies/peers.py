"""What people use today: MinHash, and the hash of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import Any

PERMUTATIONS = 128
THRESHOLD = 0.5


class MinHash:
    """The usual way (Broder, 1997): 128 minima of the character 5-grams; as many equal ones as the Jaccard index says.

    Of two texts that are alike from 0.5 on one is called a copy.
    """

    def __init__(self, texts: list[str]) -> None:
        self._holders: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for place, minimum in enumerate(_minima(text)):
                self._holders[place, minimum].append(number)

    def found(self, text: str) -> set[int]:
        """The numbers of the texts that this one is called a copy of."""
        equal: Counter[int] = Counter()
        for place, minimum in enumerate(_minima(text)):
            equal.update(self._holders.get((place, minimum), ()))
        return {number for number, count in equal.items() if count / PERMUTATIONS >= THRESHOLD}


def _minima(text: str) -> list[int]:
    grams = {text[place : place + 5] for place in range(max(1, len(text) - 4))}
    signature = _rensa().RMinHash(num_perm=PERMUTATIONS, seed=42)
    signature.update(sorted(grams))
    return list(signature.digest())


def has_minhash() -> bool:
    """Whether the library is there that MinHash is measured with; `script/bootstrap` installs it."""
    try:
        _rensa()
    except ImportError:
        return False
    return True


@cache
def _rensa() -> Any:
    import rensa

    return rensa
