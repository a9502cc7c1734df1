"""The first page of a long document can be seen while the rest is still being laid out."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from wenlan.conversion.engine import Event, Limits, PageCount, PageReady, Status, convert
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.office import Layout, LayoutJob, SofficeLayouter

pytestmark = pytest.mark.engine


def long_document(folder: Path, paragraphs: int = 5000) -> Path:
    """A text of some hundred pages, every paragraph of which says its number."""
    body = "".join(
        f"Paragraph {number} of {paragraphs}, which is followed by more.\\par\n"
        for number in range(1, paragraphs + 1)
    )
    path = folder / "long.rtf"
    path.write_text("{\\rtf1\\ansi " + body + "}", encoding="ascii")
    return path


def pages_of(pdf: Path) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def test_the_first_page_comes_before_the_document(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    early: list[int] = []
    work = tmp_path / "work"
    work.mkdir()

    def on_first_page(pdf: Path) -> None:
        early.append(pages_of(pdf))

    pdf = layouter.to_pdf(
        LayoutJob(
            Layout(long_document(tmp_path), "rtf", "writer"), work, Deadline(60), Limits(), on_first_page
        )
    )

    assert early == [1]
    assert pages_of(pdf) > 100


def test_whoever_loses_interest_at_the_first_page_leaves_no_child_at_work(
    layouter: ForkServerLayouter, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()

    def on_first_page(pdf: Path) -> None:
        raise InterruptedError(pdf.name)

    with pytest.raises(InterruptedError):
        layouter.to_pdf(
            LayoutJob(
                Layout(long_document(tmp_path), "rtf", "writer"), work, Deadline(60), Limits(), on_first_page
            )
        )

    server = layouter.server(Limits())
    assert server is not None
    assert server.idle


def test_its_page_is_announced_first_and_only_once(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    document = long_document(tmp_path)
    events: list[Event] = []

    result = convert(
        document, name="long.rtf", out=tmp_path / "out", on_event=events.append, layouter=layouter
    )

    assert result.status is Status.OK
    told = [event for event in events if isinstance(event, PageReady | PageCount)]
    assert isinstance(told[0], PageReady)
    assert isinstance(told[1], PageCount)
    numbers = [event.page.number for event in told if isinstance(event, PageReady)]
    assert numbers == list(range(1, result.pages + 1))
    assert "Paragraph 1 of 5000" in told[0].page.text
    for number in (1, 2, result.pages):
        assert (tmp_path / "out" / "pages" / f"{number:04d}.webp").exists()


def test_a_first_page_that_cannot_be_drawn_comes_with_the_rest(tmp_path: Path) -> None:
    class Torn(SofficeLayouter):
        """Lays out a whole document, and hands on a first page that is no PDF inside."""

        def to_pdf(self, job: LayoutJob) -> Path:
            first = job.work / "torn.pdf"
            first.write_bytes(b"%PDF-1.7 and nothing else")
            assert job.on_first_page is not None
            job.on_first_page(first)
            pdf = job.work / "whole.pdf"
            document = pypdfium2.PdfDocument.new()
            for _ in range(3):
                document.new_page(300, 400)
            document.save(pdf)
            return pdf

    source = tmp_path / "a.rtf"
    source.write_bytes(rb"{\rtf1\ansi A}")
    events: list[Event] = []

    result = convert(source, name="a.rtf", out=tmp_path / "out", on_event=events.append, layouter=Torn())

    assert result.status is Status.OK
    assert [event.page.number for event in events if isinstance(event, PageReady)] == [1, 2, 3]
