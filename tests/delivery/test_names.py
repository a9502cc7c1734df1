"""A file arrives under its proper name, whatever its title."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenlan.delivery.names import attachment_header, download_name


def _name(title: str, extension: str = "doc") -> str:
    return download_name(title=title, extension=extension, fallback="document-7")


def _read_back(header: str) -> str:
    """The name as a browser reads it: the extended parameter wins (RFC 6266, section 4.3)."""
    extended = re.search(r"; filename\*=UTF-8''([^ ;]+)$", header)
    if extended:
        return unquote(extended.group(1))
    plain = re.fullmatch(r'attachment; filename="([^"]+)"', header)
    assert plain
    return plain.group(1)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("入党申请书", "入党申请书.doc"),
        ("Report 2024", "Report 2024.doc"),
        ("Report.DOC", "Report.doc"),
        ("Report.docx", "Report.docx.doc"),
        ("a/b\\c:d", "a_b_c_d.doc"),
        ("../../etc/passwd", "_.._etc_passwd.doc"),
        ("   ", "document-7.doc"),
        ("...", "document-7.doc"),
        ("???", "document-7.doc"),
        ("CON", "_CON.doc"),
        ("line\r\nX-Evil: 1", "line X-Evil_ 1.doc"),
        ("pay\u202efdp", "payfdp.doc"),
    ],
)
def test_a_title_becomes_a_name_every_system_takes(title: str, name: str) -> None:
    assert _name(title) == name


def test_a_long_title_is_cut_between_characters() -> None:
    name = _name("文" * 500)
    assert len(name.encode()) <= 200
    assert name == "文" * ((200 - 4) // 3) + ".doc"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Report 2024.doc", 'attachment; filename="Report 2024.doc"'),
        (
            "入党申请书.doc",
            "attachment; filename=\"document-7.doc\"; filename*=UTF-8''%E5%85%A5%E5%85%9A%E7%94%B3%E8%AF%B7%E4%B9%A6.doc",
        ),
        ("Résumé.doc", "attachment; filename=\"Resume.doc\"; filename*=UTF-8''R%C3%A9sum%C3%A9.doc"),
        ("a;b\"c'd.doc", "attachment; filename=\"a_b_c_d.doc\"; filename*=UTF-8''a%3Bb%22c%27d.doc"),
    ],
)
def test_the_header_says_the_name_to_old_and_new_browsers(name: str, header: str) -> None:
    assert attachment_header(name, fallback="document-7.doc") == header


@given(title=st.text(max_size=120))
def test_any_title_travels_in_the_header_and_nothing_else_does(title: str) -> None:
    name = _name(title)
    header = attachment_header(name, fallback="document-7.doc")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert _read_back(header) == name
    assert not set(name) & set('/\\:*?"<>|\r\n\0')
    assert name.endswith(".doc")
    assert not name.startswith(".")
