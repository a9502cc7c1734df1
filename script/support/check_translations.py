"""Say which texts of the rooms are not translated: nothing missing, nothing empty, nothing doubtful, nothing left over.

Exit status 1 when something is found. The texts are gathered from a copy, so that nothing in the checkout changes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale", LANGUAGE, "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
NARROW = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?(][\u4e00-\u9fff]|[\u4e00-\u9fff]\)")
"""Punctuation of Latin letters where Chinese ones stand."""

Message = tuple[str, str, str]
"""Context, text and plural text; the last two empty where there is none."""


def main(package: Path) -> int:
    findings = list(findings_in(package))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def findings_in(package: Path) -> Iterator[str]:
    """One line for each thing that is wrong with the translations of the rooms in `package`."""
    for room, used in sorted(gather(package).items()):
        path = package / room / CATALOGUE
        catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
        entries = {_message(entry): entry for entry in catalogue if not entry.obsolete}
        place = f"{room}/{CATALOGUE}"
        for message in sorted(used - entries.keys()):
            yield f"{place}: missing: {message[1]!r}"
        for message in sorted(entries.keys() - used):
            yield f"{place}: no longer in the code: {message[1]!r}"
        for message, entry in sorted(entries.items()):
            for problem in problems_of(entry):
                yield f"{place}: {problem}: {message[1]!r}"


def gather(package: Path) -> dict[str, set[Message]]:
    """Every text marked for translation, by room, as `makemessages` finds it."""
    rooms = sorted(path.name for path in package.iterdir() if (path / "__init__.py").exists())
    with tempfile.TemporaryDirectory(prefix="wenlan-messages-") as name:
        copy = Path(name) / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("locale", "__pycache__", "static"))
        for room in rooms:
            (copy / room / "locale").mkdir()
        result = subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "--locale",
                LANGUAGE,
                "--no-location",
                "--no-wrap",
            ],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise SystemExit(f"makemessages failed:\n{result.stdout}{result.stderr}")
        return {room: _messages(copy / room / CATALOGUE) for room in rooms}


def problems_of(entry: polib.POEntry) -> Iterator[str]:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        yield "fuzzy"
    if not translations or not all(translations):
        yield "empty"
        return
    allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for translation in translations:
        if not set(PLACEHOLDER.findall(translation)) <= allowed:
            yield "a placeholder the text does not have"
        if NARROW.search(translation):
            yield "narrow punctuation beside a Chinese character"
    if not entry.msgid_plural and set(PLACEHOLDER.findall(entry.msgstr)) != allowed:
        yield "a placeholder is lost"


def _messages(path: Path) -> set[Message]:
    if not path.exists():
        return set()
    return {_message(entry) for entry in polib.pofile(str(path)) if not entry.obsolete}


def _message(entry: polib.POEntry) -> Message:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "src" / "wenlan"))
