"""A process with many files open, as a busy web server is."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator

SELECT_MAX = 1024
"""select(2) knows no descriptor from here on (FD_SETSIZE)."""


@contextlib.contextmanager
def many_open() -> Iterator[None]:
    """Whatever is opened in the meantime gets a descriptor that select(2) does not know."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * SELECT_MAX
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    opened = [os.open(os.devnull, os.O_RDONLY)]
    try:
        while opened[-1] < SELECT_MAX:
            opened.append(os.dup(opened[0]))
        yield
    finally:
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
