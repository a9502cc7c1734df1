"""How surely copies are found, though disguised, how fast, and what a document costs.

    script/bench copies [FILE…] [--synonyms FILE] [--passages N] [--documents N,N]

FILE is in SQuAD form, as of `relevance`; each passage is a document. A copy of it has some of its words swapped for synonyms (a
JSON object: word → list of words; without one, for other words of the same length from the same files) and sentences
added, removed and moved. A partial copy is a third of a document, disguised the same way, in the middle of another one. Both
go through the code that compares an upload with the library. Recall is that at which one in 10,000 pairs of texts that
were not copied from each other is called a copy; texts that are alike by nature are among those.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if __package__ in {None, ""}:  # started by its file name, from wherever that was
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks._copies import library
from benchmarks._copies.disguises import Copied, Disguise, words_of_same_length
from benchmarks._copies.library import MADE_UP_TEXTS
from benchmarks._copies.peers import MinHash, has_minhash
from benchmarks._measure import percentile, progress, table
from benchmarks.relevance import BESIDE_THE_CHECKOUT, UnreadableFile, read_passages

if TYPE_CHECKING:
    from wenlan.similarity.services import Copy

FALSE_ALARMS = 1e-4
SHARES = (0.0, 0.10, 0.17, 0.34)
GOAL = 0.99
GOALS_MS = {100_000: 100, 1_000_000: 300}
CHECKS = 100
FREE_BYTES = 5_000_000_000
"""What the large library leaves of the disk."""


@dataclass(frozen=True)
class Job:
    """One disguise of all texts."""

    texts: list[str]
    synonyms: dict[str, list[str]]
    kind: str
    share: float

    def copies(self) -> tuple[list[Copied], float]:
        """The copies, and the share of words that could be swapped."""
        disguise = Disguise(self.texts, self.synonyms)
        make = disguise.whole if self.kind == "whole" else disguise.third
        copies = [make(number, self.share) for number in range(len(self.texts))]
        return copies, disguise.words_swapped / max(1, disguise.words)


@dataclass(frozen=True)
class Recall:
    """What was found of the copies, `at_defaults` by the thresholds a site begins with."""

    swapped: float
    found: float
    strength: float
    at_defaults: float
    false_at_defaults: float
    by_minhash: float | None
    same_bytes: float


def here(text: str) -> list[Copy]:
    """What Wenlan says of a text, however weak it is; its documents are numbered from 1."""
    from wenlan.similarity.engine import wording_of
    from wenlan.similarity.services import copies_of

    return copies_of(wording_of([text]))


def recall(job: Job) -> Recall:
    """Look for each copy in the library, as for an upload."""
    copies, swapped = job.copies()
    right: list[float] = []
    wrong: list[float] = []
    told = told_wrongly = pairs = 0
    for copied in copies:
        strength = 0.0
        for copy in here(copied.text):
            number = copy.fingerprint.pk - 1
            if number == copied.number:
                strength = copy.strength
                told += copy.is_telling
            elif number not in copied.others:
                wrong.append(copy.strength)
                told_wrongly += copy.is_telling
        right.append(strength)
        pairs += len(job.texts) - 1 - len(copied.others)
    wrong.sort(reverse=True)
    allowed = int(FALSE_ALARMS * pairs)
    threshold = wrong[allowed] if allowed < len(wrong) else 0.0
    progress(f"{job.kind}, {job.share:.0%} swapped: done")
    return Recall(
        swapped=swapped,
        found=sum(strength > threshold for strength in right) / len(copies),
        strength=threshold,
        at_defaults=told / len(copies),
        false_at_defaults=told_wrongly / pairs if pairs else 0.0,
        by_minhash=_found_by_minhash(job.texts, copies) if has_minhash() else None,
        same_bytes=sum(copied.text == job.texts[copied.number] for copied in copies) / len(copies),
    )


def _found_by_minhash(texts: list[str], copies: list[Copied]) -> float:
    usual = MinHash(texts)
    return sum(copied.number in usual.found(copied.text) for copied in copies) / len(copies)


def recalls(texts: list[str], synonyms: dict[str, list[str]]) -> list[list[str]]:
    """A row for each disguise; all cores look for copies."""
    from django.db import connections

    connections.close_all()  # a process of its own has a connection of its own
    jobs = [Job(texts, synonyms, kind, share) for kind in ("third", "whole") for share in SHARES[::-1]]
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        found = dict(
            zip([(job.kind, job.share) for job in jobs], pool.map(recall, jobs, chunksize=1), strict=True)
        )
    head = ["copy", "words to swap", "swapped", "found", "goal", "from strength"]
    rows = [[*head, "found at the defaults", "false at the defaults", "MinHash 128, ≥ 0.5", "same bytes"]]
    names = {"whole": "whole", "third": "a third in another"}
    for kind, name in names.items():
        for share in SHARES:
            row = found[kind, share]
            rows.append(
                [
                    name,
                    f"{share:.0%}",
                    f"{row.swapped:.1%}",
                    f"{row.found:.4f}",
                    f"{GOAL:.2f}" if share == SHARES[-1] else "",
                    f"{row.strength:.1f}",
                    f"{row.at_defaults:.4f}",
                    f"{row.false_at_defaults:.1e}",
                    "–" if row.by_minhash is None else f"{row.by_minhash:.4f}",
                    f"{row.same_bytes:.4f}",
                ]
            )
    return rows


def checks(texts: list[str], synonyms: dict[str, list[str]]) -> tuple[list[float], list[float]]:
    """Seconds one comparison with the whole library takes, and how many of them the processor works.

    For copies of some of the texts.
    """
    disguise = Disguise(texts, synonyms)
    seconds: list[float] = []
    processor: list[float] = []
    for number in range(0, len(texts), max(1, len(texts) // CHECKS)):
        copied = disguise.whole(number, SHARES[-1])
        start, worked = time.perf_counter(), time.process_time()
        found = here(copied.text)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - worked)
        if number + 1 not in {copy.fingerprint.pk for copy in found}:
            progress(f"passage {number + 1} was not found among so many")
    return seconds, processor


def speed(texts: list[str], synonyms: dict[str, list[str]], sizes: list[int], folder: str) -> None:
    """One check in libraries of these sizes, and the bytes that a document of 400 words takes in one."""
    made_up = library.MadeUp(texts)
    if not made_up.total:
        print("There are no telling words to make up texts of.")
        return
    before = library.bytes_kept()
    library.store([made_up.text() for _ in range(MADE_UP_TEXTS)], first=len(texts) + 1)
    bytes_each = (library.bytes_kept() - before) / MADE_UP_TEXTS
    kept = library.kept_of_made_up(len(texts))
    rows = [["one comparison with", "p50, ms", "p95, ms", "goal, ms", "of it processor, p50, ms"]]
    like, last = range(len(texts) + 1, len(texts) + MADE_UP_TEXTS + 1), len(texts) + MADE_UP_TEXTS
    for size in [last, *sorted(sizes)]:
        room = shutil.disk_usage(folder).free - FREE_BYTES
        if (size - last) * (bytes_each + library.ROWS_BYTES) > room:
            print(f"There is no room on the disk for {size:,} documents.")
            break
        if size > last:
            progress(f"{size - last:,} more documents")
            library.fill(made_up, last + 1, size, like=like, kept=kept)
            last = size
        seconds, processor = checks(texts, synonyms)
        goal = f"≤ {GOALS_MS[size]}" if size in GOALS_MS else ""
        p50, p95 = (f"{percentile(seconds, share) * 1000:.0f}" for share in (0.5, 0.95))
        rows.append([f"{last:,} documents", p50, p95, goal, f"{percentile(processor, 0.5) * 1000:.0f}"])
    print(table(rows))
    print(
        f"\n{bytes_each:,.0f} bytes are kept of a document of {library.MADE_UP_WORDS} words:"
        f" {kept.marks} marks, {kept.keys + kept.keys_of_short} of them to look it up by."
    )


def read_synonyms(path: Path) -> dict[str, list[str]]:
    """Word → words; a word for itself is none. Raises UnreadableFile."""
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path}: {error}") from error
    if not isinstance(read, dict) or not all(isinstance(others, list) for others in read.values()):
        raise UnreadableFile(f"{path}: not an object that has a list of words for each word")
    cleaned = {
        word: [str(other) for other in others if other and other != word] for word, others in read.items()
    }
    found = {word: others for word, others in cleaned.items() if others}
    if not found:
        raise UnreadableFile(f"{path}: no word has another one")
    return found


def _sizes(typed: str) -> list[int]:
    return [int(size) for size in typed.split(",")]


@contextmanager
def _library() -> Iterator[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        library.set_up(folder)
        yield folder


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench copies", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--synonyms", type=Path, metavar="FILE")
    parser.add_argument("--passages", type=int, metavar="N", help="only N of the passages")
    parser.add_argument(
        "--documents",
        type=_sizes,
        default="100000,1000000",
        metavar="N,N",
        help="sizes of the library for the speed (%(default)s); 0 measures none",
    )
    arguments = parser.parse_args()

    files = arguments.files or sorted(BESIDE_THE_CHECKOUT.glob("*.json"))
    if not files:
        print(f"There are no texts in {BESIDE_THE_CHECKOUT.name}; name a FILE.")
        return
    try:
        passages = read_passages(files)
        synonyms = read_synonyms(arguments.synonyms) if arguments.synonyms else None
    except UnreadableFile as error:
        parser.error(str(error))
    texts = list(dict.fromkeys(passage.text for passage in passages if passage.text.strip()))
    if len(texts) < len(passages):
        progress(f"{len(passages) - len(texts)} passages are there twice, or are empty")
    if arguments.passages:
        texts = texts[:: max(1, len(texts) // arguments.passages)][: arguments.passages]
    if len(texts) < 2:
        parser.error("copies are looked for among two different passages or more")
    if synonyms is None:
        synonyms = words_of_same_length(texts)
    sizes = arguments.documents
    with _library() as folder:
        progress(f"{len(texts)} documents are compared with each other")
        library.store(texts)
        print(table(recalls(texts, synonyms)), "\n", flush=True)
        if any(sizes):
            speed(texts, synonyms, [size for size in sizes if size > len(texts) + MADE_UP_TEXTS], folder)


if __name__ == "__main__":
    main()
