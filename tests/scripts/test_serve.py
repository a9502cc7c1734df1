from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

COMMAND = """\
#!/bin/sh
folder=$(dirname "$0")
case $1 in
  setup) touch "$folder/ready" ;;
  worker) if [ -e "$folder/broken" ]; then exit 7; fi; echo $$ > "$folder/worker.pid"; exec sleep 60 ;;
  serve) [ -e "$folder/ready" ] || exit 8; echo "$@" "$NAME" > "$folder/arguments"; echo $$ > "$folder/serve.pid"; exec sleep 60 ;;
esac
"""


@pytest.fixture
def programs(checkout: Path) -> Path:
    """A checkout where everything is installed, with a `wenlan` that only sleeps."""
    (checkout / "script" / "bootstrap").write_text("#!/bin/sh\n")
    folder = checkout / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "wenlan").write_text(COMMAND)
    (folder / "wenlan").chmod(0o755)
    return folder


def start(checkout: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([checkout / "script" / "serve", *arguments], start_new_session=True)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(programs: Path) -> list[int]:
    files = [programs / "serve.pid", programs / "worker.pid"]
    wait_until(lambda: all(file.exists() and file.read_text().strip() for file in files))
    return [int(file.read_text()) for file in files]


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_stops_web_and_worker(checkout: Path, programs: Path, how: signal.Signals) -> None:
    process = start(checkout, "--port", "8123")
    children = started(programs)

    process.send_signal(how)

    assert process.wait(20) == 128 + how
    assert not any(is_running(child) for child in children)


def test_the_site_starts_once_it_is_set_up(checkout: Path, programs: Path) -> None:
    (programs / "wenlan").write_text(COMMAND.replace("setup) touch", "setup) exit 9; touch"))

    process = start(checkout)

    assert process.wait(20) == 9
    assert not (programs / "serve.pid").exists()


def test_the_site_does_not_go_on_without_its_worker(checkout: Path, programs: Path) -> None:
    (programs / "broken").touch()

    process = start(checkout)

    assert process.wait(20) == 7
    if (programs / "serve.pid").exists():
        assert not is_running(int((programs / "serve.pid").read_text()))


def test_settings_are_read_from_the_file_and_the_environment_wins(
    checkout: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / ".env").write_text("# a comment\nNAME=文澜 $(false) library\n")
    process = start(checkout, "--port", "8123")
    started(programs)
    process.terminate()
    process.wait(20)
    assert (programs / "arguments").read_text() == "serve --port 8123 文澜 $(false) library\n"

    for file in programs.glob("*.pid"):
        file.unlink()
    monkeypatch.setenv("NAME", "mine")
    process = start(checkout)
    started(programs)
    process.terminate()
    process.wait(20)
    assert (programs / "arguments").read_text() == "serve mine\n"
