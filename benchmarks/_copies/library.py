"""A library of its own in SQLite, in a folder that goes afterwards; texts go into it as uploads do."""

from __future__ import annotations

import os
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

MADE_UP_WORDS = 400
MADE_UP_TEXTS = 300
HOLDERS_MADE_MAX = 100
"""Of a pair that more texts than so many have, no more are made: a check looks at fewer."""
SHORT_FROM = 1 << 62
"""From here on are the keys that only texts of some hundred words have."""
ROWS_AT_ONCE = 4_000_000
ROWS_BYTES = 6_000
"""What a document, its revision, its page and the words on it take beside the marks."""
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"


def set_up(folder: str) -> None:
    """Django with an empty database in this folder."""
    os.environ.update(
        WENLAN_DATA_DIR=folder,
        DJANGO_SETTINGS_MODULE="wenlan.config.settings",
        WENLAN_SECRET_KEY=os.environ.get("WENLAN_SECRET_KEY", "bench" * 12),
    )
    os.environ.pop("WENLAN_DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.db import connection

    with connection.cursor() as cursor:
        _pragmas(cursor, "synchronous = OFF")  # what is lost with the machine is of no use to anybody


def store(texts: Sequence[str], first: int = 1) -> None:
    """Store each text as a document of one page, numbered from `first` on, and compare it as an upload is."""
    from wenlan.accounts.models import User
    from wenlan.documents.models import Document, Page, Revision
    from wenlan.similarity.models import Fingerprint
    from wenlan.similarity.services import fingerprint_compare

    author, _ = User.objects.get_or_create(
        email="bench@example.com", defaults={"display_name": "Bench", "is_author": True}
    )
    for number, text in enumerate(texts, first):
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
            pk=number,
            revision=revision,
            number=1,
            width_points=595,
            height_points=842,
            text=text,
            lines=[],
            images=[],
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


@dataclass(frozen=True)
class Kept:
    """What is kept of a text: how many marks, and by how many of them it can be looked up.

    Those that only short texts have are apart from the others.
    """

    marks: int
    keys: int
    keys_of_short: int


class MadeUp:
    """Texts of words drawn by their frequency in real ones."""

    def __init__(self, texts: list[str]) -> None:
        from wenlan.similarity.engine import wording_of

        self.wordings = [wording_of([text]).words for text in texts]
        self.counts = Counter(word for words in self.wordings for word in words)
        self.total = sum(self.counts.values())
        self._words = list(self.counts)
        self._sums = list(accumulate(self.counts[word] for word in self._words))
        self.random = random.Random(3)  # noqa: S311 (a fixed sequence)

    def text(self) -> str:
        chosen = self.random.choices(self._words, cum_weights=self._sums, k=MADE_UP_WORDS)
        return "，".join(chosen)  # so that they are not cut into other words

    def holders(self, documents: int) -> Iterator[tuple[int, int]]:
        """(mark, how many) of the marks of the real texts, in how many of so many made-up ones each is to stand."""
        from wenlan.similarity.engine.marks import REACH, marks_of, pair_values

        expected: dict[int, float] = {}
        for words in self.wordings:
            marks = marks_of(words)
            pairs = ((a, b) for place, a in enumerate(words) for b in words[place + 1 : place + 1 + REACH])
            for value, (a, b) in zip(pair_values(words), pairs, strict=True):
                if value >> 1 in marks:
                    chance = self.counts[a] * self.counts[b] / self.total**2
                    expected[value >> 1] = documents * MADE_UP_WORDS * REACH * chance
        for value in sorted(expected):
            mean = min(expected[value], HOLDERS_MADE_MAX)
            count = int(mean) + (self.random.random() < mean % 1)
            if count:
                yield value, count


def fill(made_up: MadeUp, first: int, last: int, *, like: range, kept: Kept) -> None:
    """Documents `first` to `last` with the texts of those in `like`, and about as many marks each as `kept` says.

    Of their marks the ones that real texts have stand in as many of them as words drawn by their frequency would put
    them, the others in one alone. Those to look up by are written by the database itself, in the order of their values and
    without the index by text, which no check reads: in the order of their arrival it would take hours.
    """
    from django.db import connection

    from wenlan.similarity.engine.marks import KEY_SAMPLINGS, cut, key_of

    with connection.cursor() as cursor:
        _pragmas(
            cursor, "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000"
        )
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'similarity_mark' AND sql > ''"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        _multiply(cursor, first, last, like)
        count = last - first + 1
        keys: list[tuple[int, int]] = []
        shared: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
        for value, holders in made_up.holders(count):
            for _ in range(holders):
                number = first + made_up.random.randrange(count)
                shared[number].extend(cut([value]))
                if not value >> 31 & KEY_SAMPLINGS[-1] - 1:
                    keys.append((key_of(value), number))
        _samples(cursor, (shared.pop(number, array("I")) for number in range(first, last + 1)), first, kept)
        cursor.executemany("INSERT OR IGNORE INTO similarity_mark VALUES (%s, %s)", keys)
        _marks_of_one_text(cursor, first, last, count * kept.keys - len(keys))
        _marks_of_one_text(cursor, first, last, count * kept.keys_of_short, SHORT_FROM)
        _pragmas(
            cursor, "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "cache_size = -2000"
        )


def _pragmas(cursor: Any, *pragmas: str) -> None:
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
        cursor.fetchall()


def _multiply(cursor: Any, first: int, last: int, like: range) -> None:
    """Rows of documents, revisions, pages and fingerprints like those that are there, one of each a number."""
    from wenlan.documents.models import Document, Page, Revision
    from wenlan.similarity.models import Fingerprint

    changes = {
        Document: {"id": "n", "title": "n", "current_revision_id": "NULL"},
        Revision: {"id": "n", "document_id": "n", "sha256": "printf('%%064x', n)"},
        Page: {"id": "n", "revision_id": "n"},
        Fingerprint: {"id": "n", "document_number": "n", "revision_id": "n"},
    }
    for model, changed in changes.items():
        meta = model._meta  # noqa: SLF001 (Django's public name for it)
        table, columns = meta.db_table, [str(field.column) for field in meta.local_fields]
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
        cursor.execute(
            f'INSERT INTO {table} ({names}) {_NUMBERS} SELECT {values} FROM numbers JOIN {table} ON "id" = %s + n %% %s',  # noqa: S608 (names of our own)
            [first, last, like.start, len(like)],
        )


def _samples(cursor: Any, shared: Iterable[array[int]], first: int, kept: Kept) -> None:
    """All marks of each text from `first` on: those that real texts have, and others."""
    cursor.executemany(
        "INSERT INTO similarity_sample (fingerprint_id, packed) VALUES (%s, %s)",
        (
            (number, marks.tobytes() + os.urandom(4 * max(0, kept.marks - len(marks))))
            for number, marks in enumerate(shared, first)
        ),
    )


def _marks_of_one_text(cursor: Any, first: int, last: int, rows: int, value: int = 0) -> None:
    """So many marks that stand in one text each, of values that go up by chance from this one on."""
    step = 2 * (7 * 2**56 // max(1, rows))
    for start in range(0, rows, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, rows - start)
        cursor.execute(
            "INSERT OR IGNORE INTO similarity_mark WITH RECURSIVE marks(n, value) AS (SELECT 1, %s UNION ALL"
            " SELECT n + 1, value + 1 + (random() & 4611686018427387903) %% %s FROM marks WHERE n < %s)"
            " SELECT value, %s + (random() & 4611686018427387903) %% %s FROM marks",
            [value, step, count, first, last - first + 1],
        )
        value += count * step // 2


def bytes_kept() -> int:
    """What the tables and indexes of the room of copies take in the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name IN"
            " (SELECT name FROM sqlite_master WHERE tbl_name LIKE 'similarity_%')"
        )
        (size,) = cursor.fetchone()
    return int(size)


def kept_of_made_up(after: int) -> Kept:
    """What is kept of a text numbered higher than `after` in the mean."""
    from wenlan.similarity.models import Mark
    from wenlan.similarity.samples import samples_of

    marks = [len(sample) for _, sample in samples_of(range(after + 1, after + 1 + MADE_UP_TEXTS))]
    keys = Mark.objects.filter(fingerprint__gt=after)
    return Kept(
        sum(marks) // len(marks),
        keys.filter(value__lt=SHORT_FROM).count() // len(marks),
        keys.filter(value__gte=SHORT_FROM).count() // len(marks),
    )
