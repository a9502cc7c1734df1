"""Text comes out as it was written, whatever bytes it was written in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wenlan.conversion.engine.inside.decoding import decode, detect
from wenlan.conversion.engine.texts import looks_like_text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_chinese_text_is_read_in_any_encoding(encoding: str) -> None:
    text = "我们的图书馆里有这些书。\nSome words 2024\n"
    assert decode(text.replace("\n", "\r\n").encode(encoding)) == text


def test_traditional_chinese_is_told_from_simplified() -> None:
    text = "我們的圖書館裡有這些書,大家都說很好。"
    assert decode(text.encode("big5")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["一、概述\n一年\n一月\n一日\n", "\u3000\u3000一项新的工作。\n" * 9, "Minutes\n"]
)
def test_utf16_without_a_mark_is_text_in_either_byte_order(text: str, encoding: str) -> None:
    assert looks_like_text(text.encode(encoding))
    assert decode(text.encode(encoding)) == text


def test_zeros_among_other_bytes_are_no_text() -> None:
    assert not looks_like_text(bytes(range(256)) * 4)
    assert not looks_like_text(b"\x00\x01\x02\x03" * 100)


@pytest.mark.parametrize("damage", [lambda text: text[:-2], lambda text: text[:90] + b"\xff" + text[90:]])
def test_a_bad_byte_does_not_spoil_utf8(damage: Callable[[bytes], bytes]) -> None:
    text = "港口年度工作总结,一年来港口运行平稳。\n" * 20
    found = decode(damage(text.encode()))
    assert found.count("\ufffd") == 1
    assert found.replace("\ufffd", "").startswith(text[:30])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("词汇表\n苹果 香蕉 葡萄 橘子 草莓 西瓜\n", "gbk"),
        ("氢 氦 锂 铍 硼 碳 氮 氧 氟 氖\n", "gbk"),
        ("水果\n元素\n", "gbk"),
        ("張偉\n王芳\n", "big5"),
        ("사과 배 포도\n", "euc_kr"),
        ("りんご みかん\n", "euc_jp"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n", "shift_jis"),
    ],
)
def test_a_list_without_common_characters_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("declared", "codec"), [("gb2312", "gb18030"), ("iso-8859-1", "cp1252"), ("koi8-r", "koi8-r")]
)
def test_a_declared_encoding_is_read_as_browsers_read_it(declared: str, codec: str) -> None:
    assert detect(b"\xe9 \xe8", declared=declared) == codec
