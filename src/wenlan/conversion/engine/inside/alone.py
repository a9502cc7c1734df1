"""A process gives up, for good, starting others and meddling with them: then what bounds it bounds its whole job.

A limit on the number of processes does not hold for root, and one on memory holds for each process alone. A filter of
system calls (seccomp(2)) holds for everybody. Numbers and structures are those of linux/{audit,filter,seccomp}.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from dataclasses import dataclass

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_MODE_FILTER = 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_PIDFD_SEND_SIGNAL = 424
_CLONE_THREAD = 0x00010000
_CLONE3 = 435
_OTHER_NUMBERING = 0x40000000  # the x32 calls of x86-64 begin here; nothing else comes near


@dataclass(frozen=True)
class _Processor:
    architecture: int
    clone: int
    to_a_process: tuple[int, ...]
    """kill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo and prlimit64, whose first argument is a process."""
    tkill: int
    forks: tuple[int, ...] = ()


_PROCESSORS = {
    "x86_64": _Processor(0xC000003E, 56, (62, 234, 129, 297, 302), 200, (57, 58)),
    "aarch64": _Processor(0xC00000B7, 220, (129, 131, 138, 240, 261), 130),
    "riscv64": _Processor(0xC00000F3, 220, (129, 131, 138, 240, 261), 130),
}


def program(*, threads: bool, process: int | None = None) -> bytes | None:
    """The filter, as the kernel takes it; None for a processor whose system calls are not known here.

    Given the number of a process, it may send signals and set limits to that one only: in one server, children of the
    same user work side by side, and before Linux 6.12 Landlock did not keep one from killing the others.
    """
    processor = _PROCESSORS.get(os.uname().machine)
    if processor is None:
        return None
    refuse = [_statement(_RETURN, _ERRNO | errno.EPERM)]
    code = [
        _statement(_LOAD, _ARCHITECTURE_AT),
        _jump(_EQUAL, processor.architecture, 1, 0),
        *refuse,
        _statement(_LOAD, _NUMBER_AT),
        _jump(_AT_LEAST, _OTHER_NUMBERING, 0, 1),
        *refuse,
        # Its flags lie in memory, where a filter cannot look. Told that there is no such call, libraries use clone.
        _jump(_EQUAL, _CLONE3, 0, 1),
        _statement(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    for number in processor.forks:
        code += [_jump(_EQUAL, number, 0, 1), *refuse]
    if process is not None:
        for number in (processor.tkill, _PIDFD_SEND_SIGNAL):
            code += [_jump(_EQUAL, number, 0, 1), *refuse]
        for number in processor.to_a_process:
            code += [
                _jump(_EQUAL, number, 0, 5),
                _statement(_LOAD, _FIRST_ARGUMENT_AT),
                _jump(_EQUAL, process, 2, 0),
                _jump(_EQUAL, 0, 1, 0),  # the process itself, or its group, in which it is alone
                *refuse,
                _statement(_RETURN, _ALLOW),
            ]
    clone = [_statement(_LOAD, _FIRST_ARGUMENT_AT), _jump(_ANY_BIT, _CLONE_THREAD, 1, 0)] if threads else []
    code += [_jump(_EQUAL, processor.clone, 0, len(clone) + 1), *clone, *refuse]
    return b"".join([*code, _statement(_RETURN, _ALLOW)])


def stay(*, threads: bool) -> None:
    """Start no process from here on, and no thread either unless `threads`; send signals to no other process.

    Raises OSError when that cannot be had.
    """
    code = program(threads=threads, process=os.getpid())
    if code is None:
        raise OSError(errno.ENOSYS, f"the system calls of {os.uname().machine} are not known")
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _statement(code: int, value: int) -> bytes:
    return _jump(code, value, 0, 0)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    """One instruction; the jumps say how many to leave out."""
    return struct.pack("HBBI", code, if_true, if_false, value)
