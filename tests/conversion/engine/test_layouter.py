"""A machine on which LibreOffice cannot be preloaded, or that lacks something: what still works, and what is said."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.processes import descendants
from wenlan.conversion.engine import (
    Limits,
    Problem,
    Status,
    convert,
    doctor,
    fonts,
    office,
    office_server,
    sandbox,
)
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob

from .conftest import make_docx, make_xlsx

pytestmark = pytest.mark.engine


def office_program(folder: Path, script: str, library: bytes | None) -> Path:
    """An installation of LibreOffice whose program is a script and whose library is this."""
    program = folder / "office" / "program"
    program.mkdir(parents=True)
    for name in ("soffice", "soffice.bin"):
        (program / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (program / name).chmod(0o755)
    if library is not None:
        (program / "libmergedlo.so").write_bytes(library)
    return program / "soffice"


@pytest.fixture(params=[None, b"no library at all" * 300], ids=["without-library", "broken-library"])
def not_preloadable(
    request: pytest.FixtureRequest, engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A LibreOffice that converts, but only when it is started for each document, and only inside the sandbox."""
    outside = tmp_path / "outside"
    outside.touch()
    script = f'test ! -e {outside} && exec {office.program()} "$@"'
    monkeypatch.setenv(office.PROGRAM_SETTING, str(office_program(tmp_path, script, request.param)))


@pytest.mark.usefixtures("not_preloadable")
def test_where_libreoffice_cannot_be_preloaded_it_is_started_for_each_document(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    layouter = ForkServerLayouter()
    make_docx(tmp_path / "a.docx")
    make_xlsx(tmp_path / "a.xlsx")

    for name, pages in (("a.docx", 2), ("a.xlsx", 1)):
        result = convert(tmp_path / name, name=name, out=tmp_path / "out", layouter=layouter)
        assert (result.status, result.detail, result.pages) == (Status.OK, None, pages)

    told = [record for record in caplog.records if "one soffice per document" in record.getMessage()]
    assert len(told) == 1, "it is said once, not for each document"
    assert "libmergedlo.so" in told[0].getMessage()
    assert "\n" not in told[0].getMessage()


@pytest.mark.usefixtures("not_preloadable")
def test_the_check_says_that_libreoffice_cannot_be_preloaded(engine: None) -> None:
    (problem,) = not_about_fonts(doctor())
    assert (problem.severity, problem.code) == ("warning", "no_office_server")
    assert "starts anew for each document" in problem.message
    assert "libmergedlo.so" in problem.message
    assert "\n" not in problem.message
    assert "apt-get install" in problem.hint


def not_about_fonts(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if not problem.code.startswith("font")]


def test_a_libreoffice_that_crashes_is_named_in_a_line(
    engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(office.PROGRAM_SETTING, str(office_program(tmp_path, "kill -ABRT $$", None)))
    (problem,) = not_about_fonts(doctor())
    assert (problem.severity, problem.code) == ("error", "office_broken")
    assert problem.message == "LibreOffice does not start: it crashed (Aborted)"


@pytest.fixture
def hanging(engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A LibreOffice that converts when it is started for a document, and never finishes being preloaded."""
    program = office_program(tmp_path, f'exec {office.program()} "$@"', None)
    os.mkfifo(program.with_name("libmergedlo.so"))  # whoever opens it waits for somebody who writes
    monkeypatch.setenv(office.PROGRAM_SETTING, str(program))


@pytest.mark.usefixtures("hanging")
def test_where_preloading_hangs_documents_are_converted_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = descendants()
    monkeypatch.setattr(office_server, "START_SECONDS", 2.0)
    layouter = ForkServerLayouter()
    make_docx(tmp_path / "a.docx")

    result = convert(tmp_path / "a.docx", name="a.docx", out=tmp_path / "out", layouter=layouter)

    assert (result.status, result.detail, result.pages) == (Status.OK, None, 2)
    assert layouter.problem == "it was not ready after 2 seconds"
    assert "one soffice per document instead: it was not ready after 2 seconds" in caplog.text
    assert descendants() <= before


@pytest.mark.usefixtures("hanging")
def test_nobody_waits_for_a_preloading_that_hangs_longer_than_a_job_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_server, "START_SECONDS", 24 * 3600.0)
    layouter = ForkServerLayouter()
    make_docx(tmp_path / "a.docx")
    layouter.player(Limits())  # so that the profile is there, which takes its time

    def status(number: int) -> Status:
        work = tmp_path / str(number)
        work.mkdir()
        layout = Layout(tmp_path / "a.docx", "docx", "writer")
        with pytest.raises(ConversionFailed) as failed:
            layouter.to_pdf(LayoutJob(layout, work, Deadline(2), Limits()))
        return failed.value.status

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(status, range(2))) == {Status.TIMED_OUT}


def test_a_machine_without_libreoffice_or_bubblewrap_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "_last_probe", None)
    found = {problem.code: problem for problem in doctor() if problem.severity == "error"}
    assert set(found) == {"no_bwrap", "no_prlimit", "no_office"}
    assert "apt-get install bubblewrap" in found["no_bwrap"].hint
    assert "libreoffice-calc" in found["no_office"].hint


def test_a_machine_without_fonts_is_told_so_and_not_that_libreoffice_crashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_ROOTS", (str(tmp_path), str(tmp_path)))
    monkeypatch.delenv(fonts.FONTS_DIR_SETTING, raising=False)
    (problem,) = [problem for problem in doctor() if problem.severity == "error"]
    assert problem.code == "no_fonts"
    assert "fonts-arphic-gbsn00lp" in problem.hint


def test_a_server_that_nobody_waited_for_does_not_go_on(
    engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = descendants()
    monkeypatch.setattr(office_server, "START_SECONDS", 0.0)
    layouter = ForkServerLayouter()
    assert layouter.server(Limits()) is None
    ends = time.monotonic() + 20
    time.sleep(0.5)  # so that it has been started by now, if it was not before
    while descendants() - before and time.monotonic() < ends:
        time.sleep(0.05)
    assert descendants() <= before
