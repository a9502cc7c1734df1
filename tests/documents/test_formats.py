from __future__ import annotations

from collections import Counter

from wenlan.conversion.engine.formats import FORMATS, Family
from wenlan.documents.formats import FORMAT_FAMILIES, formats_called

NAMES = {
    Family.WORDS: "doc",
    Family.SLIDES: "ppt",
    Family.SHEETS: "xls",
    Family.PDF: "pdf",
    Family.TEXT: "txt",
    Family.BOOK: "epub",
    Family.IMAGE: "image",
}


def test_every_format_that_can_be_uploaded_is_called_something() -> None:
    expected = {name: NAMES[item.family] for name, item in FORMATS.items()}
    expected["csv"] = "xls"  # laid out like a text, and a table to whoever looks for one

    assert {name: family for family, names in FORMAT_FAMILIES.items() for name in names} == expected
    assert max(Counter(name for names in FORMAT_FAMILIES.values() for name in names).values()) == 1


def test_another_name_stands_for_itself() -> None:
    assert formats_called("doc")[:2] == ("doc", "docx")
    assert formats_called("docx") == ("docx",)
