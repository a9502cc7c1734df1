"""Leases: how one of several workers owns a piece of work, and loses it when it dies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """The right to work on one row until the lease ends.

    `token` is a fencing token (Kleppmann, "How to do distributed locking", 2016): it grows with each claim,
    and a write that says `WHERE claim_token = token` fails once somebody else has claimed the row.
    """

    row_id: int
    token: int


class ClaimLost(Exception):
    """The lease ran out and another worker owns the row; whoever catches this stops and writes nothing."""
