"""`wenlan import`: a folder of files becomes documents of the library."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.core.money import parse_money
from wenlan.documents.errors import SameFileExists
from wenlan.documents.models import Category, Document, Revision
from wenlan.documents.services import document_publish, document_submit, document_upload

STUCK_SECONDS = 600.0
LOOK_SECONDS = 1.0


class Command(BaseCommand):
    help = "Add the files of a folder, and of the folders in it, to the library as drafts of one author."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--author", required=True, metavar="EMAIL", help="whose documents they become")
        parser.add_argument("--category", metavar="SLUG", help="the category of all of them")
        parser.add_argument(
            "--price", default="0", help=f"in {settings.CURRENCY}, such as 4.50 (default: free)"
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="publish each as soon as its preview is ready, without review; needs --category and a "
            "running worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        author = _author(options["author"])
        category = _category(options["category"])
        price_minor = _price(options["price"])
        if options["publish"] and category is None:
            raise CommandError("--publish needs --category: every published document stands on a shelf.")
        counts: Counter[str] = Counter()
        documents: list[Document] = []
        for path in _files(options["folder"]):
            try:
                document = document_upload(
                    author=author,
                    path=path,
                    name=path.name,
                    move=False,
                    category=category,
                    price_minor=price_minor,
                    enforce_daily_limit=False,
                )
            except SameFileExists as error:
                counts["skipped"] += 1
                where = f" (#{error.document.pk})" if error.document else ""
                self.stdout.write(f"= {path}: already here{where}")
            except (WenlanError, OSError) as error:
                counts["failed"] += 1
                self.stdout.write(f"✗ {path}: {error}")
            else:
                counts["added"] += 1
                documents.append(document)
                self.stdout.write(f"✓ {path}: #{document.pk}")
            self.stdout.flush()
        if options["publish"]:
            self._publish(author, documents, counts)
        self.stdout.write(", ".join(f"{counts[word]} {word}" for word in ("added", "skipped", "failed")))
        if counts["failed"]:
            raise SystemExit(1)

    def _publish(self, author: User, documents: list[Document], counts: Counter[str]) -> None:
        """Publish each document once it is converted; what fails is counted."""
        waiting = {document.pk for document in documents}
        last_progress = time.monotonic()
        while waiting and time.monotonic() - last_progress < STUCK_SECONDS:
            close_old_connections()
            for revision in _converted(waiting):
                last_progress = time.monotonic()
                waiting.discard(revision.document_id)
                try:
                    document_submit(actor=author, document_id=revision.document_id)
                    document_publish(document_id=revision.document_id)
                    self.stdout.write(f"✓ #{revision.document_id} is published")
                except WenlanError as error:
                    counts["failed"] += 1
                    self.stdout.write(f"✗ #{revision.document_id}: {error}")
                self.stdout.flush()
            time.sleep(LOOK_SECONDS if waiting else 0)
        if waiting:
            counts["failed"] += len(waiting)
            self.stdout.write(f"✗ {len(waiting)} are not converted. Is `wenlan worker` running?")


def _converted(document_ids: set[int]) -> list[Revision]:
    """Revisions of these documents whose conversion is over, one way or the other."""
    over = [Revision.State.READY, Revision.State.FAILED, Revision.State.QUARANTINED]
    return list(Revision.objects.filter(document__in=document_ids, state__in=over).order_by("pk"))


def _files(folder: Path) -> Iterator[Path]:
    """The files below `folder` in order; hidden ones and links are left out."""
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder.")
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _author(email: str) -> User:
    author = User.objects.filter(email__iexact=email).first()
    if author is None:
        raise CommandError(f"Nobody signs in as {email}.")
    if not author.is_author:
        raise CommandError(f"{email} is not an author.")
    return author


def _category(slug: str | None) -> Category | None:
    if slug is None:
        return None
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        known = ", ".join(Category.objects.values_list("slug", flat=True))
        raise CommandError(f"There is no category {slug!r}. There are: {known or 'none yet'}.")
    return category


def _price(text: str) -> int:
    try:
        return parse_money(text, settings.CURRENCY, maximum_minor=settings.PRICE_MAX_MINOR)
    except WenlanError as error:
        raise CommandError(f"--price: {error}") from error
