"""A small paper on Bloom filters; its measurements are made while the paper is written."""

import hashlib
import math
from collections.abc import Callable
from functools import cache

from wenlan.demo.documents.markup import pipe_table
from wenlan.demo.documents.pictures.charts import line_chart

_KEYS = 1000
_PROBES = 2500
_BITS_PER_KEY = (4, 6, 8, 10, 12)


class BloomFilter:
    """A Bloom filter with double hashing, as the paper describes it."""

    def __init__(self, bits: int, hashes: int) -> None:
        self.bits, self.hashes = bits, hashes
        self.field = bytearray(bits)

    def _places(self, key: str) -> list[int]:
        digest = hashlib.blake2b(key.encode(), digest_size=16).digest()
        first, second = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:], "big") | 1
        return [(first + number * second) % self.bits for number in range(self.hashes)]

    def add(self, key: str) -> None:
        """Remember a key."""
        for place in self._places(key):
            self.field[place] = 1

    def __contains__(self, key: str) -> bool:
        return all(self.field[place] for place in self._places(key))


@cache
def _measure(bits_per_key: int, hashes: int) -> tuple[float, float]:
    """Return the predicted and the measured share of false positives."""
    known = BloomFilter(bits_per_key * _KEYS, hashes)
    for number in range(_KEYS):
        known.add(f"key-{number}")
    wrong = sum(f"stranger-{number}" in known for number in range(_PROBES))
    return (1 - math.exp(-hashes / bits_per_key)) ** hashes, wrong / _PROBES


def _sizes_table() -> str:
    rows = []
    for bits in _BITS_PER_KEY:
        hashes = max(1, round(bits * math.log(2)))
        predicted, measured = _measure(bits, hashes)
        rows.append([str(bits), str(hashes), f"{predicted:.2%}", f"{measured:.2%}"])
    return pipe_table(
        ["Bits per key", "Hashes", "Predicted", "Measured"], rows, caption="Table 1. False positives"
    )


def _hashes_chart() -> bytes:
    counts = list(range(1, 13))
    values = [_measure(8, count) for count in counts]
    rows = {"Predicted %": [100 * a for a, _ in values], "Measured %": [100 * b for _, b in values]}
    return line_chart(
        "False positives at 8 bits per key", [str(count) for count in counts], rows, size=(900, 600)
    )


PAPER_FIGURES: dict[str, Callable[[], bytes]] = {"hashes": _hashes_chart}


def paper() -> str:
    """Return the paper as a composition, with what was measured."""
    worst = max(
        abs(a - b) for bits in _BITS_PER_KEY for a, b in [_measure(bits, max(1, round(bits * math.log(2))))]
    )
    best = min(range(1, 13), key=lambda count: _measure(8, count)[1])
    return "\n".join(
        [_BEGINNING, _sizes_table(), _MIDDLE, _ENDING.format(best=best, worst=f"{100 * worst:.2f}")]
    )


_BEGINNING = r"""
# Abstract
A Bloom filter answers the question "have I seen this key before?" with a fixed amount of memory. It never forgets a key, but now and then it claims to know a stranger. We derive the rate of such mistakes, check the formula against measurements on a small implementation, and discuss where the filter helps in practice and where it misleads. All numbers in this paper were computed by the program that typeset it.
# 1. Introduction
Many systems spend most of their time looking for things that are not there. A crawler asks whether an address has been visited; usually it has not. A database asks whether a file on disk contains a row; usually it does not. A password form asks whether a word is on a list of stolen passwords; one hopes that it is not. In each case a cheap test that says "certainly not" saves an expensive search.
The filter described by Burton Bloom in 1970 is such a test. It trades certainty in one direction for memory: the answer "no" is always right, the answer "yes" is right most of the time. The question for an engineer is how often "most" is, and what it costs to improve it.
# 2. Construction
The filter is a field of $m$ bits, all zero at first, together with $k$ hash functions that map a key to places in the field. To add a key, set the $k$ bits to one. To ask for a key, look at its $k$ bits: if any is zero the key was never added; if all are one, it probably was.
Independent hash functions are not needed. Two are enough, combined as
$$ g_{i}\left(x\right)=h_{1}\left(x\right)+i \cdot h_{2}\left(x\right)
taken modulo $m$ for $i$ from 0 to $k-1$. Our implementation takes both halves of one 128-bit digest and makes the second odd, so that the places differ when $m$ is even.
# 3. Analysis
After $n$ keys have been added, $kn$ bits have been thrown at $m$ places. A given bit is still zero with probability
$$ p_{0}=\left(1-\frac{1}{m}\right)^{kn} \approx e^{-kn/m}
A stranger is accepted when all of its $k$ bits are one by chance:
$$ f \approx \left(1-e^{-kn/m}\right)^{k}
With $m$ and $n$ given, $f$ is smallest when half of the bits are one, which happens for
$$ k=\frac{m}{n} \ln 2
and then $f \approx 0.6185^{m/n}$. Each further bit per key multiplies the mistakes by about 0.62; about 4.8 bits more divide them by ten. The size of the keys does not matter at all, which is the charm of the method: a filter for addresses of two hundred characters is no larger than one for numbers.
# 4. Measurements
We added 1,000 keys and asked for 2,500 strangers. Table 1 compares the formula with what was counted, with the best number of hashes for each size.
"""

_MIDDLE = r"""
Figure 1 keeps eight bits per key and varies the number of hashes. With one hash, the filter looks at too little evidence; with twelve, it fills its own field and sees ones everywhere.
!hashes | Figure 1. Too few and too many hash functions
"""

_ENDING = r"""
In our run the fewest mistakes at eight bits per key were counted with {best} hashes, where the theory suggests 5.5. The curve is flat near its lowest point, so one may choose fewer hashes and save time at little loss. The largest gap between the formula and the counts in Table 1 is {worst} percentage points, which is within what chance allows for so many questions.
# 5. Where the filter helps
- **In front of slow storage.** One bit field in memory per file on disk avoids most useless reads.
- **Between machines.** A filter of the keys that one side holds is far smaller than the list; the other side sends only what is missing.
- **For privacy, with care.** A filter does not list its keys, but anyone who can guess a key can test it. It is not encryption.
# 6. Where it misleads
Keys cannot be removed, because a bit may belong to several of them. Replacing bits by small counters allows removal at four times the memory, but removing a key that was never added silently damages others.
The formula assumes that strangers are chosen without knowledge of the filter. An adversary who knows the hash functions can search for keys that are accepted. A secret seed for the hashes, drawn at start-up, is the remedy.
Finally, a filter that is filled beyond its plan fails gently but surely: at twice the planned number of keys, a rate of one per cent becomes about fifteen. Count the keys and rebuild in time.
# 7. Conclusion
Ten bits for each key buy an error below one per cent, and the best number of hashes is seven tenths of the bits per key. The theory of one page predicts the measurements closely. Few data structures offer as much for as little.
# References
1. B. H. Bloom, Space/time trade-offs in hash coding with allowable errors. Communications of the ACM, 13 (7), 1970.
2. A. Kirsch and M. Mitzenmacher, Less hashing, same performance: building a better Bloom filter. Random Structures and Algorithms, 33 (2), 2008.
3. A. Broder and M. Mitzenmacher, Network applications of Bloom filters: a survey. Internet Mathematics, 1 (4), 2004.
"""
