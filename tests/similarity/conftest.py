"""What the tests of this room need of others."""

from __future__ import annotations

from tests.conversion.engine.conftest import engine

__all__ = ["engine"]
