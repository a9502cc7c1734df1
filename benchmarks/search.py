"""How fast search is, and what it costs, beside full text in SQLite and in PostgreSQL.

    script/bench search [--documents N] [--queries N] [--only ours]

N made-up documents of 400 words, whose words are as often as in real Chinese, are indexed through the code that the site
uses, by one process that writes and others that analyse, and by SQLite FTS5 and PostgreSQL, which get the words already
cut. Then each answers the same queries of 1 to 4 words: the ten best, with a marked passage of each. Takes about an
hour with a million documents, and some 20 GB of disk, which are free again afterwards.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from script.support.temporary_postgres import PostgresUnavailable, temporary_postgres

from benchmarks._conversion.report import Finding, findings_table
from benchmarks._measure import percentile, progress, table, timed
from benchmarks._search import ours
from benchmarks._search.others import Fts5, PostgresFullText
from benchmarks._search.seconds import Seconds, measured
from benchmarks._search.texts import WORDS_OF_A_QUERY, Store, Writer, batches, word_counts
from benchmarks._search.work import BATCH, analysed, begin, in_order, written

DISK_BYTES = 22_000
"""Of each document, all three ways together, with what is there only while an index is being built."""
PROCESSES = 2
COLD_QUERIES = 10
OTHERS_SECONDS = 60.0
"""The others get so long for the queries of one length."""
P95_GOAL_MS = 20.0
FASTER_GOAL = 10.0
POSTGRES_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "effective_cache_size": "4GB",
    # One process for a query, as for the others; a second one is somebody else's query.
    "max_parallel_workers_per_gather": "0",
}


@dataclass
class Measured:
    """What is known of one way to search; seconds by the number of words."""

    name: str
    documents_per_second: float = 0.0
    size_bytes: int = 0
    seconds: dict[int, list[Seconds]] = field(default_factory=dict)

    @property
    def all_seconds(self) -> list[Seconds]:
        """Of all queries, each length counting the same."""
        least = min(map(len, self.seconds.values()))
        return [value for values in self.seconds.values() for value in values[:least]]

    @property
    def p95_ms(self) -> float:
        return percentile([seconds.clock for seconds in self.all_seconds], 0.95) * 1000

    @property
    def processor_p95_ms(self) -> float:
        return percentile([seconds.processor for seconds in self.all_seconds], 0.95) * 1000

    def row(self, words: int) -> list[str]:
        return [self.name, str(words), *_milliseconds(self.seconds[words])]


def _milliseconds(seconds: list[Seconds]) -> list[str]:
    clock, processor = [one.clock for one in seconds], [one.processor for one in seconds]
    figures = [f"{percentile(clock, share) * 1000:.1f}" for share in (0.5, 0.95, 0.99)]
    return [
        *figures,
        *(f"{percentile(processor, share) * 1000:.1f}" for share in (0.5, 0.95)),
        str(len(seconds)),
    ]


def _progress(what: str, done: int, documents: int, started: float) -> None:
    if done % 50_000 < BATCH or done == documents:
        progress(f"{what}: {done:,} of {documents:,}, {done / (time.perf_counter() - started):,.0f} a second")


def write_texts(pool: ProcessPoolExecutor, store: Store, documents: int) -> None:
    started = time.perf_counter()
    for number, batch in enumerate(in_order(pool, written, batches(documents, BATCH)), 1):
        store.write(batch)
        _progress("written", min(number * BATCH, documents), documents, started)


def index_ours(pool: ProcessPoolExecutor, folder: Path, documents: int) -> Measured:
    started = time.perf_counter()

    def entries() -> Any:
        for number, batch in enumerate(in_order(pool, analysed, batches(documents, BATCH)), 1):
            yield batch
            _progress("indexed", min(number * BATCH, documents), documents, started)

    ours.build(folder, entries())
    seconds = time.perf_counter() - started
    return Measured("Wenlan", documents / seconds, ours.size_bytes(folder))


def apart(work: Any, *arguments: Any) -> Any:
    """What `work` returns, in a new process, which has nothing in memory yet."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def measure_fts5(path: Path, documents: int, queries: dict[int, list[str]]) -> Measured:
    progress("SQLite FTS5 is built")
    fts5 = Fts5(path)
    before = path.stat().st_size
    seconds = timed(fts5.build)
    found = Measured("SQLite FTS5", documents / seconds, path.stat().st_size - before)
    for words, texts in queries.items():
        progress(f"SQLite FTS5 answers queries of {words} words")
        found.seconds[words] = measured(texts, fts5.search, time.process_time, most_seconds=OTHERS_SECONDS)
    return found


def measure_postgres(path: Path, documents: int, queries: dict[int, list[str]]) -> Measured:
    with temporary_postgres(settings=POSTGRES_SETTINGS) as url:
        progress("PostgreSQL is filled")
        postgres = PostgresFullText(url)
        seconds = timed(lambda: postgres.build(path, documents))
        index, whole = postgres.size_bytes()
        progress(
            f"PostgreSQL: {whole / 1e9:.2f} GB with the table, of which the index is {index / 1e9:.2f} GB"
        )
        found = Measured("PostgreSQL", documents / seconds, whole)
        for words, texts in queries.items():
            progress(f"PostgreSQL answers queries of {words} words")
            found.seconds[words] = measured(
                texts, postgres.search, postgres.processor, most_seconds=OTHERS_SECONDS
            )
    return found


def findings(wenlan: Measured, others: list[Measured]) -> list[Finding]:
    p95, processor = wenlan.p95_ms, wenlan.processor_p95_ms
    goal = f"≤ {P95_GOAL_MS:.0f} ms"
    rows = [Finding("p95 of all queries, warm", f"{p95:.1f} ms", "", "", goal, p95 <= P95_GOAL_MS)]
    for other in others:
        rows.append(_faster("p95 of all queries", p95, other.p95_ms, other.name))
        rows.append(_faster("p95 of their processor time", processor, other.processor_p95_ms, other.name))
    return rows


def _faster(what: str, ours_ms: float, theirs_ms: float, name: str) -> Finding:
    ratio = theirs_ms / ours_ms
    beside, goal = f"{theirs_ms:.1f} ms ({name})", f"≥ {FASTER_GOAL:.0f}"
    return Finding(what, f"{ours_ms:.1f} ms", beside, f"{ratio:.1f}", goal, ratio >= FASTER_GOAL)


def report(wenlan: Measured, others: list[Measured], documents: int) -> None:
    every = [wenlan, *others]
    rows = [["", "documents indexed a second", "on the disk, GB", "bytes a document"]]
    for way in every:
        size = way.size_bytes
        rows.append(
            [way.name, f"{way.documents_per_second:,.0f}", f"{size / 1e9:.2f}", f"{size / documents:,.0f}"]
        )
    print(table(rows), "\n")
    head = ["", "words", "p50, ms", "p95, ms", "p99, ms", "processor p50, ms", "p95, ms", "queries"]
    print(table([head, *(way.row(words) for words in WORDS_OF_A_QUERY for way in every)]), "\n")
    print(findings_table(findings(wenlan, others)), "\n")


def run(folder: Path, documents: int, count: int, *, only_ours: bool) -> None:
    progress("the words are gathered")
    counts = word_counts()
    print(
        f"{documents:,} documents of 400 words; {len(counts):,} words, of which jieba's list has the counts.\n"
    )
    path, index = folder / "texts.sqlite3", folder / "index"
    with ProcessPoolExecutor(PROCESSES, initializer=begin, initargs=(counts, path)) as pool:
        store = Store(path)
        write_texts(pool, store, documents)
        wenlan = index_ours(pool, index, documents)
    writer = Writer(counts)
    queries = {words: writer.queries(documents, count, words) for words in WORDS_OF_A_QUERY}
    for words, texts in queries.items():
        progress(f"Wenlan answers queries of {words} words")
        wenlan.seconds[words] = apart(ours.warm, index, path, texts)
    some = [text for texts in queries.values() for text in texts[:COLD_QUERIES]]
    cold = apart(ours.cold, index, path, some)
    every = [text for texts in queries.values() for text in texts]
    whole, own = apart(ours.memory, index, path, every)

    others = [] if only_ours else [measure_fts5(path, documents, queries)]
    if not only_ours:
        try:
            others.append(measure_postgres(path, documents, queries))
        except PostgresUnavailable as error:
            progress(f"without PostgreSQL: {error}")
    report(wenlan, others, documents)
    p50, p95, p99, *_processor, number = _milliseconds(cold)
    print(f"Nothing of it in memory: p50 {p50} ms, p95 {p95} ms, p99 {p99} ms ({number} queries).")
    print(
        f"A process that answers: {whole / 1e6:.0f} MB (PSS), of which {own / 1e6:.0f} MB are not mapped files."
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1_000_000, metavar="N", help="(1,000,000)")
    parser.add_argument("--queries", type=int, default=250, metavar="N", help="of each number of words (250)")
    parser.add_argument("--only", choices=["ours"], help="leave out what stands beside")
    arguments = parser.parse_args()

    needed = arguments.documents * DISK_BYTES
    free = shutil.disk_usage(tempfile.gettempdir()).free
    progress(
        f"needs about {needed / 1e9:.1f} GB in {tempfile.gettempdir()}, where {free / 1e9:.1f} GB are free"
    )
    if free < needed:
        raise SystemExit("That is too little. Fewer --documents, or TMPDIR on a larger disk.")
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-search-") as name:
        run(Path(name), arguments.documents, arguments.queries, only_ours=arguments.only == "ours")


if __name__ == "__main__":
    main()
