"""The settings, the example file and the operator's manual name the same variables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from wenlan.config.settings import env
from wenlan.core.environment import ConfigurationError, Environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / ".env.example"
MANUAL = ROOT / "docs" / "operator" / "configuration.md"


def _names_in_example() -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)


def _names_in_manual() -> list[str]:
    return re.findall(r"^\| `([A-Z][A-Z_]+)` \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_example_file_lists_every_variable_once() -> None:
    names = _names_in_example()

    assert sorted(names) == sorted(set(names))
    assert set(names) == set(env.names)


def test_the_manual_explains_every_variable_once() -> None:
    names = _names_in_manual()

    assert sorted(names) == sorted(set(names))
    assert set(names) == set(env.names)


def _settings_value(expression: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in env.names}
    return subprocess.run(
        [sys.executable, "-c", f"from wenlan.config import settings; print({expression})"],
        env={**environment, "PYTHONPATH": str(ROOT / "src"), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_example_file_read_as_it_is_changes_nothing(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    values = dict(
        line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z][A-Z_]+=", line)
    )
    values["WENLAN_DATA_DIR"] = str(tmp_path)
    expression = (
        "{name: getattr(settings, name) for name in dir(settings)"
        " if name.isupper() and name != 'LANGUAGES'"
        " and isinstance(getattr(settings, name), (str, int, list))}"
    )

    by_default = _settings_value(expression, WENLAN_DATA_DIR=str(tmp_path))
    from_example = _settings_value(expression, **values)

    assert by_default.returncode == 0, by_default.stderr
    assert from_example.stdout == by_default.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WENLAN_CURRENCY", "shells"),
        ("WENLAN_UPLOAD_MAX_BYTES", "large"),
        ("WENLAN_HOUSE_FEE_BASIS_POINTS", "10001"),
        ("WENLAN_PRICE_MAX_MINOR", "1000000000001"),
        ("WENLAN_DEMO", "perhaps"),
        ("DATABASE_URL", "mysql://host/name"),
        ("WENLAN_SITE_URL", "library.example.org"),
        ("WENLAN_SITE_URL", "https://"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start_and_is_named(
    tmp_path: Path, name: str, value: str
) -> None:
    result = _settings_value("settings.DEBUG", WENLAN_DATA_DIR=str(tmp_path), **{name: value})

    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "ssl", "password"),
    [
        ("smtp://mail.example.org:25", "mail.example.org", 25, None, None, None),
        ("smtp+tls://box:p%40ss@mail.example.org:587", "mail.example.org", 587, True, None, "p@ss"),
        ("smtp+ssl://box:word@mail.example.org:465", "mail.example.org", 465, None, True, "word"),
    ],
)
def test_the_mail_addresses_of_the_manual_mean_what_it_says(
    tmp_path: Path, url: str, host: str, port: int, tls: bool | None, ssl: bool | None, password: str | None
) -> None:
    expression = (
        "[settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT,"
        " getattr(settings, 'EMAIL_USE_TLS', None), getattr(settings, 'EMAIL_USE_SSL', None),"
        " settings.EMAIL_HOST_PASSWORD]"
    )

    result = _settings_value(expression, WENLAN_DATA_DIR=str(tmp_path), EMAIL_URL=url)

    expected = ["django.core.mail.backends.smtp.EmailBackend", host, port, tls, ssl, password]
    assert result.stdout.strip() == str(expected), result.stderr


@pytest.mark.parametrize("url", ["HTTPS://library.example.org/", "https://library.example.org"])
def test_https_is_https_however_it_is_written(tmp_path: Path, url: str) -> None:
    result = _settings_value(
        "(settings.SITE_URL, settings.SESSION_COOKIE_SECURE)",
        WENLAN_DATA_DIR=str(tmp_path),
        WENLAN_SITE_URL=url,
    )

    assert result.stdout.strip() == "('https://library.example.org', True)", result.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"WENLAN_SITE_URL": "https://library.example.org"},
        {"WENLAN_SITE_URL": "http://192.168.1.7:8000"},
        {"WENLAN_ALLOWED_HOSTS": "localhost,library.example.org"},
        {"WENLAN_ALLOWED_HOSTS": "*"},
    ],
)
def test_a_demo_for_more_than_this_machine_does_not_start(tmp_path: Path, variables: dict[str, str]) -> None:
    result = _settings_value("settings.DEMO", WENLAN_DATA_DIR=str(tmp_path), WENLAN_DEMO="1", **variables)

    assert result.returncode != 0
    assert next(iter(variables)) in result.stderr.splitlines()[-1]


def test_a_demo_for_this_machine_starts(tmp_path: Path) -> None:
    variables = {
        "WENLAN_SITE_URL": "http://127.0.0.1:8123",
        "WENLAN_ALLOWED_HOSTS": "localhost,.localhost,127.0.0.2,[::1]",
    }
    result = _settings_value(
        "settings.PAYMENT_PROVIDERS", WENLAN_DATA_DIR=str(tmp_path), WENLAN_DEMO="1", **variables
    )

    assert result.stdout.strip() == "['simulated']", result.stderr


def test_a_blank_variable_counts_as_not_set() -> None:
    environment = Environment(values={"LIMIT": "  "})

    assert environment.integer("LIMIT", 7) == 7
    assert environment.names == ["LIMIT"]


def test_a_number_outside_its_bounds_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="LIMIT is 3"):
        Environment(values={"LIMIT": "3"}).integer("LIMIT", 7, minimum=5)


def test_servers_are_named_with_their_passwords_percent_encoded() -> None:
    value = "https://wenlan:a%2Cb@search-1.example.org:9200, http://[::1]:9200"
    addresses = Environment(values={"SEARCH": value}).servers("SEARCH")

    assert addresses == ["https://wenlan:a%2Cb@search-1.example.org:9200", "http://[::1]:9200"]
    assert Environment(values={}).servers("SEARCH") == []


@pytest.mark.parametrize(
    "value",
    [
        "search.example.org:9200",
        "ftp://user:letters@search.example.org",
        "https://user:let,ters@search.example.org",
        "https://letters@search.example.org:9200",
        "https://user:letters@search.example.org:92000",
        "https://user:letters@:9200",
    ],
)
def test_a_server_whose_address_cannot_be_used_is_refused_without_showing_its_password(value: str) -> None:
    with pytest.raises(ConfigurationError, match="SEARCH has an address") as raised:
        Environment(values={"SEARCH": value}).servers("SEARCH")

    assert "letters" not in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("a certificate")

    assert Environment(values={}).file("CA") is None
    assert Environment(values={"CA": str(tmp_path / "ca.pem")}).file("CA") == tmp_path / "ca.pem"
    with pytest.raises(ConfigurationError, match=r"CA is .*no file"):
        Environment(values={"CA": str(tmp_path / "other.pem")}).file("CA")


def test_a_foreign_host_name_is_refused_without_filling_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert [record.name for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    ("url", "entries"),
    [
        ("", "100000"),
        ("dbcache://counts?max_entries=5000", "5000"),
        ("locmemcache://", "100000"),
        ("rediscache://127.0.0.1:6379/0", "None"),
    ],
)
def test_the_cache_has_room_for_everybody_who_tries_to_sign_in(
    tmp_path: Path, url: str, entries: str
) -> None:
    expression = "settings.CACHES['default'].get('OPTIONS', {}).get('MAX_ENTRIES')"

    result = _settings_value(expression, WENLAN_DATA_DIR=str(tmp_path), CACHE_URL=url)

    assert result.stdout.strip() == entries, result.stderr
