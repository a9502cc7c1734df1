"""Office formats to PDF. One implementation: a fresh, hardened soffice per document.

What callers need is the small protocol `Layouter`, so that another way of running LibreOffice can take its place.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from . import fonts, slides, workbooks
from .bounds import Caps, Deadline, DeadlineExceeded, Quota
from .caches import cache_folder, locked, unused_remove
from .child import Child
from .model import MIB, ConversionFailed, Limits, Status
from .outbox import Outbox
from .sandbox import JOB, Bind, spawn

logger = logging.getLogger(__name__)

PROGRAM_SETTING = "WENLAN_SOFFICE"
SETTINGS = Path(__file__).parent / "data" / "registrymodifications.xcu"

_PRIMING_SECONDS = 90.0
_PRIMING_STARTS = 3
_PLAYER = "player.js"
_PRESENTATION = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:version="1.3"'
    ' office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>'
    '<draw:page draw:name="A"/><draw:page draw:name="B"/></office:presentation></office:body></office:document>'
)
_KINDS = {
    "Writer": "writer",
    "Writer/Web": "writer",
    "Writer master": "writer",
    "Calc": "calc",
    "Impress": "impress",
    "Draw": "draw",
}
_OPENED = re.compile(r"convert .+ as a (.+?) document")
_PDF_OPTIONS = {
    "ExportBookmarks": True,
    "ExportNotes": False,
    "ExportFormFields": False,
    "UseTaggedPDF": False,
    "Quality": 85,
    "ReduceImageResolution": True,
    "MaxImageResolution": 300,
}


SheetSizes = tuple[tuple[float, float], ...]
"""Width and height of the sheets of a workbook, each laid out on a single page, in points."""


@dataclass(frozen=True)
class Layout:
    """What is to be laid out: a file in the job's folder and how to read it."""

    source: Path
    """The file on the machine; the sandbox sees it read-only."""
    ending: str
    """The ending, without a dot, under which LibreOffice sees it."""
    kind: str
    """The kind of document LibreOffice must take it for: writer, calc or impress."""
    import_filter: str | None = None
    single_page_sheets: bool = False
    sheet_sizes: SheetSizes = ()
    """Where some sheet was found too large for a single page: what a layouter needs to find paper for each, if it can."""

    @property
    def import_options(self) -> str | None:
        """The options of its import filter where its ending alone says which filter that is; None where not."""
        name, _, options = (self.import_filter or "").partition(":")
        return options if name in {"", "CSV"} else None


OnFirstPage = Callable[[Path], None]
"""Hears of the PDF of the first page of a document that takes long, while the rest is still being laid out."""
OnPaged = Callable[[Mapping[str, Any]], None]
"""Hears what the sandbox says of a workbook with sheets on several pages each, as `Paged` in inside/workbook.py."""


@dataclass(frozen=True)
class LayoutJob:
    """One document to lay out: where the result goes, by when, and within which bounds."""

    layout: Layout
    work: Path
    """A folder for the result, which no sandboxed program can reach."""
    deadline: Deadline
    limits: Limits
    on_first_page: OnFirstPage | None = None
    """May hear of the first page before the rest is there; then the PDF begins with the same page."""
    on_paged: OnPaged | None = None
    """Hears, before the PDF is there, when large sheets of a workbook got paper of their own."""


class Layouter(Protocol):
    """Turns an office document into a PDF, and a presentation into slides that play."""

    def to_pdf(self, job: LayoutJob) -> Path:
        """Write a PDF into the folder `job.work` and return its path.

        Raises ConversionFailed: damaged when the document cannot be read, DeadlineExceeded when it takes too long.
        """

    def to_slides(self, job: LayoutJob) -> Path:
        """Write a presentation as LibreOffice's own animated SVG into the folder `job.work`, as unsafe as the document.

        Raises ConversionFailed, as to_pdf does.
        """

    def player(self, limits: Limits) -> str:
        """The script that plays such an SVG, as this LibreOffice writes it. Raises ConversionFailed without one."""


def program() -> Path | None:
    """The real LibreOffice program: soffice.bin where it stands beside the start script."""
    found = shutil.which(os.environ.get(PROGRAM_SETTING, "soffice"))
    if found is None:
        return None
    path = Path(found).resolve()
    binary = path.with_name("soffice.bin")
    return binary if binary.exists() else path


def program_binds(path: Path) -> list[Bind]:
    """What the sandbox needs besides /usr when LibreOffice is installed elsewhere (/opt)."""
    home = path.parent.parent
    return [] if home.is_relative_to("/usr") else [Bind(home, str(home))]


def office_environment() -> dict[str, str]:
    """What LibreOffice needs to know: our fonts, and that there is no screen."""
    return {"FONTCONFIG_FILE": fonts.CONFIGURATION_IN_SANDBOX, "SAL_USE_VCLPLUGIN": "svp"}


def _profile_key(path: Path) -> str:
    """Changes whenever a primed profile would no longer fit: another program, other settings, other fonts."""
    program = path.stat()
    parts = [_PRESENTATION, f"{path}:{program.st_mtime_ns}:{program.st_size}", *fonts.fingerprint()]
    digest = hashlib.sha256(SETTINGS.read_bytes() + fonts.CONFIGURATION.read_bytes())
    digest.update("\n".join(parts).encode())
    return digest.hexdigest()[:20]


@dataclass(frozen=True)
class _Export:
    """A way of writing a document: the name of the file, what it begins with, and how large it may be."""

    name: str
    filter: str
    magic: bytes
    max_bytes: int


class SofficeLayouter:
    """Starts `soffice --convert-to` for each document, in the sandbox, with a copy of a primed profile."""

    def to_pdf(self, job: LayoutJob) -> Path:
        """As Layouter.to_pdf."""
        if job.layout.sheet_sizes:
            job = self._on_paper(job)
        export = _Export("document.pdf", _pdf_export(job.layout), b"%PDF-", job.limits.max_output_bytes)
        return self._convert(job, export)

    def _on_paper(self, job: LayoutJob) -> LayoutJob:
        """The same workbook on the paper its sheets need; as it is when its own pages show them readably."""
        limits = job.limits
        book = self._convert(job, _Export("document.ods", "ods", b"PK", limits.max_output_bytes))
        changed = workbooks.repaper(book, job.work, job.layout.sheet_sizes, job.deadline, limits)
        if changed.says is not None and job.on_paged is not None:
            job.on_paged(changed.says)
        if changed.book is None:
            return job
        return replace(job, layout=Layout(changed.book, "ods", job.layout.kind))

    def to_slides(self, job: LayoutJob) -> Path:
        """As Layouter.to_slides."""
        export = _Export("document.svg", "svg:impress_svg_Export", slides.MAGIC, job.limits.max_slides_bytes)
        return self._convert(job, export)

    def player(self, limits: Limits) -> str:
        """As Layouter.player."""
        path = program()
        if path is None:
            raise ConversionFailed(Status.FAILED, "no_office", "LibreOffice (soffice) is not installed")
        try:
            return (self.template(path, limits) / _PLAYER).read_text(encoding="utf-8")
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "no_player", str(error)) from error

    def _convert(self, job: LayoutJob, export: _Export) -> Path:
        path = program()
        if path is None:
            raise ConversionFailed(Status.FAILED, "no_office", "LibreOffice (soffice) is not installed")
        template = self.template(path, job.limits)
        room = Path(tempfile.mkdtemp(prefix="office-", dir=job.work))
        shutil.copytree(template / "profile", room / "profile")
        (room / "laid").mkdir()
        with Outbox(room / "laid") as outbox:
            opened, words = self._run(path, job, export, template, room)
            self._judge(job.layout, export, outbox, opened, words)
            target = job.work / f"{room.name}{Path(export.name).suffix}"
            outbox.take(export.name, target, (export.magic, None), export.max_bytes)
        shutil.rmtree(room, ignore_errors=True)
        return target

    def _run(
        self, path: Path, job: LayoutJob, export: _Export, template: Path, room: Path
    ) -> tuple[str | None, str]:
        """Convert. Returns the kind of document LibreOffice says it opened, and its last words."""
        layout, limits = job.layout, job.limits
        inside = f"/source/document.{layout.ending}"
        command = [*self._start(path), "--convert-to", export.filter, "--outdir", f"{JOB}/laid"]
        if layout.import_filter:
            command.append(f"--infilter={layout.import_filter}")
        binds = [
            *program_binds(path),
            *fonts.binds(),
            Bind(template / "fontcache", fonts.CACHE_IN_SANDBOX),
            Bind(room, JOB, writable=True),
            Bind(layout.source.resolve(), inside),
        ]
        caps = Caps(
            limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes, threads=True
        )
        with (
            tempfile.TemporaryFile() as told,
            spawn([*command, inside], binds=binds, caps=caps, env=office_environment(), stdout=told) as child,
        ):
            code = child.wait(job.deadline, Quota(room, limits.max_output_bytes))
            opened = _OPENED.search(os.pread(told.fileno(), 4096, 0).decode(errors="replace"))
            return (_KINDS.get(opened[1]) if opened else None), f"exit {code}: {child.last_words()}"

    @staticmethod
    def _judge(layout: Layout, export: _Export, outbox: Outbox, opened: str | None, words: str) -> None:
        """Believe the output, not the exit code. Raises ConversionFailed when there is none of this document."""
        if not outbox.has(export.name):
            raise ConversionFailed(Status.DAMAGED, "damaged", f"LibreOffice wrote no {export.name} ({words})")
        if opened is not None and opened != layout.kind:
            raise ConversionFailed(
                Status.DAMAGED, "damaged", f"a {layout.kind} document that opens as {opened}"
            )

    @staticmethod
    def _start(path: Path) -> list[str]:
        flags = ["--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
        return [str(path), f"-env:UserInstallation=file://{JOB}/profile", *flags]

    def template(self, path: Path, limits: Limits) -> Path:
        """The folder of the primed profile and the font cache; made on first use, once per user and machine."""
        base = cache_folder()
        key = _profile_key(path)
        ready = base / f"office-{key}"
        if ready.is_dir():
            os.utime(ready)
            return ready
        with locked(base / "office.lock"):
            if not ready.is_dir():
                self._prime(path, base, ready, limits)
            unused_remove("office-*")
        return ready

    def _prime(self, path: Path, base: Path, ready: Path, limits: Limits) -> None:
        """Start LibreOffice once on an empty document, so that its profile and the font cache are complete."""
        work = Path(tempfile.mkdtemp(prefix="priming-", dir=base))
        try:
            user = work / "profile" / "user"
            user.mkdir(parents=True)
            shutil.copy(SETTINGS, user / "registrymodifications.xcu")
            (work / "fontcache").mkdir()
            (work / "laid").mkdir()
            (work / "sample.txt").write_text("文 A\n", encoding="utf-8")
            (work / "sample.fodp").write_text(_PRESENTATION, encoding="utf-8")
            deadline = Deadline(_PRIMING_SECONDS)
            words = ""
            # With an empty profile LibreOffice asks to be started again (exit code 81).
            for _ in range(_PRIMING_STARTS):
                try:
                    words = self._start_empty(path, work, deadline, limits)
                except DeadlineExceeded:
                    words = f"not within {_PRIMING_SECONDS:.0f} seconds"
                    continue
                if (work / "laid" / "sample.pdf").is_file():
                    break
            else:
                raise ConversionFailed(Status.FAILED, "office_broken", words)
            self._keep_player(path, work, limits)
            shutil.rmtree(work / "laid")
            for sample in work.glob("sample.*"):
                sample.unlink()
            work.rename(ready)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _keep_player(self, path: Path, work: Path, limits: Limits) -> None:
        """Take the player of presentations from a sample of ours. Without one, presentations stand still."""
        try:
            self._start_empty(
                path, work, Deadline(_PRIMING_SECONDS), limits, "svg:impress_svg_Export", "sample.fodp"
            )
            player = slides.player_of(work / "laid" / "sample.svg")
        except (ConversionFailed, slides.NotPlayable) as reason:
            logger.warning("presentations will not play: %s", reason)
            return
        (work / _PLAYER).write_text(player, encoding="utf-8")

    def _start_empty(
        self,
        path: Path,
        work: Path,
        deadline: Deadline,
        limits: Limits,
        export: str = "pdf",
        sample: str = "sample.txt",
    ) -> str:
        """Convert a sample with the profile that is being made. Returns how it ended, for a log."""
        with spawn(
            [*self._start(path), "--convert-to", export, "--outdir", f"{JOB}/laid", f"{JOB}/{sample}"],
            binds=[
                *program_binds(path),
                *fonts.binds(),
                Bind(work, JOB, writable=True),
                Bind(work / "fontcache", fonts.CACHE_IN_SANDBOX, writable=True),
            ],
            caps=Caps(limits.memory_bytes, int(_PRIMING_SECONDS), 512 * MIB, threads=True),
            env=office_environment(),
        ) as child:
            return ending(child, child.wait(deadline))


def ending(child: Child, code: int) -> str:
    """How LibreOffice came to its end, in a line: what killed it, or the last thing it said."""
    number = -code if code < 0 else code - 128  # bwrap tells of a signal as shells do
    if number > 0:
        return f"it crashed ({signal.strsignal(number) or number})"
    return (child.last_words().splitlines() or [f"exit {code}"])[-1]


def pdf_options(layout: Layout, *, pages: str | None = None) -> str:
    """The options of LibreOffice's PDF export, as JSON with types; `pages` as people write them, "1" or "2-5"."""
    options: dict[str, bool | int] = dict(_PDF_OPTIONS)
    if layout.kind == "calc":
        options["SinglePageSheets"] = layout.single_page_sheets
    typed = {
        name: {"type": "boolean" if isinstance(value, bool) else "long", "value": json.dumps(value)}
        for name, value in options.items()
    }
    if pages is not None:
        typed["PageRange"] = {"type": "string", "value": pages}
    return json.dumps(typed, separators=(",", ":"))


def _pdf_export(layout: Layout) -> str:
    """The export filter with its options, as --convert-to takes them."""
    return f"pdf:{layout.kind}_pdf_Export:{pdf_options(layout)}"
