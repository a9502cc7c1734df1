"""`wenlan setup`: bring everything up to date that must be before the site starts."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand

FINGERPRINT_NAME = ".fingerprint"


class Command(BaseCommand):
    help = "Make the folders, bring the database and the static files up to date. Run it after every update."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="collect the static files even if unchanged")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in data_folders():
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(_mode_of(folder))
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.stdout.write("The database is up to date.")
        self._static_files(force=options["force"])

    def _static_files(self, *, force: bool) -> None:
        """Collect the static files, unless they are those collected last time."""
        marker = Path(settings.STATIC_ROOT) / FINGERPRINT_NAME
        fingerprint = static_fingerprint()
        if not force and marker.is_file() and marker.read_text(encoding="ascii") == fingerprint:
            self.stdout.write("The static files are up to date.")
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        marker.write_text(fingerprint, encoding="ascii")
        self.stdout.write("The static files are collected.")


def data_folders() -> list[Path]:
    """Folders the site writes to."""
    folders: list[Path] = [
        settings.DATA_DIR,
        settings.FILE_UPLOAD_TEMP_DIR,
        settings.CONVERSION_JOBS_DIR,
        settings.SEARCH_INDEX_DIR,
        settings.STATIC_ROOT,
    ]
    if isinstance(default_storage, FileSystemStorage):
        folders.append(Path(default_storage.location))
    if settings.EMAIL_URL.startswith("filemail:"):
        folders.append(settings.MAIL_DIR)
    return [Path(folder) for folder in folders]


def _mode_of(folder: Path) -> int:
    """Who may enter `folder`: us, and of the files also the group, so that nginx can be let in to send them."""
    if isinstance(default_storage, FileSystemStorage) and folder == Path(default_storage.location):
        return default_storage.directory_permissions_mode or 0o700
    return 0o700


def static_fingerprint() -> str:
    """A hash of the names, sizes and times of all static files; it changes when any of them does."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
