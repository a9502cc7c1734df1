"""How surely copies are found, though disguised, how fast, and what a document costs.

    script/bench copies [FILE…] [--synonyms FILE] [--documents N]

FILE is in SQuAD form, as of `relevance`; each passage is a document. A copy of it has some of its words swapped for synonyms (a
JSON object: word → list of words; without one, for other words of the same length from the same files) and sentences
added, removed and moved. A partial copy is a third of a document, disguised the same way, in the middle of another one. Both
go through the code that compares an upload with the library. Recall is that at which one in 10,000 pairs of texts that
were not copied from each other is called a copy; texts that are alike by nature are among those.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rjieba

from benchmarks._measure import percentile, progress, table
from benchmarks.relevance import BESIDE_THE_CHECKOUT, read_passages

FALSE_ALARMS = 1e-4
SHARES = (0.0, 0.10, 0.17, 0.34)
GOAL = 0.99
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.findall(text) if sentence]


@dataclass
class Disguise:
    """Swaps words and shuffles sentences, the same way in each run."""

    texts: list[str]
    synonyms: dict[str, list[str]]
    random: random.Random = field(default_factory=lambda: random.Random(20260101))  # noqa: S311 (a fixed sequence)

    def swapped(self, text: str, share: float) -> str:
        words = list(rjieba.cut(text))
        able = [place for place, word in enumerate(words) if self.synonyms.get(word)]
        for place in self.random.sample(able, min(len(able), round(share * len(words)))):
            words[place] = self.random.choice(self.synonyms[words[place]])
        return "".join(words)

    def whole(self, number: int, share: float) -> tuple[str, set[int]]:
        """A copy of the whole text, and the other texts that gave a sentence to it."""
        parts = sentences(self.texts[number])
        if len(parts) > 3:
            parts.pop(self.random.randrange(len(parts)))
        moved = parts.pop(self.random.randrange(len(parts)))
        parts.insert(self.random.randrange(len(parts) + 1), moved)
        donor = self.random.randrange(len(self.texts))
        added = self.random.choice(sentences(self.texts[donor]) or [""])
        parts.insert(self.random.randrange(len(parts) + 1), added)
        return self.swapped("".join(parts), share), {donor}

    def third(self, number: int, share: float) -> tuple[str, set[int]]:
        """Another text with a third of this one in its middle, and the number of that other text."""
        text = self.texts[number]
        length = len(text) // 3
        start = self.random.randrange(len(text) - length + 1)
        host = (number + len(self.texts) // 2) % len(self.texts)
        half = len(self.texts[host]) // 2
        copied = self.swapped(text[start : start + length], share)
        return self.texts[host][:half] + copied + self.texts[host][half:], {host}


def words_of_same_length(texts: list[str]) -> dict[str, list[str]]:
    """For each word of two characters and more three others, which stand in no relation to it: the worst disguise."""
    chance = random.Random(1)  # noqa: S311 (a fixed sequence)
    known = sorted({word for text in texts for word in rjieba.cut(text) if _CHINESE.fullmatch(word)})
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in known:
        by_length[len(word)].append(word)
    return {word: [chance.choice(by_length[len(word)]) for _ in range(3)] for word in known}


Scores = Callable[[str], dict[int, float]]
"""How much a text is like each of those in the library, by their numbers; what is missing is not at all."""


def recall(scores: Scores, copies: Iterator[tuple[int, str, set[int]]], texts: int) -> tuple[float, float]:
    """The share of copies found at the rate of false alarms, and the score from which on a text is called a copy."""
    found, others, pairs = [], [], 0
    for number, text, given in copies:
        result = scores(text)
        found.append(result.pop(number, 0.0))
        others += [score for other, score in result.items() if other not in given]
        pairs += texts - 1 - len(given - {number})
    others.sort(reverse=True)
    allowed = int(FALSE_ALARMS * pairs)
    threshold = others[allowed] if allowed < len(others) else 0.0
    return sum(score > threshold for score in found) / len(found), threshold


def library(texts: list[str]) -> None:
    """Store each text as a published document of one page, number 1 onwards, and compare it as an upload is."""
    from wenlan.accounts.models import User
    from wenlan.documents.models import Document, Page, Revision
    from wenlan.similarity.models import Fingerprint
    from wenlan.similarity.services import fingerprint_compare

    author = User.objects.create_user("bench@example.com", None, display_name="Bench", is_author=True)
    for number, text in enumerate(texts, 1):
        document = Document.objects.create(
            pk=number, author=author, title=str(number), currency="CNY", price_minor=0
        )
        revision = Revision.objects.create(
            pk=number,
            document=document,
            uploader=author,
            file="none",
            original_name=f"{number}.txt",
            sha256=f"{number:064x}",
            size_bytes=len(text),
            format="txt",
            media_type="text/plain",
            state="ready",
            page_count=1,
            pages_done=1,
        )
        Page.objects.create(
            revision=revision, number=1, width_points=595, height_points=842, text=text, lines=[], images=[]
        )
        fingerprint = Fingerprint.objects.create(
            pk=number,
            revision=revision,
            document_number=number,
            owner=author,
            title=str(number),
            sha256=revision.sha256,
        )
        fingerprint_compare(fingerprint_id=fingerprint.pk)


def found_here(text: str) -> dict[int, float]:
    """What Wenlan says of a text: the strength of each finding, however weak."""
    from wenlan.similarity.engine import wording_of
    from wenlan.similarity.services import copies_of

    return {copy.fingerprint.pk: copy.strength for copy in copies_of(wording_of([text]))}


class MinHash:
    """The usual way (Broder, 1997): 128 minima of the character 5-grams; as many equal ones as the Jaccard index says."""

    PERMUTATIONS, PRIME = 128, (1 << 61) - 1

    def __init__(self, texts: list[str]) -> None:
        chance = random.Random(7)  # noqa: S311 (a fixed sequence)
        self._factors = [
            (chance.randrange(1, self.PRIME), chance.randrange(self.PRIME)) for _ in range(self.PERMUTATIONS)
        ]
        self._holders: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, text in enumerate(texts, 1):
            for place, minimum in enumerate(self._minima(text)):
                self._holders[place, minimum].append(number)

    def _minima(self, text: str) -> list[int]:
        grams = {text[place : place + 5] for place in range(max(1, len(text) - 4))}
        values = [hash(gram) & 0xFFFFFFFF for gram in grams]
        return [min((a * value + b) % self.PRIME for value in values) for a, b in self._factors]

    def __call__(self, text: str) -> dict[int, float]:
        equal: Counter[int] = Counter()
        for place, minimum in enumerate(self._minima(text)):
            equal.update(self._holders.get((place, minimum), ()))
        return {number: count / self.PERMUTATIONS for number, count in equal.items()}


def recalls(texts: list[str], synonyms: dict[str, list[str]]) -> list[list[str]]:
    """A row for each disguise."""
    rows = [["copy", "words swapped", "found", "from strength", "goal", "MinHash 128, ≥ 0.5", "same bytes"]]
    usual = MinHash(texts)
    for kind in ("whole", "third"):
        for share in SHARES:
            progress(f"{kind}, {share:.0%} swapped")
            disguise = Disguise(texts, synonyms)
            make = disguise.whole if kind == "whole" else disguise.third
            copies = [(number + 1, *make(number, share)) for number in range(len(texts))]
            copies = [(number, text, {given + 1 for given in others}) for number, text, others in copies]
            found, threshold = recall(found_here, iter(copies), len(texts))
            by_minhash = sum(usual(text).get(number, 0.0) >= 0.5 for number, text, _ in copies) / len(copies)
            same = sum(text == texts[number - 1] for number, text, _ in copies) / len(copies)
            goal = f"{GOAL:.2f}" if share == SHARES[-1] else ""
            name = "whole" if kind == "whole" else "a third in another"
            rows.append(
                [
                    name,
                    f"{share:.0%}",
                    f"{found:.4f}",
                    f"{threshold:.1f}",
                    goal,
                    f"{by_minhash:.4f}",
                    f"{same:.4f}",
                ]
            )
    return rows


def fill(documents: int) -> float:
    """So many fingerprints of made-up texts of about 400 words; returns the bytes each takes."""
    from django.conf import settings
    from django.db import connection, transaction

    from wenlan.similarity.models import Fingerprint

    chance = random.Random(3)  # noqa: S311 (a fixed sequence)
    path = Path(settings.DATABASES["default"]["NAME"])
    before, first = (
        path.stat().st_size,
        Fingerprint.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1,
    )
    for start in range(first, first + documents, 2000):
        numbers = range(start, min(start + 2000, first + documents))
        with transaction.atomic():
            Fingerprint.objects.bulk_create(
                Fingerprint(pk=number, document_number=number, title=str(number), sha256=f"{number:064x}")
                for number in numbers
            )
            rows = sorted(
                (value, number)
                for number in numbers
                # Some pairs are everywhere (Pareto), most are in one text alone, as in the files.
                for value in {chance.getrandbits(62) for _ in range(150)}
                | {int(chance.paretovariate(0.4)) % 3_000_000 for _ in range(30)}
            )
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO similarity_mark (value, fingerprint_id) VALUES (%s, %s)", rows
                )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (path.stat().st_size - before) / documents


def checks(texts: list[str], synonyms: dict[str, list[str]], count: int = 100) -> list[float]:
    """Seconds one comparison with the whole library takes, for copies of some of the texts."""
    disguise, seconds = Disguise(texts, synonyms), []
    for number in range(0, len(texts), max(1, len(texts) // count)):
        text, _ = disguise.whole(number, SHARES[-1])
        start = time.perf_counter()
        found = found_here(text)
        seconds.append(time.perf_counter() - start)
        if number + 1 not in found:
            progress(f"passage {number + 1} was not found among so many")
    return seconds


def set_up(folder: str) -> None:
    """A library of its own, in SQLite, in a folder that goes afterwards."""
    os.environ.update(
        WENLAN_DATA_DIR=folder,
        DJANGO_SETTINGS_MODULE="wenlan.config.settings",
        WENLAN_SECRET_KEY=os.environ.get("WENLAN_SECRET_KEY", "bench" * 12),
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench copies", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--synonyms", type=Path, metavar="FILE")
    parser.add_argument("--documents", type=int, default=100_000, metavar="N", help="for the speed (100,000)")
    arguments = parser.parse_args()

    files = arguments.files or sorted(BESIDE_THE_CHECKOUT.glob("*.json"))
    if not files:
        print(f"There are no texts in {BESIDE_THE_CHECKOUT.name}; name a FILE.")
        return
    texts = list(dict.fromkeys(passage.text for passage in read_passages(files)))
    synonyms: dict[str, Any] = (
        json.loads(arguments.synonyms.read_text(encoding="utf-8"))
        if arguments.synonyms
        else words_of_same_length(texts)
    )
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        progress(f"{len(texts)} documents are compared with each other")
        library(texts)
        print(table(recalls(texts, synonyms)), "\n")
        few = checks(texts, synonyms)
        progress(f"{arguments.documents:,} more documents")
        size = fill(arguments.documents)
        many = checks(texts, synonyms)
        rows = [["one comparison with", "p50, ms", "p95, ms"]]
        for count, seconds in ((len(texts), few), (len(texts) + arguments.documents, many)):
            rows.append(
                [
                    f"{count:,} documents",
                    f"{percentile(seconds, 0.5) * 1000:.0f}",
                    f"{percentile(seconds, 0.95) * 1000:.0f}",
                ]
            )
        print(table(rows))
        print(f"\n{size:,.0f} bytes are kept of a document of 400 words.")


if __name__ == "__main__":
    main()
