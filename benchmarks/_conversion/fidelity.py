"""Page counts beside those that the office program recorded, and the text layer beside the file's own text."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

from benchmarks._conversion import own_text
from benchmarks._conversion.converted import converted
from benchmarks._conversion.files import Sample
from benchmarks._conversion.report import Finding
from benchmarks._measure import median, percentile, progress

WORD = {"doc", "docx"}
SLIDES = {"ppt", "pptx"}
EQUAL_GOAL, CLOSE_GOAL = 0.58, 0.84
MIN_CHARACTERS = 20
WORST_NAMED = 3


def is_close(pages: int, recorded: int) -> bool:
    """Within 5 % or one page."""
    return abs(pages - recorded) <= max(1.0, 0.05 * recorded)


def measure(samples: Sequence[Sample], soffice_pages: Mapping[Path, int | None]) -> list[Finding]:
    """Findings of both. `soffice_pages` is what plain soffice made of the same files, where that is known."""
    found = converted(sample.path for sample in samples if sample.is_office)
    ours = {file: one.pages for file, one in found.items()}
    findings = []
    for kind, formats in (("Word files", WORD), ("presentations", SLIDES)):
        yardstick = [one for one in samples if one.recorded_pages and one.format in formats]
        if yardstick:
            findings += _page_counts(kind, yardstick, ours, soffice_pages)
    return [*findings, *_recall(samples)]


def _page_counts(
    kind: str, yardstick: list[Sample], ours: Mapping[Path, int], theirs: Mapping[Path, int | None]
) -> list[Finding]:
    """The shares of files with the recorded page count, and close to it. Only of Word files there is a goal."""
    findings = []
    for what, goal, holds in (
        ("page count as recorded", EQUAL_GOAL, int.__eq__),
        ("within 5 % or one page", CLOSE_GOAL, is_close),
    ):
        share = _share(yardstick, ours, holds)
        beside = f"{_share(yardstick, theirs, holds):.1%} (soffice, same fonts)" if theirs else ""
        has_goal = kind == "Word files"
        findings.append(
            Finding(
                f"{what}, {len(yardstick)} {kind}",
                f"{share:.1%}",
                beside,
                "",
                f"> {goal:.0%}" if has_goal else "",
                share > goal if has_goal else None,
            )
        )
    return findings


def _share(yardstick: list[Sample], pages: Mapping[Path, int | None], holds: object) -> float:
    assert callable(holds)
    good = sum(bool(holds(pages.get(one.path) or 0, one.recorded_pages)) for one in yardstick)
    return good / len(yardstick)


def _recall(samples: Sequence[Sample]) -> list[Finding]:
    """The share of each file's own characters that its text layer has."""
    own = {one.path: text for one in samples if (text := _own_text(one)).total() >= MIN_CHARACTERS}
    if not own:
        return []
    found = {file: one for file, one in converted(own).items() if one.pages}
    seen = {file: own_text.characters(one.text) for file, one in found.items()}
    shares = {file: own_text.found_share(own[file], seen[file]) for file in found}
    everything = sum((own[file] & seen[file]).total() for file in found) / sum(
        own[file].total() for file in found
    )
    for file in sorted(shares, key=lambda each: shares[each])[:WORST_NAMED]:
        progress(f"least of its text found: {file.name}, {shares[file]:.1%} of {own[file].total()}")
    return [
        Finding(
            f"own characters in the text layer, {len(found)} docx, pptx, xlsx",
            f"{everything:.2%} of all",
            f"median file {median(list(shares.values())):.2%}, 5th percentile {percentile(list(shares.values()), 0.05):.2%}",
            "",
            "",
        )
    ]


def _own_text(sample: Sample) -> Counter[str]:
    if sample.format not in own_text.READABLE:
        return Counter()
    try:
        return own_text.own_text(sample.path, sample.format)
    except (zipfile.BadZipFile, KeyError, ParseError, ValueError) as error:
        progress(f"{sample.path.name} says nothing of its text: {error}")
        return Counter()
