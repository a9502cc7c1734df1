"""Looking into containers (zip, OLE) from outside, without unpacking them into memory."""

from __future__ import annotations

import contextlib
import itertools
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import msoffcrypto
import olefile

from .model import MIB, Limits, Rejected, Status

_END_OF_DIRECTORY = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_END_SIZE = 22
_MAX_COMMENT = 65_535
_MAX_DIRECTORY_BYTES = 16 * MIB
_RATIO_MATTERS_ABOVE = 32 * MIB
_MAX_MEMBER_READ = 2 * MIB
_MAX_PACKED_BYTES = 128 * MIB
_LOCAL_HEADER_SIZE = 30
_UNREADABLE = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, struct.error, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
"""What reading a broken archive raises, by the method its members are packed with."""
_MAX_SPIN_COUNT = 200_000
_FRUGAL_BYTES = 2 * MIB
_FRUGAL_DIRECTORY_BYTES = MIB // 4
_FRUGAL_ENTRIES = 3_000
_CHEAP_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_NESTED = (
    ".zip",
    ".docx",
    ".xlsx",
    ".pptx",
    ".docm",
    ".xlsm",
    ".pptm",
    ".odt",
    ".ods",
    ".odp",
    ".jar",
    ".epub",
)
_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 (the password Office itself writes and tries, [MS-OFFCRYPTO] 2.3.7)


def _damaged(detail: str) -> Rejected:
    return Rejected(Status.DAMAGED, "damaged", detail)


def _bomb(detail: str) -> Rejected:
    return Rejected(Status.TOO_LARGE, "zip_bomb", detail)


class Costly(Exception):
    """Looking on would cost more than a server of web pages should spend: it is for the sandbox to do."""


@dataclass
class _Allowance:
    """What may still be spent on the directories of one zip and of the archives in it."""

    entries: int
    directory_bytes: int
    packed_bytes: int
    frugal: bool

    def refuse(self, detail: str) -> Exception:
        return Costly(detail) if self.frugal else _bomb(detail)


class _Guarded:
    """A stream that `zipfile` reads a directory from, however the file says how long that is, only within bounds.

    `zipfile` takes the size from the end record or from one of ZIP64, reads as much at once, and makes an object of
    each entry.
    """

    def __init__(self, stream: IO[bytes], allowance: _Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self, size: int = -1) -> bytes:
        if size > self._allowance.directory_bytes:
            raise self._allowance.refuse(f"a directory of {size} bytes")
        content = self._stream.read(size)
        if content.startswith(_ENTRY) and (entries := content.count(_ENTRY)) > self._allowance.entries:
            raise self._allowance.refuse(f"{entries} entries")
        return content


@contextlib.contextmanager
def open_zip(path: Path, limits: Limits, *, frugal: bool = False) -> Iterator[zipfile.ZipFile]:
    """A zip whose directory promises to be harmless.

    Raises Rejected: damaged, or zip_bomb for too many entries, too many bytes or overlapping entries. With `frugal`
    raises Costly as soon as it takes more than some hundredths of a second or some megabytes of memory.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        entries = _claimed_entries(stream, size)
        if entries > limits.max_zip_entries:
            raise _bomb(f"{entries} entries")
        allowance = _Allowance(limits.max_zip_entries, _MAX_DIRECTORY_BYTES, _MAX_PACKED_BYTES, frugal)
        if frugal:
            allowance = _Allowance(_FRUGAL_ENTRIES, _FRUGAL_DIRECTORY_BYTES, _FRUGAL_BYTES, frugal)
        try:
            archive = zipfile.ZipFile(cast("IO[bytes]", _Guarded(stream, allowance)))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise _damaged(f"not a readable zip: {error}") from error
        with archive:
            _check_zip(archive, size, limits, allowance)
            yield archive


def _claimed_entries(stream: BinaryIO, size: int) -> int:
    """The number of entries in the end record of a zip."""
    stream.seek(max(0, size - _END_SIZE - _MAX_COMMENT))
    tail = stream.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _damaged("the zip directory is missing: the file is cut short")
    entries: int = struct.unpack("<H", tail[at + 10 : at + 12])[0]
    return 0 if entries == 0xFFFF else entries  # then ZIP64 has the number


def _check_zip(
    archive: zipfile.ZipFile,
    size: int,
    limits: Limits,
    allowance: _Allowance,
    depth: int = 0,
    budget: int | None = None,
) -> int:
    """Check what a zip directory claims, and that of archives stored in it. Returns the claimed unpacked bytes."""
    members = archive.infolist()
    allowance.entries -= len(members)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    allowed = limits.max_unpacked_bytes if budget is None else budget
    if unpacked > allowed:
        raise _bomb(f"unpacks to {unpacked} bytes")
    if packed > size or _overlap(members):
        raise _bomb("entries overlap")
    if unpacked > _RATIO_MATTERS_ABOVE and unpacked > limits.max_zip_ratio * max(size, 1):
        raise _bomb(f"{size} bytes unpack to {unpacked}")
    if allowance.frugal and any(member.compress_type not in _CHEAP_METHODS for member in members):
        raise Costly("a method of compression that may take much memory")
    total = unpacked
    for member in members:
        if member.file_size <= _END_SIZE or not member.filename.lower().endswith(_NESTED):
            continue
        if depth >= 2:
            raise _bomb("archives nested more than twice")
        if allowance.frugal and size > _FRUGAL_BYTES:
            raise Costly("archives in a large archive are read more than once")
        if member.compress_type != zipfile.ZIP_STORED:
            allowance.packed_bytes -= member.file_size
            if allowance.packed_bytes < 0:
                raise allowance.refuse("archives of many bytes packed inside an archive")
        total += _check_nested(archive, member, limits, allowance, depth, allowed - total)
    return total


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two entries share bytes of the file, which lets a small one unpack to any size.

    Source: David Fifield, A better zip bomb, WOOT 2019.
    """
    places = sorted({(member.header_offset, _LOCAL_HEADER_SIZE + member.compress_size) for member in members})
    return any(start + length > after for (start, length), (after, _) in itertools.pairwise(places))


def _check_nested(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    limits: Limits,
    allowance: _Allowance,
    depth: int,
    budget: int,
) -> int:
    """As _check_zip for an archive inside another; one that is packed is unpacked into memory, as far as allowed."""
    try:
        with (
            archive.open(member) as stream,
            zipfile.ZipFile(cast("IO[bytes]", _Guarded(stream, allowance))) as inner,
        ):
            return _check_zip(inner, member.file_size, limits, allowance, depth + 1, budget)
    except _UNREADABLE:
        return 0  # Not an archive after all; whoever opens it later is bounded by the sandbox.


def read_member(archive: zipfile.ZipFile, name: str, limit: int = _MAX_MEMBER_READ) -> bytes:
    """The first `limit` bytes of a member; nothing when it is missing or broken."""
    try:
        with archive.open(name) as stream:
            return stream.read(limit)
    except (KeyError, *_UNREADABLE):
        return b""


class OleNames:
    """The names of the streams of an OLE file, upper-cased, and its summary.

    With `frugal` raises Costly for a file of more than two megabytes: what describes the file may be all of it.
    """

    def __init__(self, path: Path, *, frugal: bool = False) -> None:
        check_ole(path)
        if frugal and path.stat().st_size > _FRUGAL_BYTES:
            raise Costly("a large OLE file")
        try:
            with olefile.OleFileIO(str(path)) as ole:
                self.names = {"/".join(parts).upper() for parts in ole.listdir(streams=True, storages=True)}
                self.is_template = self._is_template(ole)
        except Exception as error:
            # olefile answers broken input with whatever its arithmetic runs into.
            raise _damaged(f"not a readable OLE file: {error}") from error

    @staticmethod
    def _is_template(ole: olefile.OleFileIO) -> bool:
        """Whether a Word file says it is a template: bit fDot of the file information block ([MS-DOC] 2.5.2)."""
        if not ole.exists("WordDocument"):
            return False
        head = ole.openstream("WordDocument").read(12)
        return len(head) == 12 and bool(head[10] & 0x01)

    def __contains__(self, name: str) -> bool:
        return name.upper() in self.names


def check_ole(path: Path) -> None:
    """Raise Rejected when the header promises more sectors of allocation tables than the file has room for.

    `olefile` would read as many, round and round ([MS-CFB] 2.2).
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        header = stream.read(76)
    if len(header) < 76:
        raise _damaged("an OLE file without its header")
    (shift,) = struct.unpack_from("<H", header, 30)
    tables, more_tables = struct.unpack_from("<I", header, 44) + struct.unpack_from("<I", header, 72)
    if shift not in {9, 12} or max(tables, more_tables) > size >> shift:
        raise _damaged("an OLE file with a header that cannot be")


def ole_is_locked(path: Path) -> bool:
    """Whether an OLE file (old Office, or an encrypted OOXML package) asks for a password."""
    with path.open("rb") as stream:
        try:
            file = msoffcrypto.OfficeFile(stream)
            if not file.is_encrypted():
                return False
            if _spin_count(path) > _MAX_SPIN_COUNT:
                return True
        except Exception:
            # A parser's failure on a broken file is no password; the layout program decides about the damage.
            return _has_encrypted_package(path)
        return not _opens_by_default(file)


def _opens_by_default(file: object) -> bool:
    """Whether the password that Office tries by itself opens the file, so that nobody is ever asked."""
    try:
        file.load_key(password=_DEFAULT_PASSWORD, verify_password=True)  # type: ignore[attr-defined]
    except TypeError:
        try:
            file.load_key(password=_DEFAULT_PASSWORD)  # type: ignore[attr-defined]
        except Exception:
            return False
    except Exception:
        return False
    return True


def _has_encrypted_package(path: Path) -> bool:
    try:
        return "EncryptedPackage" in OleNames(path)
    except Rejected:
        return False


def _spin_count(path: Path) -> int:
    """How many hash rounds a password check would cost here; 0 for schemes without such a number."""
    with olefile.OleFileIO(str(path)) as ole:
        if not ole.exists("EncryptionInfo"):
            return 0
        information = ole.openstream("EncryptionInfo").read(65_536)
    counts = [int(digits) for digits in re.findall(rb"spinCount\s*=\s*[\"'](\d{1,20})", information)]
    return max(counts, default=0)
