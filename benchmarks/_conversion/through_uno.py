"""LibreOffice spoken to through UNO: unoserver as it comes, and a warm soffice asked directly.

Both need the `uno` module, which is built for the system's own Python. Where python3-uno is not installed, the package of
the very version of the LibreOffice that is measured is unpacked into the cache folder: installed, it would change that
LibreOffice. unoserver (MIT) goes there too, as requirements/bench.txt pins it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._conversion.ways import TIMEOUT_SECONDS
from benchmarks._soffice import running
from wenlan.conversion.engine import Limits
from wenlan.conversion.engine.caches import cache_folder, locked
from wenlan.conversion.engine.office import Layout, SofficeLayouter, pdf_options, program
from wenlan.demo.site import free_port

SYSTEM_PYTHON = "/usr/bin/python3"
REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements" / "bench.txt"
WORKER = Path(__file__).with_name("uno_worker.py")
NO_INSTALL = "WENLAN_BENCH_NO_INSTALL"  # set by script/bench --no-install
_START_SECONDS = 60.0


class Unavailable(Exception):
    """It cannot be had here; the message says why."""


@dataclass(frozen=True)
class Uno:
    """A Python that can speak UNO: its environment."""

    environment: dict[str, str]


def find_uno() -> Uno:
    """Set up what is missing, in the cache folder, unless nothing is to be installed. Raises Unavailable."""
    path = program()
    if path is None or not Path(SYSTEM_PYTHON).exists():
        raise Unavailable("LibreOffice or the system's Python is not installed")
    home = cache_folder() / f"bench-uno-{re.sub('[^0-9a-z.+~-]', '-', _version())}"
    with locked(cache_folder() / "bench-uno.lock"):
        _install_unoserver(home)
        paths = [home / "unoserver"]
        libraries = [path.parent]
        if not _imports_uno({}):
            _unpack_python3_uno(home)
            office = home / "package" / "usr" / "lib" / "libreoffice" / "program"
            paths += [office, home / "package" / "usr" / "lib" / "python3" / "dist-packages"]
            libraries.insert(0, office)
    environment = {
        "PYTHONPATH": ":".join(map(str, paths)),
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "URE_BOOTSTRAP": f"vnd.sun.star.pathname:{path.parent / 'fundamentalrc'}",
    }
    if not _imports_uno(environment):
        raise Unavailable("the uno module does not load")
    return Uno(environment)


def _version() -> str:
    """The version of the LibreOffice package; empty where there is no dpkg or no such package."""
    command = ["dpkg-query", "-W", "-f", "${Version}", "libreoffice-core"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return ""


def _imports_uno(environment: dict[str, str]) -> bool:
    command = [SYSTEM_PYTHON, "-c", "import uno"]
    tried = subprocess.run(command, env=os.environ | environment, capture_output=True, check=False)
    return tried.returncode == 0


def _install_unoserver(home: Path) -> None:
    target = home / "unoserver"
    if target.is_dir():
        return
    unfinished = home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--no-deps", "--target", str(unfinished), "-r", str(REQUIREMENTS)])
    unfinished.rename(target)


def _unpack_python3_uno(home: Path) -> None:
    target = home / "package"
    if target.is_dir():
        return
    if not (version := _version()):
        raise Unavailable("python3-uno is not installed, and there is no dpkg to fetch it")
    with tempfile.TemporaryDirectory(dir=home) as folder:
        _run(["apt-get", "download", f"python3-uno={version}"], cwd=folder)
        (package,) = Path(folder).glob("*.deb")
        _run(["dpkg-deb", "-x", str(package), f"{folder}/package"])
        Path(folder, "package").rename(target)


def _run(command: list[str], cwd: str | None = None) -> None:
    """Run a command that fetches or unpacks. Raises Unavailable."""
    if os.environ.get(NO_INSTALL):
        raise Unavailable("not set up yet, and nothing is to be installed")
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unavailable(str(error)) from error
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-300:]}")


class Unoserver:
    """unoserver with its defaults. As a context manager it leaves no process behind; started again when it dies."""

    def __init__(self, uno: Uno, environment: dict[str, str], folder: Path) -> None:
        self._environment = os.environ | uno.environment | environment | {"TMPDIR": str(folder)}
        self._opened = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def __enter__(self) -> Unoserver:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _start(self) -> None:
        self._opened.close()
        self._port = free_port()
        command = [SYSTEM_PYTHON, "-m", "unoserver.server", "--port", str(self._port)]
        command += ["--uno-port", str(free_port()), "--conversion-timeout", str(int(TIMEOUT_SECONDS))]
        self._process = self._opened.enter_context(running(command, self._environment))
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            with contextlib.suppress(OSError, xmlrpc.client.Error):
                self._server().info()
                return
            time.sleep(0.2)
        raise Unavailable("unoserver does not start")

    def _server(self) -> Any:
        return xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self._port}", allow_none=True)

    def to_pdf(self, file: Path, folder: Path) -> Path:
        """As Way.to_pdf: the call that `unoconvert FILE PDF` makes, without the start of that program."""
        target = folder / "document.pdf"
        try:
            self._server().convert(str(file), None, str(target), None, None, [], True, None, None)
        except OSError:
            self._start()
            raise
        return target


class WarmOffice:
    """A soffice that stays, asked through UNO to load a hidden document and to export it.

    It has the engine's own profile, fonts and export options, so that it does the same work.
    """

    def __init__(self, uno: Uno, environment: dict[str, str], profile: Path) -> None:
        path = program()
        assert path is not None
        pipe = f"pipe,name=wenlan-bench-{os.getpid()};urp;"
        command = [str(path), f"-env:UserInstallation=file://{profile}", "--headless", "--invisible"]
        command += ["--norestore", "--nologo", "--nodefault", f"--accept={pipe}"]
        self._opened = contextlib.ExitStack()
        self._opened.enter_context(running(command, os.environ | environment))
        self._worker = self._opened.enter_context(
            subprocess.Popen(
                [SYSTEM_PYTHON, str(WORKER), pipe],
                env=os.environ | uno.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )

    def __enter__(self) -> WarmOffice:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.kill()
        with contextlib.suppress(BrokenPipeError):
            self._opened.close()

    def seconds(self, layout: Layout, target: Path) -> tuple[float, float]:
        """Seconds of loading and of exporting one document, as the program that asks sees them."""
        order = {
            "source": layout.source.as_uri(),
            "target": target.as_uri(),
            "filter": f"{layout.kind}_pdf_Export",
            "options": json.loads(pdf_options(layout)),
        }
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._worker.stdin.write(json.dumps(order) + "\n")
            self._worker.stdin.flush()
        answer = json.loads(self._worker.stdout.readline() or '{"error": "it ended"}')
        if "error" in answer:
            raise Unavailable(answer["error"])
        return float(answer["load"]), float(answer["store"])


def engine_profile(folder: Path) -> Path:
    """A copy of the profile that the engine starts LibreOffice with."""
    path = program()
    assert path is not None
    profile = folder / "engine-profile"
    shutil.copytree(SofficeLayouter().template(path, Limits()) / "profile", profile)
    return profile
