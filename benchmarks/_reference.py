"""The text that conversions are measured on: that of the reference page, as Word files of any length."""

from __future__ import annotations

import secrets
from pathlib import Path

import docx

from benchmarks import _soffice

SHARED = Path(__file__).resolve().parents[2] / "shared"
REFERENCE = Path("reference", "document-page.txt")
OWN_SENTENCE = (
    "把一件事写清楚，先要把它想清楚：谁在什么时候做了什么，为什么要做，做成了什么样，还差什么。"
    "写的人多想一步，读的人就少猜一步；文件短一点，落实就快一点。"
)
REFERENCE_CHARACTERS = 6_600


def reference_text(shared: Path = SHARED) -> str:
    """The text of the reference page where it is at hand, else our own of the same length."""
    if (reference := shared / REFERENCE).exists():
        return max(reference.read_text(encoding="utf-8").splitlines(), key=len)
    return OWN_SENTENCE * (REFERENCE_CHARACTERS // len(OWN_SENTENCE) + 1)


def write_docx(path: Path, *, times: int = 1, shared: Path = SHARED) -> None:
    """A Word document of the reference text; a random line makes each one different in its bytes."""
    document = docx.Document()
    document.add_heading("动员发言", level=1)
    for _ in range(times):
        for part in reference_text(shared).split(" "):
            document.add_paragraph(part)
    document.add_paragraph(secrets.token_hex(16))
    document.save(str(path))


def write_doc(path: Path, *, times: int = 1, shared: Path = SHARED) -> None:
    source = path.with_suffix(".docx")
    write_docx(source, times=times, shared=shared)
    _soffice.to_pdf(source, path.parent, target="doc")
