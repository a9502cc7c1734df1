"""One document's way through the engine: sniff, lay out, render, report."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from . import fidelity, playing, preparing
from .bounds import Deadline
from .formats import FORMATS, Family, layout_seconds
from .layouter import shared_layouter
from .model import (
    ConversionFailed,
    Event,
    Limits,
    Page,
    PageCount,
    PageReady,
    Rejected,
    Result,
    StageChanged,
    Status,
)
from .office import Layout, Layouter, LayoutJob, SheetSizes
from .outline import Headings, bookmarks, sensible_title
from .recorded import recorded_page_count
from .rendering import Oversized, PageRenderer
from .slides import SLIDES_NAME
from .sniffing import sniff

logger = logging.getLogger(__name__)

FIRST_PDF_NAME = "first.pdf"
PDF_NAME, PAGES_NAME, TEXT_NAME, REPORT_NAME = "document.pdf", "pages", "text.json", "report.json"
PAPER_SHARE = 0.6  # of the time that is left, for paper that suits large sheets
_UNREAD = "\ufffd"  # what stands where a character could not be read
_KINDS = {Family.WORDS: "writer", Family.SHEETS: "calc", Family.SLIDES: "impress"}


class _CallerStopped(Exception):
    """`on_event` raised: carries what the caller raised past everything that catches the engine's own failures."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def convert(
    source: Path,
    *,
    name: str,
    out: Path,
    limits: Limits | None = None,
    on_event: Callable[[Event], None] | None = None,
    layouter: Layouter | None = None,
) -> Result:
    """Convert the file `source`, that somebody called `name`, into the folder `out`.

    Writes document.pdf, pages/0001.webp (the largest width) and pages/0001-720.webp (each smaller one, and of the first
    page the cover), text.json, report.json, and slides.svg for a presentation with animations or transitions; what an
    earlier call left there is replaced. `on_event` hears of stages, the page count, and each page in order as soon as
    its files are complete; of a document that takes long, the first page before the count. An exception it raises ends
    the conversion: everything started is killed, everything written removed, and the exception raised again. Nothing
    about the file raises.
    """
    conversion = _Conversion(source, name, out, limits or Limits(), on_event, layouter or shared_layouter())
    return conversion.run()


@dataclass
class _Conversion:
    source: Path
    name: str
    out: Path
    limits: Limits
    on_event: Callable[[Event], None] | None
    layouter: Layouter
    started: float = field(default_factory=time.monotonic)
    headings: Headings = field(default_factory=Headings)
    format: str | None = None
    recorded_pages: int | None = None
    pages: int = 0
    first_page: Page | None = None
    """The first page, when it came before the rest was laid out."""
    facts: dict[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, Any] = field(default_factory=dict)
    unreadable_pages: list[int] = field(default_factory=list)
    plays: bool = False
    garbled: dict[int, int] = field(default_factory=dict)
    sheets_split: bool = False
    paged: Mapping[str, Any] = field(default_factory=dict)
    """What the sandbox says of sheets on several pages each."""

    def run(self) -> Result:
        finished = False
        try:
            result = self._result_of(self._convert)
            if result.status is not Status.OK:
                self._discard()
            result = self._reported(result)
            finished = True
            return result
        except _CallerStopped as stopped:
            raise stopped.cause from None
        finally:
            if not finished:
                self._discard()

    def _result_of(self, work: Callable[[], None]) -> Result:
        """Run the conversion and turn every way it can fail into a result."""
        try:
            work()
        except (Rejected, ConversionFailed) as failure:
            return self._failed(failure.status, failure.code, failure.detail)
        except OSError as error:
            logger.exception("converting %s failed", self.source)
            return self._failed(Status.FAILED, "io_error", str(error))
        except _CallerStopped:
            raise
        except Exception as error:
            # The promise of `convert` is a result for every input, also for one that meets a fault of ours.
            logger.exception("converting %s failed", self.source)
            return self._failed(Status.FAILED, "internal_error", f"{type(error).__name__}: {error}")
        return self._succeeded()

    def _convert(self) -> None:
        deadline = Deadline(self.limits.deadline_seconds)
        self._emit(StageChanged("inspecting"))
        self._begin()
        self.format = sniff(self.source, name=self.name, limits=self.limits).format
        self.recorded_pages = recorded_page_count(self.source, self.format)
        with (
            self._workspace() as work,
            PageRenderer(source=self.source, work=work, limits=self.limits) as renderer,
        ):
            layout = self._layout(renderer.input / PDF_NAME, work, deadline)
            try:
                self._draw(renderer, layout, work, deadline)
            except Oversized as oversized:
                assert layout is not None  # noqa: S101 (only sheets are too large)
                self._draw_paged(renderer, layout, oversized.sizes, work, deadline)
            self._emit(StageChanged("finishing"))
            self.facts = renderer.facts()
            self.unreadable_pages = renderer.unreadable
            self._keep_pdf(renderer)
            if layout is not None and layout.kind == "impress" and fidelity.moves(self.facts):
                job = LayoutJob(layout, work, deadline, self.limits)
                self.plays = playing.slides_make(self.layouter, job, self.out, slides=self.pages)

    def _begin(self) -> None:
        """Empty the folder. Raises ConversionFailed when that cannot be done, or the source cannot be read."""
        try:
            if not self.source.is_file():
                raise ConversionFailed(Status.FAILED, "unreadable", f"no such file: {self.source}")
            self.source.open("rb").close()
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "unreadable", str(error)) from error
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self._clear()
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "no_output", str(error)) from error

    def _layout(self, target: Path, work: Path, deadline: Deadline) -> Layout | None:
        """What LibreOffice has to lay out; None for a PDF, and for a picture, which becomes a PDF at `target`."""
        assert self.format is not None  # noqa: S101 (set by the step before)
        family = FORMATS[self.format].family
        if family is Family.PDF:
            return None
        self._emit(StageChanged("laying_out"))
        if family in _KINDS:
            sheets = family is Family.SHEETS
            return Layout(self.source, self.format, _KINDS[family], single_page_sheets=sheets)
        prepared = preparing.prepare(
            self.source, self.format, target, work=work, deadline=deadline, limits=self.limits
        )
        self.left_out = prepared.left_out
        return prepared.layout

    def _draw_paged(
        self, renderer: PageRenderer, layout: Layout, sizes: SheetSizes, work: Path, deadline: Deadline
    ) -> None:
        """Lay sheets of those sizes out on paper that suits them; if that fails, on the paper that the file names."""
        self.sheets_split = True
        plain = replace(layout, single_page_sheets=False)
        try:
            suited = replace(plain, sheet_sizes=sizes)
            self._lay_out(renderer, suited, work, deadline.within(deadline.remaining() * PAPER_SHARE))
        except ConversionFailed as reason:
            if self.first_page is not None:
                raise  # somebody has seen it on the other paper
            logger.warning("no paper that suits the sheets of %s: %s", self.source, reason)
            self._lay_out(renderer, plain, work, deadline)
        self._order(renderer, plain, deadline)

    def _draw(self, renderer: PageRenderer, layout: Layout | None, work: Path, deadline: Deadline) -> None:
        """Lay out, and render page after page. Raises Oversized, before any page, for a sheet too large for one."""
        if layout is not None:
            self._lay_out(renderer, layout, work, deadline)
        self._order(renderer, layout, deadline)

    def _lay_out(self, renderer: PageRenderer, layout: Layout, work: Path, deadline: Deadline) -> None:
        within = deadline.within(self._layout_seconds())
        on_first_page = partial(self._show_first_page, renderer, layout, deadline)
        job = LayoutJob(layout, work, within, self.limits, on_first_page, self._note_paged)
        self.layouter.to_pdf(job).replace(renderer.input / PDF_NAME)

    def _note_paged(self, paged: Mapping[str, Any]) -> None:
        self.sheets_split, self.paged = True, paged

    def _order(self, renderer: PageRenderer, layout: Layout | None, deadline: Deadline) -> None:
        assert self.format is not None  # noqa: S101 (set by the step before)
        single = layout is not None and layout.single_page_sheets and not self.sheets_split
        renderer.order(
            PDF_NAME if (renderer.input / PDF_NAME).exists() else None,
            format_name=self.format,
            sheets=layout is not None and layout.kind == "calc",
            max_page_points=self.limits.max_page_points if single else None,
        )
        self._render(renderer, deadline)

    def _layout_seconds(self) -> float:
        assert self.format is not None  # noqa: S101 (set by the step before)
        return layout_seconds(FORMATS[self.format].family, self.source.stat().st_size)

    def _show_first_page(self, renderer: PageRenderer, layout: Layout, deadline: Deadline, pdf: Path) -> None:
        """Draw the first page of a document that is still being laid out. If it cannot be drawn it comes with the rest."""
        assert self.format is not None  # noqa: S101 (set by the step before)
        if self.first_page is not None:
            return  # a second attempt, after the office server was lost
        pdf.replace(renderer.input / FIRST_PDF_NAME)
        target = self.out / PAGES_NAME
        target.mkdir(parents=True, exist_ok=True)
        self.first_page = renderer.first_page(
            FIRST_PDF_NAME, target, deadline, format_name=self.format, sheets=layout.kind == "calc"
        )
        if self.first_page is not None:
            self._emit(PageReady(self.first_page))

    def _keep_pdf(self, renderer: PageRenderer) -> None:
        """Hand out the PDF that the pages were drawn from; of an uploaded PDF its cleaned copy."""
        laid = renderer.input / PDF_NAME
        for name in ("trimmed.pdf", "cleaned.pdf"):
            if renderer.wrote(name):
                renderer.take_pdf(name, self.out / PDF_NAME)
                return
        if not laid.exists():
            raise ConversionFailed(Status.DAMAGED, "damaged", "the PDF cannot be written without its scripts")
        laid.replace(self.out / PDF_NAME)

    def _render(self, renderer: PageRenderer, deadline: Deadline) -> None:
        target = self.out / PAGES_NAME
        target.mkdir(parents=True, exist_ok=True)
        with (self.out / TEXT_NAME).open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write('{"pages": [')
            if self.first_page is not None:
                self._keep(self.first_page, stream)
            for item in renderer.pages(target, deadline):
                if isinstance(item, int):
                    self._emit(StageChanged("rendering"))
                    self._emit(PageCount(item))
                    continue
                self._keep(item, stream)
                self._emit(PageReady(item))
            stream.write("\n]}\n")

    def _keep(self, page: Page, stream: IO[str]) -> None:
        self.pages = page.number
        self.headings.see(page)
        if garbled := page.text.count(_UNREAD):
            self.garbled[page.number] = garbled
        record = asdict(page)
        del record["images"]
        stream.write(",\n" if page.number > 1 else "\n")
        stream.write(json.dumps(record, ensure_ascii=False))

    @contextlib.contextmanager
    def _workspace(self) -> Iterator[Path]:
        """A private folder beside the output, so that taking files over is a rename; gone afterwards."""
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=self.out.resolve()))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _clear(self) -> None:
        shutil.rmtree(self.out / PAGES_NAME, ignore_errors=True)
        for name in (PDF_NAME, TEXT_NAME, REPORT_NAME, SLIDES_NAME):
            (self.out / name).unlink(missing_ok=True)

    def _discard(self) -> None:
        """Remove what was written, as far as that can be done."""
        with contextlib.suppress(OSError):
            self._clear()

    def _emit(self, event: Event) -> None:
        if self.on_event is None:
            return
        try:
            self.on_event(event)
        except Exception as error:
            raise _CallerStopped(error) from error

    def _succeeded(self) -> Result:
        slides = self.format is not None and FORMATS[self.format].family is Family.SLIDES
        named = self.headings.named(bookmarks(self.facts, self.pages), slides=slides)
        # The only sheet of a CSV file has no name of its own.
        outline = [] if self.format == "csv" else named or self.headings.outline()
        report = fidelity.report(
            self.facts,
            left_out=self.left_out,
            format_name=self.format,
            pages=self.pages,
            recorded_pages=self.recorded_pages,
            unreadable_pages=self.unreadable_pages,
            garbled=self.garbled,
            sheets_split=self.sheets_split,
            paged=self.paged,
            plays=self.plays,
        )
        title = sensible_title(self.facts.get("title")) or sensible_title(self.headings.title())
        return Result(
            Status.OK,
            None,
            None,
            self.pages,
            self.recorded_pages,
            outline,
            report,
            self._seconds(),
            self.format,
            self.out / PDF_NAME,
            title,
            self.out / SLIDES_NAME if self.plays else None,
        )

    def _failed(self, status: Status, code: str, detail: str) -> Result:
        report = {"format": self.format, "recorded_pages": self.recorded_pages}
        return Result(
            status,
            code,
            detail or None,
            0,
            self.recorded_pages,
            [],
            report,
            self._seconds(),
            self.format,
            None,
            None,
        )

    def _seconds(self) -> float:
        return round(time.monotonic() - self.started, 3)

    def _reported(self, result: Result) -> Result:
        """The result, its report written; a failure when that cannot be done."""
        try:
            self._write_report(result)
        except OSError as error:
            self._discard()
            if result.status is Status.OK:
                return self._failed(Status.FAILED, "no_output", str(error))
        return result

    def _write_report(self, result: Result) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        content = result.report | {
            "status": result.status.value,
            "error": result.error,
            "detail": result.detail,
            "seconds": result.seconds,
            "title": result.title,
            "outline": [asdict(item) for item in result.outline],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        # The halves of surrogate pairs, which UTF-8 does not have, become JSON's own escapes.
        (self.out / REPORT_NAME).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
