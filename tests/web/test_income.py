"""Who gets what readers pay: said in one way on every page, also where the house keeps a part."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.e2e.library import Library, library_fill
from wenlan.accounts.models import User
from wenlan.documents.models import Document

# A sentence that gives money to somebody.
PROMISES = {
    "zh-hans": re.compile(r"[^。；：<>\"]*(?:收入|收益|付的钱)[^。；<>\"]*归(?:作者|您)[^。；<>\"]*"),
    "en": re.compile(
        r"[^.;<>\"]*(?:income|earns?|earned|pay|paid|money)[^.;<>\"]* (?:author|authors|yours|wrote)\b[^.;<>\"]*"
        r"|[^.;<>\"]*goes to (?:the|its|their) authors?\b"
    ),
}


@pytest.fixture
def library(
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    draft_document: Callable[..., Document],
    published_document: Callable[..., Document],
    settings: Any,
) -> Library:
    settings.PAYMENT_PROVIDERS = ["simulated"]
    return library_fill(
        alice=alice, bob=bob, carol=carol, dave=dave, draft=draft_document, published=published_document
    )


def _promises(library: Library, client_as: Any, language: str) -> dict[str, list[str]]:
    """What each page of the site says about who gets the money, for the pages that say something."""
    found = {}
    for place in library.places():
        client = client_as(place.who)
        client.cookies["django_language"] = language
        html = unescape(client.get(place.path).content.decode())
        if promises := [match[0].strip() for match in PROMISES[language].finditer(html)]:
            found[place.name] = promises
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_with_a_house_fee_no_page_gives_all_of_the_money_to_the_author(
    library: Library, client_as: Any, settings: Any, language: str
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 3000
    promises = _promises(library, client_as, language)
    assert {
        "home",
        "document for sale",
        "buy",
        "help",
        "terms",
        "upload",
        "become an author",
    } <= promises.keys()
    untrue = {
        name: sentences
        for name, said in promises.items()
        if (sentences := [s for s in said if "70%" not in s])
    }
    assert untrue == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_without_a_house_fee_no_page_speaks_of_one(
    library: Library, client_as: Any, settings: Any, language: str
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 0
    promises = _promises(library, client_as, language)
    assert {"home", "document for sale", "buy", "help", "terms", "upload"} <= promises.keys()
    assert "%" not in str(promises)
