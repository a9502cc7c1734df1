"""The right to do something, for one process of any machine at a time.

A document of the index of locks says who has it and until when. It is written on the condition that nobody else has
written it meanwhile (`if_seq_no`), and again and again while the work lasts; when its holder dies it runs out. The
clocks of the machines may differ by less than half of that time.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opensearchpy.exceptions import ConflictError, NotFoundError, RequestError

from wenlan.search.backends.opensearch.server import READ_SECONDS, Reason, Server, mapped_errors
from wenlan.search.ports import SearchUnavailable

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""How long the others wait for a holder that died."""
_POLL_SECONDS = 0.1

_INDEX_OF_LOCKS = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True},
    "mappings": {"dynamic": False},
}


@dataclass
class Lease:
    """One holding of a lock, from taking to letting go."""

    server: Server
    index: str
    name: str
    holder: str
    seq_no: int
    primary_term: int
    held_until: float
    """By this process's own monotonic clock."""

    def check(self) -> None:
        """Raises SearchUnavailable (BUSY) when the lease has run out: another process may have it."""
        if time.monotonic() >= self.held_until:
            raise SearchUnavailable(Reason.BUSY, f"the right to be {self.name} ran out")

    def renew(self) -> None:
        """Hold on to it for another while. Raises ConflictError when another process has it."""
        start = time.monotonic()
        answer = self.server.client.index(
            index=self.index,
            id=self.name,
            body=_body(self.holder),
            if_seq_no=self.seq_no,
            if_primary_term=self.primary_term,
            request_timeout=READ_SECONDS,
        )
        self.seq_no, self.primary_term = answer["_seq_no"], answer["_primary_term"]
        self.held_until = start + LEASE_SECONDS

    def let_go(self) -> None:
        """Leave it to the next; if that fails it runs out by itself."""
        with contextlib.suppress(SearchUnavailable), mapped_errors(Reason.UNWRITABLE):
            self.server.client.delete(
                index=self.index,
                id=self.name,
                if_seq_no=self.seq_no,
                if_primary_term=self.primary_term,
                request_timeout=READ_SECONDS,
            )


@contextlib.contextmanager
def leased(server: Server, index: str, name: str, *, timeout_seconds: float) -> Iterator[Lease]:
    """Hold the lock `name` of the index of locks. Raises SearchUnavailable (BUSY) when another keeps it all that time."""
    lease = _taken(server, index, name, timeout_seconds)
    is_over = threading.Event()
    renewal = threading.Thread(target=_renew, args=(lease, is_over), name=f"search-{name}", daemon=True)
    renewal.start()
    try:
        yield lease
    finally:
        is_over.set()
        renewal.join()
        lease.let_go()


def _renew(lease: Lease, is_over: threading.Event) -> None:
    while not is_over.wait(LEASE_SECONDS / 3):
        try:
            with mapped_errors(Reason.UNWRITABLE):
                lease.renew()
        except SearchUnavailable as error:  # the next turn may succeed in time; else `check` says so
            logger.warning("the right to be %s could not be renewed: %s", lease.name, error)


def _taken(server: Server, index: str, name: str, timeout_seconds: float) -> Lease:
    deadline = time.monotonic() + timeout_seconds
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
    while True:
        start = time.monotonic()
        with mapped_errors(Reason.UNWRITABLE):
            answer = _try(server, index, name, holder)
        if answer:
            until = start + LEASE_SECONDS
            return Lease(server, index, name, holder, answer["_seq_no"], answer["_primary_term"], until)
        if time.monotonic() >= deadline:
            raise SearchUnavailable(Reason.BUSY, name)
        time.sleep(_POLL_SECONDS)


def _try(server: Server, index: str, name: str, holder: str) -> Any:
    """What the cluster answers when the lock is ours now; None while another has it."""
    client = server.client
    try:
        found = client.get(index=index, id=name, request_timeout=READ_SECONDS)
        if found["_source"]["holder"] == holder:  # written, but the answer was lost
            return found
        if found["_source"]["expires_at"] > time.time():
            return None
        condition: dict[str, Any] = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
    except NotFoundError as error:
        if error.error == "index_not_found_exception":
            _make_index_of_locks(server, index)
        condition = {"op_type": "create"}
    try:
        return client.index(
            index=index, id=name, body=_body(holder), request_timeout=READ_SECONDS, **condition
        )
    except ConflictError:
        return None


def _make_index_of_locks(server: Server, index: str) -> None:
    try:
        server.client.indices.create(index=index, body=_INDEX_OF_LOCKS, request_timeout=READ_SECONDS)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":  # another process was first
            raise


def _body(holder: str) -> dict[str, Any]:
    return {"holder": holder, "expires_at": time.time() + LEASE_SECONDS}
