"""Writing many documents in a few requests."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection, Iterable, Iterator
from typing import IO, Any

from wenlan.search.backends.opensearch.schema import row_of
from wenlan.search.backends.opensearch.server import WRITE_SECONDS, Reason, Server
from wenlan.search.ports import IndexedDocument, SearchUnavailable

REQUEST_BYTES = 8_000_000
"""Of one request, if no single document is longer; OpenSearch takes 100 MB (`http.max_content_length`)."""
_SPOOL_BYTES = 16_000_000


class Bulk:
    """Changes waiting in a file to be sent, so that what cannot be read to its end is not sent at all."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sizes: list[int] = []

    def add(self, action: dict[str, Any], row: dict[str, Any] | None = None) -> None:
        lines = [json.dumps(part, ensure_ascii=False) for part in (action, row) if part is not None]
        data = "".join(f"{line}\n" for line in lines).encode()
        self._file.write(data)
        if self._sizes and self._sizes[-1] + len(data) <= REQUEST_BYTES:
            self._sizes[-1] += len(data)
        else:
            self._sizes.append(len(data))

    def requests(self) -> Iterator[bytes]:
        self._file.seek(0)
        return (self._file.read(size) for size in self._sizes)


@contextlib.contextmanager
def replacements(documents: Iterable[IndexedDocument]) -> Iterator[Bulk]:
    """The documents, ready to be sent. Raises SearchUnavailable (UNWRITABLE) when they cannot be read or kept."""
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as file:
        bulk = Bulk(file)
        try:
            for document in documents:
                bulk.add({"index": {"_id": str(document.document_id)}}, row_of(document))
        except (OSError, ValueError) as error:
            raise SearchUnavailable(Reason.UNWRITABLE, error) from error
        yield bulk


@contextlib.contextmanager
def removals(document_ids: Collection[int]) -> Iterator[Bulk]:
    """The deletion of these documents, ready to be sent."""
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as file:
        bulk = Bulk(file)
        for number in document_ids:
            bulk.add({"delete": {"_id": str(number)}})
        yield bulk


def send(server: Server, alias: str, request: bytes) -> None:
    """Write one request into the index that has `alias`; what is written is not shown yet.

    Raises SearchUnavailable for the first document that was refused.
    """
    answer = server.client.bulk(
        index=alias,
        body=request,
        require_alias=True,  # or a lost index would come back by itself, with a schema of its own
        filter_path="errors,items.*.error.type,items.*.error.reason,items.*._id",
        request_timeout=WRITE_SECONDS,
    )
    if not answer["errors"]:
        return
    for item in answer["items"]:
        (result,) = item.values()
        if error := result.get("error"):
            is_missing = error["type"] == "index_not_found_exception"
            reason = Reason.MISSING if is_missing else Reason.UNWRITABLE
            raise SearchUnavailable(
                reason, f"document {result.get('_id')}: {error['type']}: {error['reason']}"
            )
