"""Every ending people upload, by a real file of it: taken for what it is, converted, and complete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wenlan.conversion.engine import BY_ENDING, Status, convert, sniff

from .samples import ENDINGS, Sample, samples

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

PROMISED = {
    "doc", "docx", "docm", "dot", "dotx", "rtf", "odt", "wps", "xls", "xlsx", "xlsm", "et", "ods", "csv", "ppt", "pptx",
    "pps", "ppsx", "dps", "odp", "pdf", "txt", "md", "epub", "html", "png", "jpg", "webp", "tiff",
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    return samples(tmp_path_factory.mktemp("good"))


def test_every_ending_that_is_promised_is_tried_here() -> None:
    assert set(ENDINGS) >= PROMISED
    assert {f".{ending}" for ending in PROMISED} <= set(BY_ENDING)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_of_every_ending_becomes_its_pages(
    ending: str, good: dict[str, Sample], tmp_path: Path
) -> None:
    sample = good[ending]
    result = convert(sample.path, name=sample.path.name, out=tmp_path / "out")
    assert (result.status, result.detail) == (Status.OK, None)
    assert (result.format, result.pages) == (sample.path.suffix[1:], sample.pages)
    text = json.loads((tmp_path / "out" / "text.json").read_text(encoding="utf-8"))["pages"]
    assert sample.words in text[-1]["text"]
    if sample.path.suffix == ".csv":  # each separator is seen as one
        assert {"姓名", "城市", "苏州"} <= set(text[0]["text"].split())
    assert result.report["macros"] is (ending in {"docm", "xlsm"})


@pytest.mark.parametrize("ending", sorted(PROMISED - {"csv", "txt", "md", "html"}))
def test_a_file_without_its_ending_is_known_by_its_content(ending: str, good: dict[str, Sample]) -> None:
    kin = {"wps": "doc", "et": "xls", "dps": "ppt", "pps": "ppt"}
    assert sniff(good[ending].path, name="upload").format == kin.get(ending, ending)
