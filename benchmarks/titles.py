"""How often a title is doubted that fits its text, and how often one that does not.

    script/bench titles [FILE…]

FILE is in SQuAD form, as for `relevance`; the passages of an article have its title. Each passage is held against its own
title, and against those of some other articles; several passages without a word of the title are a part of the text that
the title speaks of, so the first number is an upper bound.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from benchmarks._measure import table
from benchmarks._reference import SHARED
from benchmarks.relevance import Passage, read_passages
from wenlan.similarity.engine.promises import Content, mismatches

OTHERS = 5
"""Wrong titles that each passage is given."""
_STEP = 97  # through the articles, so that the wrong titles are not those of neighbours


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    files = parser.parse_args().files or sorted((SHARED / "corpus" / "relevance").glob("*.json"))
    passages = [passage for passage in read_passages(files) if passage.title]
    own, wrong = Counter[str](), Counter[str]()
    for place, passage in enumerate(passages):
        own[_doubt(passage.title, passage)] += 1
        for step in range(1, OTHERS + 1):
            other = passages[(place + step * _STEP) % len(passages)]
            if other.title != passage.title:
                wrong[_doubt(other.title, passage)] += 1
    rows = [["title", "texts", "doubted", "share", "by"]]
    for name, found in (("its own", own), ("another one's", wrong)):
        doubted = found.total() - found[""]
        kinds = ", ".join(f"{kind} {count}" for kind, count in found.most_common() if kind)
        rows.append([name, str(found.total()), str(doubted), f"{doubted / max(1, found.total()):.1%}", kinds])
    print(table(rows))
    return 0


def _doubt(title: str, passage: Passage) -> str:
    """The gravest of what does not fit; empty when nothing is said."""
    found = mismatches(title, Content(passage.text, 1, "doc"))
    return found[0].kind.value if found else ""


if __name__ == "__main__":
    raise SystemExit(main())
