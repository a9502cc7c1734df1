"""What an entry's digest is made of: change an old entry, and no later one of its account fits any more.

Each account has a chain of its own. The digest of an entry is the SHA-256, in hexadecimal, of a JSON array in UTF-8 without
blanks: the digest of the account's entry before it, the transfer's reason, kind, description, cause and time (UTC,
in microseconds), the account's number, the amount and the balance after it. The first entry follows the digest of
the account itself: its number, kind, owner, name and currency. None of that can change: what is stored was made so.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def account_digest(*, account_id: int, kind: str, owner_id: int | None, name: str, currency: str) -> str:
    """Where the chain of an account begins."""
    return _digest([account_id, kind, owner_id, name, currency])


def entry_digest(
    previous: str,
    *,
    reason_key: str,
    kind: str,
    description: str,
    cause: str,
    created_at: datetime,
    account_id: int,
    amount_minor: int,
    balance_after_minor: int,
) -> str:
    """The digest of the entry that follows the one with the digest `previous`."""
    time = created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest(
        [
            previous,
            reason_key,
            str(kind),
            description,
            cause,
            time,
            account_id,
            amount_minor,
            balance_after_minor,
        ]
    )


def _digest(parts: list[object]) -> str:
    return sha256(_encode(parts).encode()).hexdigest()
