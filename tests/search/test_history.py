"""What was searched for: of one reader, of several people, and in vain."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.search.history import popular_searches, recent_searches, searches_hide, searches_sweep
from wenlan.search.models import CountedSearch, RecentSearch
from wenlan.search.suggestions import suggestions_for

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def look(
    client: Client, text: str, *, address: str = "192.0.2.1", browser: str = BROWSER, **values: str
) -> str:
    response = client.get(
        "/search/",
        {"q": text, **values},
        REMOTE_ADDR=address,
        headers={"user-agent": browser, "accept-language": "en"},
    )
    assert response.status_code == 200
    return response.content.decode()


def suggest(client: Client, text: str = "") -> str:
    return client.get("/search/suggest/", {"q": text}, headers={"accept-language": "en"}).content.decode()


@pytest.fixture
def popular(client: Client, indexed_document: Make) -> Document:
    """Three visitors looked for it."""
    document = indexed_document(title="合同范本")
    for number in range(3):
        look(client, "合同", address=f"192.0.2.{number}")
    return document


# ── A reader's own ────────────────────────────────────────────────────────────────────────────────────────
def test_a_reader_finds_what_they_searched_for_and_nobody_else_does(
    client_as: ClientAs, indexed_document: Make, bob: User, mallory: User
) -> None:
    indexed_document(title="合同范本")
    reader = client_as(bob)
    look(reader, "合同")
    look(reader, "恐龙")
    look(reader, "合同")
    assert [search.text for search in recent_searches(bob)] == ["合同", "恐龙"]
    for text in (suggest(reader), suggest(reader, "恐"), page_of(reader)):
        assert "恐龙" in text
    assert "恐龙" not in suggest(reader, "合")
    for other in (client_as(mallory), client_as(None)):
        assert "恐龙" not in suggest(other)
        assert "恐龙" not in page_of(other)


def page_of(client: Client) -> str:
    return client.get("/search/", headers={"accept-language": "en"}).content.decode()


def test_one_search_is_forgotten_and_then_all(client_as: ClientAs, bob: User, mallory: User) -> None:
    reader = client_as(bob)
    for text in ("合同", "恐龙", "桥梁"):
        look(reader, text)
    number = RecentSearch.objects.get(text="恐龙").pk
    client_as(mallory).post("/search/forget/", {"number": number})
    assert RecentSearch.objects.filter(pk=number).exists()
    reader.post("/search/forget/", {"number": number})
    assert [search.text for search in recent_searches(bob)] == ["桥梁", "合同"]
    client_as(mallory).post("/search/forget/")
    assert len(recent_searches(bob)) == 2
    reader.post("/search/forget/")
    assert recent_searches(bob) == []
    assert "Your recent searches" not in page_of(reader)


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30])
def test_a_senseless_number_forgets_nothing(client_as: ClientAs, bob: User, number: str) -> None:
    reader = client_as(bob)
    look(reader, "合同")
    assert reader.post("/search/forget/", {"number": number}).status_code == 404
    assert len(recent_searches(bob)) == 1


def test_a_stranger_is_asked_to_sign_in_before_anything_is_forgotten(client: Client, bob: User) -> None:
    assert client.post("/search/forget/").status_code == 302
    assert client.get("/search/forget/").status_code in {302, 405}


def test_only_the_latest_are_kept(client_as: ClientAs, bob: User) -> None:
    reader = client_as(bob)
    for number in range(23):
        look(reader, f"合同 {number}")
    kept = RecentSearch.objects.filter(user=bob)
    assert kept.count() == 20
    assert kept.first().text == "合同 22"  # type: ignore[union-attr]


def test_searches_go_with_their_reader(client_as: ClientAs, bob: User) -> None:
    look(client_as(bob), "合同")
    bob.delete()
    assert not RecentSearch.objects.exists()


# ── Of several people ─────────────────────────────────────────────────────────────────────────────────────
def test_a_search_is_shown_to_others_once_enough_have_made_it(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本")
    for _ in range(5):
        look(client, "合同", address="192.0.2.1")
    look(client, "ＨＥ 合同", address="192.0.2.9")
    look(client, "合同", address="192.0.2.2")
    assert popular_searches() == []
    assert [one.kind for one in suggestions_for("合同")] == ["document"]
    look(client, "合同 ", address="192.0.2.3")
    assert popular_searches() == ["合同"]
    assert [one.kind for one in suggestions_for("het")] == ["search", "document"]
    assert "合同" in suggest(client)
    assert CountedSearch.objects.get(folded="合同").visitors == []


def test_who_comes_from_two_places_is_one_person(
    client_as: ClientAs, indexed_document: Make, bob: User
) -> None:
    indexed_document(title="合同范本")
    for number in range(4):
        look(client_as(bob), "合同", address=f"192.0.2.{number}")
    assert popular_searches() == []


def test_how_many_are_enough_is_a_setting(client: Client, indexed_document: Make, settings: Any) -> None:
    settings.POPULAR_SEARCH_VISITORS = 4
    indexed_document(title="合同范本")
    for number in range(3):
        look(client, "合同", address=f"192.0.2.{number}")
    assert popular_searches() == []


def test_a_search_that_finds_nothing_any_more_is_not_shown(popular: Document) -> None:
    assert popular_searches() == ["合同"]
    Document.objects.filter(pk=popular.pk).update(state="withdrawn")
    assert popular_searches() == []
    assert suggestions_for("合同") == []


@pytest.mark.parametrize("text", ["zhang.san@example.com", "13812345678", "合同 11010119900307", "合同" * 30])
def test_what_may_be_about_a_person_is_never_shown(client: Client, indexed_document: Make, text: str) -> None:
    indexed_document(title=text, pages=[text])
    for number in range(4):
        look(client, text, address=f"192.0.2.{number}")
    assert CountedSearch.objects.get().is_common
    assert popular_searches() == []
    assert "search" not in {one.kind for one in suggestions_for(text)}


def test_an_operator_hides_a_search_and_shows_it_again(
    client_as: ClientAs, popular: Document, dave: User
) -> None:
    operator, number = client_as(dave), CountedSearch.objects.get().pk
    for action, shown in (("hide", []), ("show", ["合同"])):
        operator.post(
            "/admin/search/countedsearch/", {"action": action, "_selected_action": [number]}, follow=True
        )
        assert popular_searches() == shown
        assert [one.text for one in suggestions_for("合同") if one.kind == "search"] == shown
    assert searches_hide(CountedSearch.objects.all(), is_hidden=True) == 1


# ── In vain ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_operator_reads_what_was_searched_for_in_vain(
    client_as: ClientAs, client: Client, indexed_document: Make, dave: User
) -> None:
    indexed_document(title="人工智能导论", pages=["甲"])
    look(client, "人工只能", address="192.0.2.1")
    look(client, "人工只能", address="192.0.2.2")
    look(client, "智能")
    counted = CountedSearch.objects.get(folded="人工只能")
    assert (counted.searched, counted.in_vain, counted.found, counted.meant) == (2, 2, 0, "人工智能")
    listed = client_as(dave).get("/admin/search/countedsearch/?outcome=nothing").content.decode()
    assert "人工只能" in listed
    assert "192.0.2" not in listed
    assert ">智能<" not in listed


def test_nobody_but_operators_reads_the_list(
    client_as: ClientAs, alice: User, bob: User, carol: User
) -> None:
    for person in (None, alice, bob, carol):
        assert client_as(person).get("/admin/search/countedsearch/").status_code == 302


@pytest.mark.parametrize(
    "values", [{"format": "pdf"}, {"page": "2"}, {"browser": "Googlebot/2.1"}, {"browser": ""}]
)
def test_filters_further_pages_and_programs_are_not_counted(
    client: Client, indexed_document: Make, values: dict[str, str]
) -> None:
    for _ in range(11):
        indexed_document(title="合同范本")
    look(client, "合同", **values)
    assert not CountedSearch.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "？！", "🙂"])
def test_a_search_without_words_is_not_kept(client_as: ClientAs, bob: User, text: str) -> None:
    look(client_as(bob), text)
    assert not CountedSearch.objects.exists()
    assert not RecentSearch.objects.exists()


def test_no_address_and_no_name_is_kept_with_a_search(
    client_as: ClientAs, indexed_document: Make, bob: User
) -> None:
    indexed_document(title="合同范本")
    look(client_as(bob), "合同", address="192.0.2.77")
    row = CountedSearch.objects.values().get()
    assert "192.0.2" not in str(row)
    assert all(0 <= mark < 65536 for mark in row["visitors"])


def test_old_searches_are_forgotten(client: Client, indexed_document: Make, settings: Any) -> None:
    indexed_document(title="合同范本")
    look(client, "合同")
    look(client, "恐龙")
    old = timezone.now() - timedelta(days=settings.SEARCHES_KEPT_DAYS + 1)
    CountedSearch.objects.filter(folded="恐龙").update(last_at=old)
    assert searches_sweep() == 1
    assert CountedSearch.objects.get().folded == "合同"


# ── The empty page ────────────────────────────────────────────────────────────────────────────────────────
def test_an_empty_page_names_the_search_and_what_finds_something_instead(
    client: Client, indexed_document: Make
) -> None:
    indexed_document(title="合同范本")
    text = look(client, "合同", format="pdf", price="free")
    assert "Nothing found for “合同”" in text
    assert "The same search without" in text
    assert 'href="?q=%E5%90%88%E5%90%8C">all filters <span class="number muted">1 document' in text
    assert "What comes nearest" in text
    assert "<mark>合同</mark>范本" in text
    assert "PDF <span" not in text  # without it there would be nothing all the same


def test_one_filter_too_many_is_named(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本")
    text = look(client, "合同", format="pdf")
    assert re.search(r'href="\?q=%E5%90%88%E5%90%8C">[^<]*PDF <span class="number muted">1 document', text)
    text = look(client, "合同 format:pdf")
    assert re.search(r'href="\?q=%E5%90%88%E5%90%8C">[^<]*PDF <span class="number muted">1 document', text)


def test_an_empty_page_shows_popular_searches_instead_of_the_newest(
    client: Client, popular: Document
) -> None:
    text = look(client, "恐龙")
    assert "Popular searches" in text
    assert "Newest documents" not in text
    CountedSearch.objects.update(is_hidden=True)
    text = look(client, "恐龙")
    assert "Popular searches" not in text
    assert "Newest documents" in text
