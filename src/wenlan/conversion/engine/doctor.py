"""What is missing on this machine for conversion to work, and how to get it."""

from __future__ import annotations

import shutil

from . import caches, fonts, office, sandbox
from .layouter import ForkServerLayouter
from .model import ConversionFailed, Limits, Problem

_INSTALL_OFFICE = (
    "apt-get install --no-install-recommends libreoffice-writer libreoffice-calc libreoffice-impress"
)


def doctor() -> list[Problem]:
    """Everything that stops conversion or spoils its result; empty on a machine that is well."""
    sandboxed = _sandbox()
    letters = fonts.problems()
    runs = not any(problem.severity == "error" for problem in (*sandboxed, *letters))
    return [*sandboxed, *_office(runs=runs), *letters]


def _sandbox() -> list[Problem]:
    problems = []
    if sandbox.unsafe_without_sandbox():
        message = (
            f"{sandbox.UNSAFE_SWITCH}=1: untrusted files are converted WITHOUT a sandbox, because none starts: "
            f"{sandbox.probe().problem}"
        )
        problems.append(Problem("warning", "no_sandbox", message, f"Remove {sandbox.UNSAFE_SWITCH}"))
    elif sandbox.unsafe_allowed():
        message = f"{sandbox.UNSAFE_SWITCH}=1 is not needed: the sandbox works, and is used"
        problems.append(Problem("warning", "needless_switch", message, f"Remove {sandbox.UNSAFE_SWITCH}"))
    elif shutil.which("bwrap") is None:
        problems.append(
            Problem("error", "no_bwrap", "bubblewrap is not installed", "apt-get install bubblewrap")
        )
    else:
        found = sandbox.probe()
        if found.way is None:
            hint = "Allow user namespaces (on Ubuntu: an AppArmor profile for bwrap), or run as root"
            problems.append(
                Problem("error", "no_sandbox", f"The sandbox does not start: {found.problem}", hint)
            )
    if shutil.which("prlimit") is None:
        problems.append(
            Problem("error", "no_prlimit", "prlimit is not installed", "apt-get install util-linux")
        )
    return problems


def _office(*, runs: bool) -> list[Problem]:
    if office.program() is None:
        return [Problem("error", "no_office", "LibreOffice (soffice) is not installed", _INSTALL_OFFICE)]
    try:
        caches.cache_folder()
    except (OSError, ConversionFailed) as error:
        message = f"There is no folder for LibreOffice's profile: {error}"
        return [Problem("error", "no_cache", message, f"Set {caches.CACHE_DIR_SETTING} to a writable folder")]
    return _server() if runs else []


def _server() -> list[Problem]:
    """Start the office server as a conversion does; that takes a few seconds."""
    layouter = ForkServerLayouter()
    try:
        if layouter.server(Limits()) is not None:
            return []
    except (OSError, ConversionFailed) as error:
        hint = "Run `soffice --headless --convert-to pdf` on a document and see what it says"
        reason = error.detail if isinstance(error, ConversionFailed) else str(error)
        return [Problem("error", "office_broken", f"LibreOffice does not start: {reason}", hint)]
    finally:
        layouter.close()
    message = (
        "LibreOffice starts anew for each document, which takes several times as long, because it cannot be "
        f"preloaded: {layouter.problem}"
    )
    return [Problem("warning", "no_office_server", message, _INSTALL_OFFICE)]
