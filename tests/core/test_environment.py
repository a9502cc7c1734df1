from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wenlan.core.environment import (
    ConfigurationError,
    Environment,
    environment_file_read,
    secret_from_file,
)


def test_a_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret"
    secret = secret_from_file(file)
    assert len(secret) >= 50
    assert secret_from_file(file) == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: secret_from_file(tmp_path / "new" / "secret"), range(32)))
    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret"]


def test_a_file_of_settings_is_read_as_systemd_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wenlan.env"
    file.write_text(
        "# a comment\n\nX_PLAIN=Library <library@example.org>\nX_QUOTED='文澜 $(false)'\nX_SET=file\nno line\n"
    )
    for name in ("X_PLAIN", "X_QUOTED"):
        monkeypatch.setenv(name, "")  # so that it is taken away again afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("X_SET", "environment")
    environment_file_read(file)
    assert [os.environ[name] for name in ("X_PLAIN", "X_QUOTED", "X_SET")] == [
        "Library <library@example.org>",
        "文澜 $(false)",
        "environment",
    ]


def test_a_file_of_settings_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.env"):
        environment_file_read(tmp_path / "missing.env")


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("yes", True), ("off", False), ("", False)])
def test_yes_and_no_as_people_write_them(value: str, meant: bool) -> None:
    assert Environment({"X": value}).boolean("X") is meant


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_an_unclear_answer_names_its_variable(value: str) -> None:
    with pytest.raises(ConfigurationError, match="X is"):
        Environment({"X": value}).boolean("X")


@pytest.mark.parametrize("value", ["ten", "1.5", "4", "-1"])
def test_a_number_outside_its_range_names_its_variable(value: str) -> None:
    with pytest.raises(ConfigurationError, match="X is"):
        Environment({"X": value}).integer("X", 7, minimum=5, maximum=9)


def test_the_names_asked_for_are_remembered() -> None:
    environment = Environment({})
    environment.text("A")
    environment.items("B")
    environment.text("A")
    assert environment.names == ["A", "B"]
