"""`wenlan convert`: a line for each file, whatever the file is."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from wenlan.conversion.engine import Status, convert
from wenlan.conversion.engine.batch import folder_names
from wenlan.conversion.engine.cli import main

from .conftest import make_pdf

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]


def test_the_command_prints_a_line_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_pdf(tmp_path / "good.pdf")
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04 cut")
    arguments = [str(tmp_path / "good.pdf"), "--out", str(tmp_path / "out"), "--json"]
    assert main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["pages"], found["error"]) == ("ok", 2, None)
    assert {"file", "status", "pages", "recorded_pages", "seconds", "error"} <= set(found)
    assert main([str(tmp_path / "bad.docx"), *arguments]) == 1
    statuses = [json.loads(line)["status"] for line in capsys.readouterr().out.splitlines()]
    assert statuses == ["damaged", "ok"]


def test_wrong_usage_is_told_apart_from_files_that_fail(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "a.pdf"), "--out", str(tmp_path / "out")]
    for wrong in ([], arguments[:1], [*arguments, "--jobs", "0"], [*arguments, "--deadline", "inf"]):
        with pytest.raises(SystemExit) as usage:
            main(wrong)
        assert usage.value.code == 2


def test_what_cannot_be_read_fails_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_pdf(tmp_path / "good.pdf")
    (tmp_path / "folder.pdf").mkdir()
    os.mkfifo(tmp_path / "pipe.pdf")
    names = ["missing.pdf", "folder.pdf", "pipe.pdf", "good.pdf"]
    files = [str(tmp_path / name) for name in names]
    assert main([*files, "--out", str(tmp_path / "out"), "--json"]) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {item["file"]: (item["status"], item["error"]) for item in found} == dict.fromkeys(
        files[:3], ("failed", "unreadable")
    ) | {files[3]: ("ok", None)}


def test_where_the_folder_cannot_be_made_the_file_fails_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for file in files:
        file.write_text("words", encoding="utf-8")
    assert main([*map(str, files), "--out", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1].split(",")[:2] for line in lines] == [["failed", " no_output"]] * 2
    assert [file.read_text("utf-8") for file in files] == ["words", "words"]


def test_a_report_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf")
    (tmp_path / "out" / "report.json").mkdir(parents=True)
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert (result.status, result.error) == (Status.FAILED, "no_output")


@pytest.mark.parametrize("json_lines", [False, True], ids=["lines", "json"])
def test_any_name_is_printed_on_a_line_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, json_lines: bool
) -> None:
    names = [os.fsdecode("\u62a5\u544a.pdf".encode("gbk")), "one\ntwo\r\x1b[31m.pdf", "\u6587\u6f9c.pdf"]
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8"))
    files = [str(tmp_path / name) for name in names]
    assert main([*files, "--out", str(tmp_path / "out"), *(["--json"] if json_lines else [])]) == 1
    lines = written.getvalue().decode().splitlines()
    if json_lines:
        assert sorted(json.loads(line)["file"] for line in lines) == sorted(files)
    else:
        text = "\n".join(sorted(line.split(": ")[0].rsplit("/", 1)[1] for line in lines))
        assert text == "\n".join(
            sorted(["\\udcb1\\udca8\\udcb8\\udce6.pdf", "one\\ntwo\\r\\x1b[31m.pdf", names[2]])
        )


def test_no_name_leads_out_of_the_folder() -> None:
    assert folder_names([Path(".."), Path("/"), Path("a/.."), Path("a.pdf")]) == [
        "unnamed", "unnamed (2)", "unnamed (3)", "a.pdf",
    ]  # fmt: skip


def test_a_folder_stands_for_the_files_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deeper = tmp_path / "in" / "deeper"
    deeper.mkdir(parents=True)
    make_pdf(deeper / "b.pdf", pages=1)
    make_pdf(tmp_path / "in" / "a.pdf", pages=1)
    (tmp_path / "in" / ".hidden.pdf").write_text("no document")

    assert main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "2"]) == 0

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.pdf", "b.pdf"]
    assert "\r" not in capsys.readouterr().err, "a log is no place for a bar"


def test_a_person_at_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", pages=1)
    (tmp_path / "b.pdf").write_text("no document")
    terminal, its_end = os.openpty()
    os.set_blocking(terminal, False)
    termios.tcsetwinsize(its_end, (24, 80))

    command = [sys.executable, "-m", "wenlan.conversion.engine", "a.pdf", "b.pdf", "--out", "out", "--json"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=its_end, check=False)

    seen = os.read(terminal, 65_536).decode()
    os.close(its_end)
    os.close(terminal)
    assert "2/2" in seen
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == ["a.pdf", "b.pdf"]
