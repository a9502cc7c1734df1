"""How often search finds the passage that answers a question.

    python benchmarks/relevance.py FILE… [--no-titles] [--failures N] [--opensearch URL]

FILE is in SQuAD form (`{"data": [{"title", "paragraphs": [{"context", "qas": [{"question"}]}]}]}`). Each
passage becomes a document of its own in a new index, each question a query, both through the code that the
site uses. Several files are one collection. Prints recall at 1 and 10 and the mean reciprocal rank at 10; with
--opensearch the same of an index in that OpenSearch (`python -m script.support.temporary_opensearch` starts one), and
how often both give the same ten in the same order.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wenlan.search.analysis import query_of
from wenlan.search.backends.opensearch import OpenSearchIndex, Server
from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.entries import entry_of
from wenlan.search.ports import SearchIndex


@dataclass(frozen=True)
class Passage:
    number: int
    title: str
    text: str
    questions: list[str]


class UnreadableFile(Exception):
    """A file that is not there, or not what it should be; says which and why."""


def read_passages(paths: list[Path]) -> list[Passage]:
    """Every passage that has a text, numbered from 1 over all files. Raises UnreadableFile."""
    found: list[Passage] = []
    for path in paths:
        try:
            for article in json.loads(path.read_text(encoding="utf-8-sig"))["data"]:
                for paragraph in article["paragraphs"]:
                    questions = [str(qa["question"]) for qa in paragraph.get("qas", [])]
                    title = str(article.get("title") or "")
                    found.append(Passage(len(found) + 1, title, str(paragraph["context"]), questions))
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"{path}: {error}") from error
        except (LookupError, TypeError, AttributeError) as error:
            raise UnreadableFile(f"{path} is not in SQuAD form: {error!r}") from error
    return found


def build(index: SearchIndex, passages: list[Passage], *, with_titles: bool) -> None:
    with index.writing(timeout_seconds=1):
        index.prepare()
        index.replace(
            entry_of(document_id=p.number, title=p.title if with_titles else "", pages=[p.text], page_count=1)
            for p in passages
        )


def answers(
    index: SearchIndex, passages: list[Passage], seconds: list[float]
) -> Iterator[tuple[list[int], str, Passage]]:
    """The first ten, for each question; and the passage that should be among them."""
    for passage in passages:
        for question in passage.questions:
            start = time.perf_counter()
            found = index.find(query_of(question), limit=10, timeout_seconds=10).document_ids
            seconds.append(time.perf_counter() - start)
            yield found, question, passage


BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "relevance"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="in SQuAD form; CMRC 2018 beside the checkout if there",
    )
    parser.add_argument("--no-titles", action="store_true", help="index the passages without their titles")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="print N questions that missed")
    parser.add_argument("--opensearch", metavar="URL", help="ask the OpenSearch there, too")
    arguments = parser.parse_args()

    files = arguments.files or sorted(BESIDE_THE_CHECKOUT.glob("*.json"))
    if not files:
        print(f"There are no questions in {BESIDE_THE_CHECKOUT.name}; name a FILE.")
        return
    try:
        passages = read_passages(files)
    except UnreadableFile as error:
        parser.error(str(error))
    if not any(passage.questions for passage in passages):
        parser.error("there is no question in these files")
    with tempfile.TemporaryDirectory() as folder:
        first = measure(TantivyIndex(Path(folder)), passages, arguments)
    if arguments.opensearch:
        with opensearch_index(arguments.opensearch) as index:
            print(f"\n{index.server.version()}")
            second = measure(index, passages, arguments)
        same = sum(one == other for one, other in zip(first, second, strict=True))
        print(f"as tantivy  {same / len(first):>8.4f}   the same ten in the same order")


def measure(index: SearchIndex, passages: list[Passage], arguments: argparse.Namespace) -> list[list[int]]:
    """Print what one index makes of the questions; returns the first ten for each."""
    start = time.perf_counter()
    build(index, passages, with_titles=not arguments.no_titles)
    indexing = time.perf_counter() - start
    seconds: list[float] = []
    results = list(answers(index, passages, seconds))
    ranks = [found.index(p.number) + 1 if p.number in found else 0 for found, _, p in results]

    count = len(results)
    at_1 = sum(rank == 1 for rank in ranks) / count
    at_10 = sum(rank > 0 for rank in ranks) / count
    reciprocal = sum(1 / rank for rank in ranks if rank) / count
    print(f"passages    {len(passages):>8,}   indexed in {indexing:.2f} s")
    print(
        f"questions   {count:>8,}   p50 {statistics.median(seconds) * 1000:.2f} ms   "
        f"p95 {statistics.quantiles(seconds, n=20)[-1] * 1000:.2f} ms"
    )
    print(f"R@1         {at_1:>8.4f}")
    print(f"R@10        {at_10:>8.4f}")
    print(f"MRR@10      {reciprocal:>8.4f}")
    missed = [(rank, *result) for rank, result in zip(ranks, results, strict=True) if rank != 1]
    for rank, _, question, passage in missed[: arguments.failures]:
        print(f"  rank {rank or '>10'}: {question}   ← {passage.title}: {passage.text[:60]}")
    return [found for found, _, _ in results]


@contextlib.contextmanager
def opensearch_index(url: str) -> Iterator[OpenSearchIndex]:
    """A new index in the OpenSearch at `url`, which is gone afterwards."""
    index = OpenSearchIndex(Server([url]), f"wenlan-relevance-{secrets.token_hex(6)}")
    try:
        yield index
    finally:
        index.server.client.indices.delete(index=f"{index.name}-*", expand_wildcards="all")


if __name__ == "__main__":
    main()
