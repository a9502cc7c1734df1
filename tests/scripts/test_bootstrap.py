from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.scripts.conftest import Shell

ONE_LINE = """\
# the mirror of the house
deb [signed-by=/usr/share/keyrings/house.gpg arch=amd64] http://mirror.example/debian bookworm main contrib
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm main
"""

STANZAS = """\
# a comment of its own

Types: deb
URIs: http://other.example/debian
Suites: sid
Components: main

# the mirror of the house
Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: bookworm
 bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abcdefgh
 -----END PGP PUBLIC KEY BLOCK-----
"""


def certificate(text: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


def test_backports_come_from_the_same_line_of_a_sources_list(
    bootstrap_function: Shell, tmp_path: Path
) -> None:
    sources = tmp_path / "sources.list"
    sources.write_text(ONE_LINE)

    result = bootstrap_function('apt_source_like "$1:2" bookworm-backports main', sources)
    without_options = bootstrap_function('apt_source_like "$1:4" "noble noble-updates" universe', sources)

    assert result.stdout == (
        "deb [signed-by=/usr/share/keyrings/house.gpg arch=amd64] http://mirror.example/debian bookworm-backports main\n"
    )
    assert without_options.stdout == (
        "deb http://mirror.example/debian noble universe\ndeb http://mirror.example/debian noble-updates universe\n"
    )


def test_backports_keep_address_and_key_of_a_stanza(bootstrap_function: Shell, tmp_path: Path) -> None:
    sources = tmp_path / "debian.sources"
    sources.write_text(STANZAS)

    result = bootstrap_function('apt_source_like "$1:2" bookworm-backports main', sources)

    assert result.stdout == (
        "URIs: mirror+file:///etc/apt/mirrors/debian.list\n"
        "Signed-By:\n"
        " -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
        " .\n"
        " abcdefgh\n"
        " -----END PGP PUBLIC KEY BLOCK-----\n"
        "Types: deb\n"
        "Suites: bookworm-backports\n"
        "Components: main\n"
    )


def test_a_certificate_the_machine_trusted_before_is_trusted_afterwards(
    bootstrap_function: Shell, tmp_path: Path
) -> None:
    bundle, aside, kept = tmp_path / "bundle.crt", tmp_path / "aside.pem", tmp_path / "kept"
    kept.mkdir()
    bundle.write_text(certificate("public") + certificate("new"))
    aside.write_text("# Proxy\r\n" + certificate("proxy") + certificate("public").replace("\n", "\r\n"))

    result = bootstrap_function(
        """
        CERTIFICATES=$1 CERTIFICATES_ASIDE=$2 kept=$3
        as_root() {
          printf '%s\\n' "$1"
          if [[ $1 == install ]]; then cp "${@:4:$#-4}" "$kept"; fi
        }
        restore_certificates
        """,
        bundle,
        aside,
        kept,
    )

    assert result.stdout.split() == ["install", "update-ca-certificates"], result.stderr
    assert [path.read_text() for path in kept.iterdir()] == [certificate("proxy")]
    assert not aside.exists()


def test_the_scanner_of_the_tests_leaves_no_service_running(
    bootstrap_function: Shell, tmp_path: Path
) -> None:
    units = tmp_path / "system"
    units.mkdir()
    (units / "clamav-daemon.service").write_text("[Service]\n")  # the operator's own

    for _ in range(2):
        result = bootstrap_function('as_root() { "$@"; }; decline_system_scanner "$1"', units)
        assert result.returncode == 0, result.stderr

    assert (units / "clamav-daemon.service").read_text() == "[Service]\n"
    assert (units / "clamav-freshclam.service").readlink() == Path("/dev/null")
    assert bootstrap_function('decline_system_scanner "$1"', tmp_path / "no systemd").returncode == 0


def test_without_installing_it_says_what_is_missing_and_how_to_get_it(checkout: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    dpkg_query = programs / "dpkg-query"
    dpkg_query.write_text("#!/bin/sh\nexit 1\n")
    dpkg_query.chmod(0o755)

    result = subprocess.run(
        [checkout / "script" / "bootstrap", "--for", "test", "--no-install"],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.returncode == 1
    assert "apt-get install --no-install-recommends" in result.stderr
    for package in ("libreoffice-writer", "bubblewrap", "fonts-wqy-microhei", "postgresql", "poppler-utils"):
        assert package in result.stderr
    assert not (checkout / ".venv").exists()


def test_translations_are_compiled_once_and_again_when_they_change(
    bootstrap_function: Shell, checkout: Path
) -> None:
    source = checkout / "src/wenlan/room/locale/zh_Hans/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "page"\nmsgstr "页"\n',
        encoding="utf-8",
    )
    compile_all = 'list_stale_translations; echo "${#stale[@]}"; compile_translations'

    first, second = bootstrap_function(compile_all), bootstrap_function(compile_all)
    os.utime(source, (source.stat().st_atime, source.stat().st_mtime + 10))
    third = bootstrap_function(compile_all)

    assert [run.stdout.strip() for run in (first, second, third)] == ["1", "0", "1"], first.stderr
    assert "页".encode() in source.with_suffix(".mo").read_bytes()


def test_a_folder_named_venv_that_is_none_is_left_alone(bootstrap_function: Shell, checkout: Path) -> None:
    treasure = checkout / ".venv" / "treasure"
    treasure.parent.mkdir()
    treasure.touch()

    result = bootstrap_function("make_venv")

    assert result.returncode != 0
    assert "not a virtual environment" in result.stdout
    assert treasure.exists()
