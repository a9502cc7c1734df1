from __future__ import annotations

import re

from tests.scripts.conftest import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text()))


def test_each_lock_contains_the_one_before_it() -> None:
    """script/bootstrap lets a .venv made for the tests serve the demo and the site."""
    base, demo, dev = pins("base"), pins("demo"), pins("dev")

    assert base["django"]
    assert base.items() < demo.items() < dev.items()


def test_every_locked_package_has_hashes() -> None:
    for name in ("base", "demo", "dev", "bench"):
        entries = re.split(
            r"^(?=[A-Za-z0-9])", (ROOT / "requirements" / f"{name}.txt").read_text(), flags=re.MULTILINE
        )
        pinned = [entry for entry in entries if PIN.match(entry)]

        assert pinned
        assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []
