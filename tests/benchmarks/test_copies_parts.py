"""What the benchmark of copies measures with is itself right, and says what is wrong with a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from benchmarks._copies.disguises import Disguise, words_of_same_length
from benchmarks.relevance import read_passages

from benchmarks import copies
from tests.similarity.writing import english_prose, prose


def in_squad_form(*passages: str) -> str:
    return json.dumps({"data": [{"paragraphs": [{"context": passage} for passage in passages]}]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[1]", "is not in SQuAD form"),
        ('{"data": [{"paragraphs": [{"text": "none"}]}]}', "is not in SQuAD form: KeyError('context')"),
        ('{"data": []}', "two different passages or more"),
        (in_squad_form(prose(1, 5), prose(1, 5), " "), "two different passages or more"),
    ],
    ids=["empty", "broken", "a list", "no passages", "nothing in it", "one passage twice"],
)
def test_what_is_wrong_with_a_file_is_said_at_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: str,
    said: str,
) -> None:
    path = tmp_path / "passages.json"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["copies", str(path)])
    with pytest.raises(SystemExit) as left:
        copies.main()
    assert left.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", '{"大海": "海洋"}', '{"大海": ["大海"]}'])
def test_what_is_wrong_with_the_synonyms_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    texts, synonyms = tmp_path / "passages.json", tmp_path / "synonyms.json"
    texts.write_text(in_squad_form(prose(1, 5), prose(2, 5)), encoding="utf-8")
    synonyms.write_text(content, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["copies", str(texts), "--synonyms", str(synonyms)])
    with pytest.raises(SystemExit) as left:
        copies.main()
    assert left.value.code == 2


def test_a_file_without_questions_or_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "passages.json"
    path.write_text(in_squad_form("one", "two"), encoding="utf-8-sig")
    assert [passage.text for passage in read_passages([path])] == ["one", "two"]


def test_blanks_between_english_words_are_no_words_to_swap() -> None:
    text = english_prose(1, 20)
    disguised = Disguise([text], words_of_same_length([text])).swapped(text, 0.34)
    pairs = list(zip(text.split(), disguised.split(), strict=True))
    assert 0.3 < sum(before != after for before, after in pairs) / len(pairs) < 0.4


def test_synonyms_from_a_file_are_used_and_no_word_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.json"
    path.write_text('{"大海": ["海洋", "大海"], "河": [""]}', encoding="utf-8")
    synonyms = copies.read_synonyms(path)
    assert synonyms == {"大海": ["海洋"]}
    assert Disguise(["x"], synonyms).swapped("看见大海", 1) == "看见海洋"


def test_of_texts_of_one_character_no_third_can_be_copied() -> None:
    copied, swapped = copies.Job(["一", "二"], {}, "third", 0.34).copies()
    assert [copy.text for copy in copied] == ["二", "一"]
    assert swapped == 0
