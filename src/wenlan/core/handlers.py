"""How a lower room tells the higher ones that something happened: by names in the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@lru_cache(maxsize=64)
def _loaded(paths: tuple[str, ...]) -> tuple[Callable[..., Any], ...]:
    return tuple(import_string(path) for path in paths)


def handlers(name: str) -> tuple[Callable[..., Any], ...]:
    """The functions that `settings.WENLAN_HANDLERS[name]` lists, in its order.

    They are called inside the transaction of the change: they write rows or ask for work on commit.
    """
    return _loaded(tuple(settings.WENLAN_HANDLERS.get(name, ())))
