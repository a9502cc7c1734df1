"""A line that an operator keeps elsewhere: whoever has the database in their hands cannot make it fit another past.

Chains show that an entry was changed, but not that all of them were made anew, or that the last ones were cut off.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.core.errors import WenlanError
from wenlan.ledger.models import Account, Entry

WAIT_SECONDS = 60.0
LOOK_SECONDS = 0.05
_LINE = re.compile(r"(?P<at>\S+) entries=(?P<entries>\d+) last=(?P<last>\d+) sha256=(?P<digest>[0-9a-f]{64})")


class NotSealed(WenlanError):
    """Somebody was writing all the time; nothing was sealed."""

    code = "not_sealed"


@dataclass(frozen=True)
class Seal:
    """How the ledger was: so many entries, the last of them with that number, and a digest of what they say."""

    at: datetime
    entries: int
    last: int
    digest: str

    def __str__(self) -> str:
        at = self.at.isoformat(timespec="seconds")
        return f"{at} entries={self.entries} last={self.last} sha256={self.digest}"

    @classmethod
    def parse(cls, line: str) -> Seal:
        """What `str` made of a seal. Raises ValueError for anything else."""
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(line)
        return cls(
            datetime.fromisoformat(match["at"]), int(match["entries"]), int(match["last"]), match["digest"]
        )


def seals_read(text: str) -> list[Seal]:
    """The seals of a file, one a line; empty lines and those that begin with # are left out. Raises ValueError."""
    lines = (line.strip() for line in text.splitlines())
    return [Seal.parse(line) for line in lines if line and not line.startswith("#")]


def seal_make() -> Seal:
    """Seal everything that was posted until now.

    Waits until whoever is posting is done, as the numbers of entries are given before they can be seen; nobody
    waits for us. Raises NotSealed when that takes longer than a minute.
    """
    at = timezone.now()
    last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        _writers_wait()
    entries, digest = _state(last)
    return Seal(at, entries, last, digest)


def _writers_wait() -> None:
    """Return when no transaction is left that was writing at the beginning (PostgreSQL, "Snapshot information")."""
    deadline = time.monotonic() + WAIT_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        (end,) = cursor.fetchone()
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8", [end])
            if cursor.fetchone()[0]:
                return
            if time.monotonic() > deadline:
                raise NotSealed(
                    _(
                        "Somebody is writing to the database all the time; nothing was sealed. Try again later."
                    )
                )
            time.sleep(LOOK_SECONDS)


def _state(last: int) -> tuple[int, str]:
    """How many entries there are up to that number, and a digest over the last of each account."""
    heads = Entry.objects.filter(account=OuterRef("pk"), pk__lte=last).order_by("-pk").values("digest")[:1]
    digest = sha256()
    accounts = Account.objects.order_by("pk").annotate(end=Subquery(heads)).exclude(end=None)
    for account_id, head in accounts.values_list("pk", "end").iterator():
        digest.update(f"{account_id} {head}\n".encode())
    return Entry.objects.filter(pk__lte=last).count(), digest.hexdigest()


def seals_off(seals: Iterable[Seal]) -> Iterator[tuple[str, str]]:
    """Each seal that does not fit what is there, and in what way."""
    for seal in seals:
        entries, digest = _state(seal.last)
        if entries != seal.entries:
            yield str(seal), f"{seal.entries} entries were sealed, {entries} are there"
        elif digest != seal.digest:
            yield str(seal), "what was sealed is not what is there"
