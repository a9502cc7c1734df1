"""The cluster, spoken to within time limits; its errors as ours."""

from __future__ import annotations

import contextlib
import os
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    TransportError,
)
from opensearchpy.exceptions import ConnectionError as NoConnection

from wenlan.search.ports import SearchUnavailable

Reason = SearchUnavailable.Reason

READ_SECONDS = 5.0
"""For questions about the index itself; those of readers bring their own limit."""
WRITE_SECONDS = 60.0
"""For one request of a few megabytes, and for the cluster to agree on a new or another index."""
CONNECTIONS = 10
_AWAY = frozenset({429, 502, 503, 504})
_INDEX_IS_MISSING = "index_not_found_exception"


@dataclass
class Server:
    """Where a cluster listens: `urls` of one or more of its nodes, with user and password in them if it asks for any.

    `ca_file` vouches for its certificate in place of the authorities that are known everywhere.
    """

    urls: Sequence[str]
    ca_file: Path | None = None
    _client: OpenSearch | None = field(default=None, init=False, repr=False)
    _process: int = field(default=0, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def client(self) -> OpenSearch:
        """The client of this process: after a fork both sides would read from one connection."""
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._client, self._process = self._connected(), os.getpid()
            return self._client

    def _connected(self) -> OpenSearch:
        options: dict[str, Any] = {"ca_certs": str(self.ca_file)} if self.ca_file else {}
        return OpenSearch(
            [_node(url) for url in self.urls],
            pool_maxsize=CONNECTIONS,
            max_retries=len(
                self.urls
            ),  # the next node when one is away, a new connection when the old was closed
            retry_on_timeout=False,
            timeout=READ_SECONDS,
            **options,
        )

    @property
    def name(self) -> str:
        """Its addresses, without the passwords."""
        parts = map(urlsplit, self.urls)
        return ", ".join(f"{part.scheme}://{part.netloc.rpartition('@')[2]}" for part in parts)

    def version(self) -> str:
        """`OpenSearch 2.19.1`. Raises SearchUnavailable when nothing answers, or something else than OpenSearch."""
        with mapped_errors(Reason.UNREACHABLE):
            answer = self.client.info(request_timeout=READ_SECONDS)
            version = answer["version"]
            if version.get("distribution") != "opensearch":
                raise SearchUnavailable(Reason.UNREACHABLE, f"{self.name} is not an OpenSearch")
            return f"OpenSearch {version['number']}"


def _node(url: str) -> dict[str, Any]:
    """An address as the client takes it; user and password in UTF-8, which it would write in Latin-1."""
    parts = urlsplit(url)
    is_https = parts.scheme == "https"
    node: dict[str, Any] = {"host": parts.hostname, "use_ssl": is_https, "url_prefix": parts.path.strip("/")}
    node["port"] = parts.port or (443 if is_https else 9200)
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        node["headers"] = {"authorization": f"Basic {b64encode(credentials).decode()}"}
    return node


@contextlib.contextmanager
def mapped_errors(reason: SearchUnavailable.Reason) -> Iterator[None]:
    """The client's errors as ours; `reason` is for what the cluster refuses and for an answer that makes no sense."""
    try:
        yield
    except ConnectionTimeout as error:
        raise SearchUnavailable(Reason.TIMED_OUT, error) from error
    except (NoConnection, AuthenticationException, AuthorizationException) as error:
        is_blocked = isinstance(error, AuthorizationException) and "cluster_block" in str(error.error)
        raise SearchUnavailable(reason if is_blocked else Reason.UNREACHABLE, error) from error
    except NotFoundError as error:
        is_missing = error.error == _INDEX_IS_MISSING
        raise SearchUnavailable(Reason.MISSING if is_missing else reason, error) from error
    except TransportError as error:
        is_away = error.status_code in _AWAY and reason is Reason.DAMAGED
        raise SearchUnavailable(Reason.UNREACHABLE if is_away else reason, error) from error
    except (OpenSearchException, LookupError, TypeError, ValueError, OSError) as error:
        raise SearchUnavailable(reason, error) from error
