"""`wenlan check`: what this installation lacks."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, run_checks
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from wenlan.conversion.engine import Problem
from wenlan.conversion.engine import doctor as engine_doctor
from wenlan.conversion.services import scanner_problems
from wenlan.search.index import search_server
from wenlan.search.ports import SearchUnavailable
from wenlan.web.management.commands.setup import FINGERPRINT_NAME, data_folders

FREE_BYTES_MIN = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `hint` says how to repair what is not right."""

    is_right: bool
    text: str
    hint: str = ""
    is_warning: bool = False


class Command(BaseCommand):
    help = "Tell what this installation lacks. Ends with status 1 when something has to be repaired."
    requires_system_checks = []  # they are run below, with everything else

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        for finding in findings():
            mark = "✓" if finding.is_right else "!" if finding.is_warning else "✗"
            self.stdout.write(f"{mark} {finding.text}")
            if not finding.is_right:
                problems += not finding.is_warning
                if finding.hint:
                    self.stdout.write(f"  → {finding.hint}")
        if problems:
            self.stdout.write(f"{problems} to repair.")
            raise SystemExit(1)
        self.stdout.write("All is well.")


def findings() -> Iterator[Finding]:
    """Everything worth looking at, in the order in which one would repair it."""
    yield from _folders()
    yield _disk()
    yield from _database()
    yield _static_files()
    yield from _settings()
    yield from _engine()
    yield from _scanner()
    yield from _search()


def _folders() -> Iterator[Finding]:
    for folder in data_folders():
        writable = _is_writable(folder)
        yield Finding(writable, f"{folder} can be written to", "Run `wenlan setup`, or give us the folder")
    yield from _privacy()


def _privacy() -> Iterator[Finding]:
    """Nobody else on this machine reads the database, the mail and the originals, except nginx where it sends them."""
    private = {Path(settings.DATA_DIR)}
    if connection.vendor == "sqlite":
        private.add(Path(settings.DATABASES["default"]["NAME"]).parent)
    for folder in sorted(path for path in private if path.is_dir()):
        is_private = not folder.stat().st_mode & stat.S_IRWXO
        text = f"{folder} is closed to the other users of this machine"
        if not is_private:
            text = f"{folder} is open to every user of this machine"
        yield Finding(is_private, text, f"chmod o-rwx {folder}", is_warning=True)
    if settings.ACCEL_REDIRECT_PREFIX:
        is_open = bool(Path(settings.DATA_DIR).stat().st_mode & stat.S_IXGRP)
        text = f"{settings.DATA_DIR} {'lets' if is_open else 'does not let'} the group of nginx through"
        yield Finding(is_open, text, f"chmod 710 {settings.DATA_DIR}", is_warning=True)


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _disk() -> Finding:
    folder = next(path for path in (settings.DATA_DIR, *settings.DATA_DIR.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    needed = max(FREE_BYTES_MIN, 4 * settings.UPLOAD_MAX_BYTES)
    text = f"{free / 1024**3:.1f} GiB are free for files"
    return Finding(free >= needed, text, f"Make room: at least {needed / 1024**3:.1f} GiB should be free")


def _database() -> Iterator[Finding]:
    name = connection.vendor
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding(False, f"The database ({name}) does not answer: {error}", "Look at DATABASE_URL")
        return
    yield Finding(True, f"The database ({name}) answers")
    yield Finding(not waiting, "The database is up to date", "Run `wenlan setup`")


def _static_files() -> Finding:
    collected = (Path(settings.STATIC_ROOT) / FINGERPRINT_NAME).is_file()
    return Finding(collected, "The static files are collected", "Run `wenlan setup`")


def _settings() -> Iterator[Finding]:
    messages = [message for message in run_checks() if message.level >= WARNING and not message.is_silenced()]
    for message in messages:
        yield _finding_of(message)
    if not any(message.level >= ERROR for message in messages):
        yield Finding(True, "The settings fit together")


def _finding_of(message: CheckMessage) -> Finding:
    return Finding(
        is_right=False,
        text=f"{message.msg} ({message.id})",
        hint=message.hint or "",
        is_warning=message.level < ERROR,
    )


def _engine() -> Iterator[Finding]:
    problems = engine_doctor()
    yield from map(_finding_of_problem, problems)
    if not any(problem.severity == "error" or problem.code == "no_sandbox" for problem in problems):
        yield Finding(True, "LibreOffice and its sandbox work")


def _scanner() -> Iterator[Finding]:
    problems = list(scanner_problems())
    yield from map(_finding_of_problem, problems)
    if settings.CLAMD and not problems:
        yield Finding(True, "The virus scanner answers and takes files as large as an upload may be")


def _search() -> Iterator[Finding]:
    if server := search_server():
        try:
            yield Finding(True, f"Search is {server.version()} at {server.name}")
        except SearchUnavailable as error:
            hint = "Look at WENLAN_SEARCH_URL, and at WENLAN_SEARCH_CA_FILE if the certificate is not trusted"
            yield Finding(False, f"OpenSearch at {server.name} does not answer: {error}", hint)


def _finding_of_problem(problem: Problem) -> Finding:
    return Finding(False, problem.message, problem.hint, is_warning=problem.severity == "warning")
