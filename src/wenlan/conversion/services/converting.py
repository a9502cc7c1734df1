"""Running the engine on a claimed revision and storing what comes out, page by page."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from wenlan.conversion.engine import Event, PageCount, PageReady, Result, StageChanged, Status, convert
from wenlan.conversion.engine import Page as EnginePage
from wenlan.conversion.jobs import job_folder
from wenlan.conversion.language import LetterCount
from wenlan.conversion.messages import failure_code
from wenlan.conversion.pause import worker_pause
from wenlan.conversion.services.claims import claim_release, claim_renew, failure_return, held
from wenlan.conversion.services.inspecting import engine_limits
from wenlan.core.handlers import handlers
from wenlan.core.leases import Claim, ClaimLost
from wenlan.core.text import clean_line
from wenlan.documents.details import TITLE_MAX
from wenlan.documents.files import CHUNK_BYTES, file_store, folder_delete, preview_folder
from wenlan.documents.models import Document, Page, Revision
from wenlan.documents.room import has_room

logger = logging.getLogger(__name__)

DETAIL_MAX = 2000

MACHINE_FAULTS = frozenset({"no_sandbox", "no_office", "no_cache", "office_broken"})
"""Errors of the engine that say nothing of the file: the operator has to repair the machine."""


class OriginalMissing(Exception):
    """The storage has no file under the name the revision remembers."""


def revision_convert(*, claim: Claim) -> None:
    """Convert the claimed revision and store its pages as they become ready, its text and its report.

    Whatever the file is, the revision is ready or failed afterwards, unless the claim is lost (then nothing of
    this attempt remains), the process is told to stop, or the machine cannot convert, for want of LibreOffice, a
    sandbox or room on the disk (then the revision waits again). A database that does
    not answer raises; the lease then runs out and another worker takes over.
    """
    revision = held(claim).first()
    if revision is None:
        return
    conversion = Conversion(claim=claim, revision=revision)
    try:
        _finish(conversion, conversion.run())
    except ClaimLost:
        logger.warning("Revision %s was taken over by another worker", claim.row_id)
        conversion.discard()
    except (KeyboardInterrupt, SystemExit):
        conversion.discard()
        claim_release(claim)
        raise
    except DatabaseError:
        raise
    except OriginalMissing as error:
        _fail(conversion, "original_missing", str(error))
    except Exception as error:
        # A fault of ours, not of the file: the author may try again, the log has the rest.
        logger.exception("Revision %s could not be converted", claim.row_id)
        _fail(conversion, "failed", f"{type(error).__name__}: {error}")


@dataclass
class Conversion:
    """One attempt at one revision."""

    claim: Claim
    revision: Revision
    letters: LetterCount = field(default_factory=LetterCount)
    character_count: int = 0
    stored_bytes: int = 0
    slides_file: str = ""

    @property
    def folder(self) -> str:
        """Where this attempt stores its page images; no other attempt does."""
        return f"{preview_folder(self.claim.row_id)}/{self.claim.token}"

    def run(self) -> Result:
        with job_folder(self.claim) as job, Heartbeat(self.claim, renew=self.renew) as heartbeat:
            self._begin()
            source = job / f"original.{self.revision.format}"
            self._fetch_original(source)

            def on_event(event: Event) -> None:
                heartbeat.check()
                self._store(event)

            result = convert(
                source,
                name=self.revision.original_name,
                out=job / "out",
                limits=engine_limits(),
                on_event=on_event,
            )
            self._store_slides(result)
            return result

    def discard(self) -> None:
        """Delete the files of this attempt, unless it succeeded after all: then they are the preview."""
        if self.folder not in preview_folders_shown(self.claim.row_id):
            folder_delete(storage=default_storage, name=self.folder)

    def renew(self, claim: Claim) -> None:
        """Keep the claim. Raises ClaimLost."""
        claim_renew(claim)

    def _begin(self) -> None:
        """Remove the pages of workers that died; they can add no more, their claims being lost.

        Only what an earlier claim left: should this worker be the late one by now, the pages of the next stay.
        """
        with transaction.atomic():
            claim_renew(self.claim)
            self._note(slides_file="")
            Page.objects.filter(revision=self.claim.row_id).delete()
        self.forget_earlier_images()

    def forget_earlier_images(self) -> None:
        """Delete the page images of the claims before this one."""
        folder = preview_folder(self.claim.row_id)
        with suppress(FileNotFoundError):
            for token in default_storage.listdir(folder)[0]:
                if token.isdecimal() and int(token) < self.claim.token:
                    folder_delete(storage=default_storage, name=f"{folder}/{token}")

    def _fetch_original(self, target: Path) -> None:
        """Copy the original out of the storage, so that the engine works on a file of its own."""
        name = self.revision.file.name or ""
        try:
            stored = default_storage.open(name, "rb")
        except FileNotFoundError as error:
            raise OriginalMissing(name) from error
        with stored, target.open("wb") as copy:
            shutil.copyfileobj(stored, copy, CHUNK_BYTES)

    def _store(self, event: Event) -> None:
        match event:
            case StageChanged(stage):
                self._note(stage=stage)
            case PageCount(total):
                self._note(page_count=total)
            case PageReady(page):
                self._store_page(page)

    def _store_slides(self, result: Result) -> None:
        """Store the animated view of a presentation, beside the images of its pages."""
        if result.slides_path is None:
            return
        self.stored_bytes += result.slides_path.stat().st_size
        self.slides_file = file_store(
            storage=default_storage, path=result.slides_path, name=f"{self.folder}/slides.svg"
        )

    def _note(self, **columns: Any) -> None:
        if not held(self.claim).update(**columns):
            raise ClaimLost

    def _store_page(self, page: EnginePage) -> None:
        """Store the images of a page, then its row: a page that can be seen is complete."""
        row = self.page_row(page)
        with transaction.atomic():
            self._note(pages_done=F("pages_done") + 1)
            row.save()

    def page_row(self, page: EnginePage) -> Page:
        """The row of a page whose images are stored; not saved yet."""
        text = storable(page.text)
        images = [
            {
                "width": image.width,
                "height": image.height,
                "name": file_store(
                    storage=default_storage,
                    path=image.path,
                    name=f"{self.folder}/{page.number}-{image.width}{image.path.suffix}",
                ),
                "bytes": image.size_bytes,
                "media_type": image.media_type,
            }
            for image in sorted(page.images, key=lambda image: image.width)
        ]
        self.stored_bytes += sum(image.size_bytes for image in page.images)
        self.letters.add(text)
        self.character_count += len(text)
        return Page(
            revision_id=self.claim.row_id,
            number=page.number,
            width_points=page.width_points,
            height_points=page.height_points,
            text=text,
            lines=[[storable(line.text), line.x, line.y, line.width, line.height] for line in page.lines],
            images=images,
        )


class Heartbeat:
    """Renews a claim in the background, because an office program may be silent for longer than a lease."""

    def __init__(self, claim: Claim, *, renew: Callable[[Claim], None] = claim_renew) -> None:
        self._claim = claim
        self._renew = renew
        self._stopped = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"claim-{claim.row_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def check(self) -> None:
        """Raise ClaimLost when a renewal found the row in other hands."""
        if self._lost.is_set():
            raise ClaimLost

    def _beat(self) -> None:
        while not self._stopped.wait(settings.CLAIM_SECONDS / 3):
            try:
                self._renew(self._claim)
            except ClaimLost:
                self._lost.set()
                return
            except DatabaseError:
                # The next beat may succeed. If none does, the lease ends, and the fencing token of the next
                # worker keeps this one from writing.
                logger.warning("The claim on revision %s could not be renewed", self._claim.row_id)
            finally:
                connection.close()  # each thread has a connection of its own


def preview_folders_shown(revision_id: int) -> set[str]:
    """The folders in the storage that hold the preview of a revision; none as long as it has no complete one.

    The rows are asked, not the process that wrote them: it may have been stopped between its commit and anything it
    would have noted of it.
    """
    complete = [Revision.State.READY, Revision.State.REPLACED]
    revision = Revision.objects.filter(pk=revision_id, state__in=complete).first()
    if revision is None:
        return set()
    images = [image for page in revision.pages.values_list("images", flat=True) for image in page]
    names = [revision.slides_file, *(image["name"] for image in images)]
    return {name.rpartition("/")[0] for name in names if name}


def storable(text: str) -> str:
    """`text` without what no database or JSON document takes: zero characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _storable_json(value: Any) -> Any:
    """`storable` for every text inside a JSON value."""
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _storable_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable_json(item) for item in value]
    return value


def _finish(conversion: Conversion, result: Result) -> None:
    """Record how the engine ended. Raises ClaimLost, then nothing is written."""
    claim = conversion.claim
    if result.error in MACHINE_FAULTS:
        seconds = worker_pause.begin()
        logger.error(
            "This machine cannot convert (%s: %s): revision %s waits, the next try is in %d seconds",
            result.error, result.detail, claim.row_id, seconds,
        )  # fmt: skip
        _give_back(conversion)
        return
    worker_pause.end()
    if result.status is not Status.OK or not result.pages:
        error = result.error if result.status is not Status.OK else "no_pages"
        code = failure_code(error=error, status=result.status.value)
        _fail(conversion, code, f"{result.error or ''}: {result.detail or ''}", report=result.report)
        return
    with transaction.atomic():
        finished = held(claim).update(
            state=Revision.State.READY, stage="", claimed_until=None, **found_columns(conversion, result)
        )
        if not finished:
            raise ClaimLost
        _document_take_over(conversion, result)
        for ready in handlers("revision_ready"):
            ready(claim.row_id)


def found_columns(conversion: Conversion, result: Result) -> dict[str, Any]:
    """What a revision remembers of a conversion that succeeded."""
    return {
        "page_count": result.pages,
        "pages_done": result.pages,
        "recorded_pages": result.recorded_pages,
        "character_count": conversion.character_count,
        "outline": _storable_json([asdict(item) for item in result.outline]),
        "report": _storable_json(result.report),
        "slides_file": conversion.slides_file,
        "converted_at": timezone.now(),
    }


def _document_take_over(conversion: Conversion, result: Result) -> None:
    """Let a document that is not on the shelf yet show its new revision, under the title found inside."""
    document = Document.objects.select_for_update(no_key=True).get(pk=conversion.revision.document_id)
    if document.state in {Document.State.DRAFT, Document.State.IN_REVIEW, Document.State.RETURNED}:
        document.current_revision = conversion.revision
        document.language = conversion.letters.language() or document.language
        title = storable(clean_line(result.title or ""))
        if document.title_is_guess and 1 < len(title) <= TITLE_MAX:
            document.title = title
        document.save(update_fields=["current_revision", "language", "title", "updated_at"])
    for changed in handlers("document_changed"):
        changed(document.pk)


def _fail(conversion: Conversion, code: str, detail: str, *, report: dict[str, Any] | None = None) -> None:
    """Record that the file cannot be shown and delete what was drawn of it; nothing when the claim is lost.

    While the disk has no room, that may be all that was wrong: then the revision waits instead. If it was its own pages
    that took the room, the attempt counts, so that a document that never fits ends in quarantine.
    """
    claim = conversion.claim
    if not has_room():
        logger.error("Revision %s waits for room on the disk (%s)", claim.row_id, detail)
        _give_back(conversion, attempt_counts=has_room(-conversion.stored_bytes))
        return
    with transaction.atomic():
        failed = held(claim).update(
            state=Revision.State.FAILED,
            stage="",
            claimed_until=None,
            error_code=code,
            error_detail=storable(detail)[:DETAIL_MAX],
            report=_storable_json(report or {}),
            pages_done=0,
            page_count=None,
        )
        if failed:
            Page.objects.filter(revision=claim.row_id).delete()
            failure_return(Document.objects.select_related("author").get(revisions=claim.row_id), code)
    conversion.discard()


def _give_back(conversion: Conversion, *, attempt_counts: bool = False) -> None:
    """Let the revision wait for another try, and delete what was drawn of it; nothing when the claim is lost."""
    claim = conversion.claim
    with transaction.atomic():
        if held(claim).exists():
            Page.objects.filter(revision=claim.row_id).delete()
        if attempt_counts:
            held(claim).update(attempt_count=F("attempt_count") + 1)  # which giving it back takes away again
        claim_release(claim)
    conversion.discard()
