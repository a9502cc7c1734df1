"""Guessing the language of a text from its characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from wenlan.documents.models import Document

CHINESE_SHARE = 0.15
"""A text is Chinese from this share of Han characters on: terms and names in Latin letters take many letters,
the Chinese around them few characters."""
ENGLISH_SHARE = 0.8


@dataclass
class LetterCount:
    """How many letters of each script a text has; pages are added one by one."""

    han: int = 0
    latin: int = 0
    kana_or_hangul: int = 0
    other: int = 0

    def add(self, text: str) -> None:
        for character in text:
            if character.isascii():
                self.latin += character.isalpha()
            elif "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf":
                self.han += 1
            elif "\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7a3":
                self.kana_or_hangul += 1
            elif unicodedata.category(character)[0] == "L":
                self.other += 1

    def language(self) -> str | None:
        """The language as `Document.Language`; None when there is too little text to say."""
        letters = self.han + self.latin + self.kana_or_hangul + self.other
        if letters < 20:
            return None
        if self.kana_or_hangul > self.han:
            return Document.Language.OTHER
        if self.han >= CHINESE_SHARE * letters:
            return Document.Language.CHINESE
        return Document.Language.ENGLISH if self.latin >= ENGLISH_SHARE * letters else Document.Language.OTHER
