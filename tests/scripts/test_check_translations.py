from __future__ import annotations

from pathlib import Path

import pytest
from script.support.check_translations import findings_in

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
CODE = 'from django.utils.translation import gettext as _\n\nTEXT = _("%(count)s pages")\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    room = tmp_path / "wenlan" / "room"
    (room / "locale/zh_Hans/LC_MESSAGES").mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "views.py").write_text(CODE)
    return room.parent


def translate(package: Path, entries: str) -> list[str]:
    path = package / "room/locale/zh_Hans/LC_MESSAGES/django.po"
    path.write_text(f"{HEADER}\n{entries}", encoding="utf-8")
    return [line.partition("django.po: ")[2] for line in findings_in(package)]


def test_a_complete_translation_has_no_findings(package: Path) -> None:
    assert translate(package, '#, python-format\nmsgid "%(count)s pages"\nmsgstr "%(count)s 页"\n') == []


def test_a_text_without_entry_is_found(package: Path) -> None:
    assert translate(package, "") == ["missing: '%(count)s pages'"]


def test_a_room_without_any_translation_is_found(package: Path) -> None:
    (package / "hall").mkdir()
    (package / "hall" / "__init__.py").touch()
    (package / "hall" / "forms.py").write_text(CODE)

    findings = translate(package, 'msgid "%(count)s pages"\nmsgstr "%(count)s 页"\n')

    assert findings == ["missing: '%(count)s pages'"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "%(count)s pages"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "%(count)s pages"\nmsgstr "%(count)s 页"\n', "fuzzy"),
        ('msgid "%(count)s pages"\nmsgstr "页"\n', "a placeholder is lost"),
        (
            'msgid "%(count)s pages"\nmsgstr "%(number)s %(count)s 页"\n',
            "a placeholder the text does not have",
        ),
        (
            'msgid "%(count)s pages"\nmsgstr "%(count)s 页,共"\n',
            "narrow punctuation beside a Chinese character",
        ),
    ],
)
def test_a_doubtful_entry_is_found(package: Path, entry: str, problem: str) -> None:
    findings = translate(package, entry)

    assert f"{problem}: '%(count)s pages'" in findings
    assert all(finding.endswith("'%(count)s pages'") for finding in findings)


def test_an_entry_nobody_uses_any_more_is_found(package: Path) -> None:
    entries = 'msgid "%(count)s pages"\nmsgstr "%(count)s 页"\n\nmsgid "old words"\nmsgstr "旧词"\n'

    assert translate(package, entries) == ["no longer in the code: 'old words'"]
