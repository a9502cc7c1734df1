"""Looking into containers (zip, OLE) from outside, without unpacking them into memory."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import msoffcrypto
import olefile

from .model import MIB, Limits, Rejected, Status

_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SIZE = 22
_ZIP64_LOCATOR_SIZE = 20
_MAX_COMMENT = 65_535
_MAX_DIRECTORY_BYTES = 16 * MIB
_RATIO_MATTERS_ABOVE = 32 * MIB
_MAX_MEMBER_READ = 2 * MIB
_MAX_SPIN_COUNT = 200_000
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


def _directory_claims(stream: BinaryIO) -> tuple[int, int]:
    """The number of entries and the directory size a zip file claims, from its end record (and the ZIP64 one)."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - _END_SIZE - _MAX_COMMENT - _ZIP64_LOCATOR_SIZE))
    start, tail = stream.tell(), stream.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _damaged("the zip directory is missing: the file is cut short")
    entries, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries == 0xFFFF or directory_bytes == 0xFFFFFFFF:
        locator = tail[max(0, at - _ZIP64_LOCATOR_SIZE) : at]
        if locator.startswith(b"PK\x06\x07"):
            (offset,) = struct.unpack("<Q", locator[8:16])
            if offset + 56 > start + at:
                raise _damaged("the ZIP64 directory lies beyond the end of the file")
            stream.seek(offset)
            record = stream.read(56)
            if record.startswith(b"PK\x06\x06"):
                entries, directory_bytes = struct.unpack("<QQ", record[32:48])
    return entries, directory_bytes


def open_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Open a zip whose directory promises to be harmless. Close it after use.

    Raises Rejected: damaged, or zip_bomb for too many entries, too many bytes or overlapping entries.
    """
    with path.open("rb") as stream:
        entries, directory_bytes = _directory_claims(stream)
    if entries > limits.max_zip_entries or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _bomb(f"{entries} entries in a directory of {directory_bytes} bytes")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise _damaged(f"not a readable zip: {error}") from error
    try:
        check_zip(archive, path.stat().st_size, limits)
    except Rejected:
        archive.close()
        raise
    return archive


def check_zip(
    archive: zipfile.ZipFile, size: int, limits: Limits, depth: int = 0, budget: int | None = None
) -> int:
    """Check what a zip directory claims, and that of archives stored in it. Returns the claimed unpacked bytes."""
    members = archive.infolist()
    if len(members) > limits.max_zip_entries:
        raise _bomb(f"{len(members)} entries")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    allowed = limits.max_unpacked_bytes if budget is None else budget
    if unpacked > allowed:
        raise _bomb(f"unpacks to {unpacked} bytes")
    if packed > size:
        raise _bomb("entries overlap")
    if unpacked > _RATIO_MATTERS_ABOVE and unpacked > limits.max_zip_ratio * max(size, 1):
        raise _bomb(f"{size} bytes unpack to {unpacked}")
    total = unpacked
    for member in members:
        stored = member.compress_type == zipfile.ZIP_STORED and member.file_size > _END_SIZE
        if not stored or not member.filename.lower().endswith(_NESTED):
            continue
        if depth >= 2:
            raise _bomb("archives nested more than twice")
        total += _check_nested(archive, member, limits, depth, allowed - total)
    return total


def _check_nested(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, depth: int, budget: int
) -> int:
    try:
        with archive.open(member) as stream, zipfile.ZipFile(stream) as inner:
            return check_zip(inner, member.file_size, limits, depth + 1, budget)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, struct.error):
        return 0  # Not an archive after all; whoever opens it later is bounded by the sandbox.


def read_member(archive: zipfile.ZipFile, name: str, limit: int = _MAX_MEMBER_READ) -> bytes:
    """The first `limit` bytes of a member; nothing when it is missing or broken."""
    try:
        with archive.open(name) as stream:
            return stream.read(limit)
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return b""
    except Exception as error:  # a decompressor's own error type differs by method (zlib.error, LZMAError)
        if type(error).__module__ in {"zlib", "_lzma", "lzma"}:
            return b""
        raise


class OleNames:
    """The names of the streams of an OLE file, upper-cased, and its summary."""

    def __init__(self, path: Path) -> None:
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
    counts = [int(digits) for digits in re.findall(rb'spinCount="(\d{1,12})"', information)]
    return max(counts, default=0)
