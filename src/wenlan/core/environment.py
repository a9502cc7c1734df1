"""Reading the configuration: one environment variable per decision, each of them named and typed here."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: What every program of the site gives up for new files: they are for the user it runs as, and nobody else.
UMASK = 0o077

_ENVIRONMENT_LINE = re.compile(r"""(?P<name>[A-Z_][A-Z0-9_]*)=(?P<quote>["']?)(?P<value>.*)(?P=quote)""")


class ConfigurationError(Exception):
    """An environment variable has a value that cannot be used; the message says which and what to write."""


@dataclass
class Environment:
    """Typed access to the process environment that remembers every name it was asked for.

    The remembered names are compared with `.env.example` and the operator's manual by a test.
    """

    values: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    names: list[str] = field(default_factory=list)

    def _raw(self, name: str) -> str | None:
        if name not in self.names:
            self.names.append(name)
        value = self.values.get(name, "").strip()
        return value or None

    def text(self, name: str, default: str = "") -> str:
        return self._raw(name) or default

    def boolean(self, name: str, *, default: bool = False) -> bool:
        value = self._raw(name)
        if value is None:
            return default
        if value.lower() in {"1", "true", "yes", "on"}:
            return True
        if value.lower() in {"0", "false", "no", "off"}:
            return False
        raise ConfigurationError(f"{name} is {value!r}; write 1 or 0.")

    def integer(self, name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
        value = self._raw(name)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            raise ConfigurationError(f"{name} is {value!r}; write a whole number.") from None
        if number < minimum or (maximum is not None and number > maximum):
            upper = "" if maximum is None else f" and at most {maximum}"
            raise ConfigurationError(f"{name} is {number}; it must be at least {minimum}{upper}.")
        return number

    def items(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list, blanks dropped."""
        return [item.strip() for item in self.text(name, default).split(",") if item.strip()]

    def choice(self, name: str, default: str, *, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ConfigurationError(f"{name} is {value!r}; write one of {', '.join(choices)}.")
        return value

    def steps(self, name: str, default: str, *, choices: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
        """What holds from which percent on, the highest first: `refuse:90,review:30`; without a percent always."""
        steps: dict[int, str] = {}
        for item in self.items(name, default):
            choice, _separator, percent = (part.strip() for part in item.partition(":"))
            number = int(percent) if percent.isdecimal() else 0 if not percent else 101
            if choice not in choices or number > 100 or number in steps:
                raise ConfigurationError(
                    f"{name} is {self.text(name)!r}; write one of {', '.join(choices)}, or several, each with the"
                    f" percent from which it holds, such as {choices[0]}:90,{choices[-1]}:0."
                )
            steps[number] = choice
        return tuple(sorted(steps.items(), reverse=True))

    def web_address(self, name: str, default: str) -> str:
        """Where a site is, such as `https://library.example.org`: scheme in small letters, no slash at the end."""
        value = self.text(name, default).rstrip("/")
        scheme, _separator, rest = value.partition("://")
        if scheme.lower() not in {"http", "https"} or not urlsplit(value).hostname:
            raise ConfigurationError(f"{name} is {value!r}; write an address with https:// or http://.")
        return f"{scheme.lower()}://{rest}"

    def socket(self, name: str) -> str | tuple[str, int] | None:
        """Where a server listens: the path of a unix socket, or host and port; None when the name is not set."""
        value = self._raw(name)
        if value is None:
            return None
        path = value.removeprefix("unix:")
        if path.startswith("/"):
            return path
        host, _colon, port = value.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ConfigurationError(f"{name} is {value!r}; write the path of a socket, or HOST:PORT.")
        return host.strip("[]"), int(port)

    def servers(self, name: str) -> list[str]:
        """Addresses of servers, separated by commas, such as `https://user:password@host:9200`; none when not set.

        What is said of a wrong one does not repeat it: it may have a password in it.
        """
        addresses = self.items(name)
        for address in addresses:
            try:
                parts = urlsplit(address)
                is_right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
            except ValueError:
                is_right = False
            if not is_right or (parts.username is None) != (parts.password is None):
                raise ConfigurationError(
                    f"{name} has an address that cannot be used; write https://user:password@host:9200, with the"
                    " special characters of the password percent-encoded, or the same without user and password."
                )
        return addresses

    def file(self, name: str) -> Path | None:
        """A file that is there; None when the name is not set."""
        value = self._raw(name)
        if value is None:
            return None
        path = Path(value).expanduser().resolve()
        if not path.is_file():
            raise ConfigurationError(f"{name} is {value!r}, where there is no file.")
        return path

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()


def environment_file_read(path: Path) -> None:
    """Put the lines `NAME=value` of a file into the process environment; what is there already wins.

    Values are taken literally, without the quotes around them, as systemd reads an EnvironmentFile.
    Raises ConfigurationError when the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    for line in lines:
        match = _ENVIRONMENT_LINE.fullmatch(line.strip())
        if match:
            os.environ.setdefault(match["name"], match["value"])


def private_folder(path: Path) -> Path:
    """`path`, made for its owner alone unless it is there already."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address, can only mean the machine itself (RFC 6761, section 6.3)."""
    host = host.strip("[].").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def secret_from_file(path: Path) -> str:
    """The secret kept in `path`, made on first use and readable by its owner only.

    Two processes starting at once agree on one secret: the file is created exclusively, under another
    name first, so that nobody ever reads half of it.
    """
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    with contextlib.suppress(FileExistsError):  # another process was first; its secret is the one
        path.hardlink_to(draft)
    draft.unlink()
    return path.read_text(encoding="ascii").strip()
