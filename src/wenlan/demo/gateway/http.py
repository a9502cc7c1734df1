"""A request and its answer, as the three companies see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """`target` is path and query as they were sent, which WeChat signs."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    address: str

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> Any:
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(values: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(values, ensure_ascii=False).encode())


def page(html: str) -> Reply:
    return Reply(200, html.encode(), "text/html; charset=utf-8")


def redirect(url: str) -> Reply:
    return Reply(303, b"", "text/plain", {"Location": url})
