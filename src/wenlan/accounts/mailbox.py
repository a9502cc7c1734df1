"""Reading the mail that a demo writes to a folder instead of sending it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

#: What Django's file-based backend names its files, `20261122-151500-139.log`, and puts between two mails.
_FILE_NAME = re.compile(r"[0-9A-Za-z-]+\.log")
_SEPARATOR = re.compile(rb"^-{79}\r?\n", re.MULTILINE)

MAILBOX_LIMIT = 200


@dataclass(frozen=True)
class StoredMail:
    """One mail of the folder; `number` counts the mails of one file from 0."""

    file_name: str
    number: int
    subject: str
    sender: str
    to: str
    date: datetime | None
    body: str


def mails_stored() -> list[StoredMail]:
    """The latest mails, newest first."""
    folder = Path(settings.MAIL_DIR)
    if not folder.is_dir():
        return []
    paths = [path for path in folder.iterdir() if _is_mail(path)]
    paths.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    mails = [mail for path in paths[:MAILBOX_LIMIT] for mail in reversed(_mails_in(path))]
    return mails[:MAILBOX_LIMIT]


def mail_stored(*, file_name: str, number: int) -> StoredMail | None:
    """One mail, or None if there is none of that name and number. Names cannot lead out of the folder."""
    path = Path(settings.MAIL_DIR) / file_name
    if not _FILE_NAME.fullmatch(file_name) or not _is_mail(path):
        return None
    mails = _mails_in(path)
    return mails[number] if number < len(mails) else None


def _is_mail(path: Path) -> bool:
    return bool(_FILE_NAME.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def _mails_in(path: Path) -> list[StoredMail]:
    parts = [part for part in _SEPARATOR.split(path.read_bytes()) if part.strip()]
    return [_parsed(path.name, number, part) for number, part in enumerate(parts)]


def _parsed(file_name: str, number: int, content: bytes) -> StoredMail:
    message = message_from_bytes(content, policy=policy.default)
    return StoredMail(
        file_name=file_name,
        number=number,
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        to=_header(message, "To"),
        date=_date(message),
        body=_text(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):  # what the parser raises on headers no program wrote
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        date = parsedate_to_datetime(_header(message, "Date"))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content()).strip()
    except (LookupError, KeyError):  # a character set or a type that does not exist
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
