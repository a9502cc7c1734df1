"""Landlock: a process gives up, for good, all files but those it names. Runs inside the sandbox.

Numbers and structures are those of linux/landlock.h (kernel 5.13 and later; signals and abstract sockets since 6.12).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_RULESET_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15
_LAST_BIT = {1: 13, 2: 14, 3: 15, 4: 15}  # by version; 16 from version 5 on
_SCOPED = 1 << 0 | 1 << 1  # abstract unix sockets, signals: from version 6 on


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The kernel's version of Landlock; 0 where it has none or it is switched off."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _RULESET_VERSION)))


def confine(*, readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leave this process only these paths and what is below them. False where the kernel cannot.

    Raises OSError when the kernel can and it fails all the same: then nothing untrusted may be touched.
    """
    offered = version()
    if offered == 0:
        return False
    everything = (1 << _LAST_BIT.get(offered, 16)) - 1
    rules = _Ruleset(everything, 0, _SCOPED if offered >= 6 else 0)
    size = 8 if offered < 4 else 16 if offered < 6 else 24
    ruleset = _checked(_libc.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0))
    for path in readable:
        _allow(ruleset, path, _READ | (_WRITE_FILE if path == Path("/dev") else 0))
    for path in writable:
        _allow(ruleset, path, everything)
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def _allow(ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not path.is_dir():
        rights &= _FILE_RIGHTS
    beneath = _PathBeneath(rights, descriptor)
    try:
        _checked(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0))
    finally:
        os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
