"""The author's desk, and the images of pages: who sees what, and at what price in queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Revision

ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]
State = Document.State


@pytest.fixture
def cast(alice: User, bob: User, carol: User, dave: User, mallory: User) -> dict[str, User | None]:
    return {"alice": alice, "bob": bob, "carol": carol, "dave": dave, "mallory": mallory, "a stranger": None}


def image_address(document: Document, number: int, *, width: int = 72, revision_id: int | None = None) -> str:
    revision_id = revision_id or document.revisions.get().pk
    return reverse("documents:page_image", args=[document.pk, revision_id, number, width])


SEES_EVERY_PAGE = {
    State.PUBLISHED: {"alice", "carol", "dave"},
    State.DRAFT: {"alice", "dave"},
    State.IN_REVIEW: {"alice", "carol", "dave"},
    State.RETURNED: {"alice", "carol", "dave"},
    State.WITHDRAWN: {"alice", "carol", "dave"},
}


@pytest.mark.parametrize("state", State.values)
def test_each_of_the_cast_sees_the_pages_that_are_theirs(
    cast: dict[str, User | None], client_as: ClientAs, published_document: Factory, state: State
) -> None:
    document = published_document(state=state)  # five pages, of which three are the preview
    for name, user in cast.items():
        client = client_as(user)
        seen = [n for n in range(1, 8) if client.get(image_address(document, n)).status_code == 200]
        if name in SEES_EVERY_PAGE[state]:
            assert seen == [1, 2, 3, 4, 5], (name, state)
        elif state == State.PUBLISHED:
            assert seen == [1, 2, 3], (name, state)
        else:
            assert seen == [], (name, state)


@pytest.mark.parametrize(
    ("kind", "value", "seen"), [("whole", 0, 5), ("none", 0, 0), ("percent", 40, 2), ("pages", 1, 1)]
)
def test_the_preview_policy_decides_what_a_stranger_sees(
    client_as: ClientAs, published_document: Factory, kind: str, value: int, seen: int
) -> None:
    document = published_document(preview_kind=kind, preview_value=value)
    client = client_as(None)
    answers = [client.get(image_address(document, n)).status_code for n in range(1, 6)]
    assert answers == [200] * seen + [404] * (5 - seen)


def test_a_page_of_another_document_is_not_found(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    shown, other = published_document(), published_document()
    address = image_address(shown, 1, revision_id=other.revisions.get().pk)
    for user in (None, alice):
        assert client_as(user).get(address).status_code == 404


@pytest.mark.parametrize("number", [0, 6, 999_999_999])
def test_a_page_that_does_not_exist_is_not_found(
    client_as: ClientAs, alice: User, published_document: Factory, number: int
) -> None:
    document = published_document()
    assert client_as(alice).get(image_address(document, number)).status_code == 404


def test_numbers_no_row_can_have_are_no_addresses(client_as: ClientAs, db: None) -> None:
    huge = "9" * 40
    for address in (
        f"/d/1/pages/1/{huge}-72.webp",
        f"/d/{huge}/pages/1/1-72.webp",
        "/d/1/pages/1/-1-72.webp",
    ):
        assert client_as(None).get(address).status_code == 404


def test_a_width_that_was_not_drawn_is_not_found(client_as: ClientAs, published_document: Factory) -> None:
    assert client_as(None).get(image_address(published_document(), 1, width=5000)).status_code == 404


def test_an_image_says_what_it_is_and_how_long_it_keeps(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    document = published_document()
    shared = client_as(None).get(image_address(document, 1))
    assert shared["Content-Type"] == "image/webp"
    assert shared["X-Content-Type-Options"] == "nosniff"
    assert shared["Cache-Control"] == "public, max-age=600"
    assert shared.getvalue()[:4] == b"RIFF"
    beyond = client_as(alice).get(image_address(document, 5))
    assert beyond["Cache-Control"] == "private, max-age=600"


def test_who_has_an_image_is_told_that_it_is_still_the_same(
    client_as: ClientAs, published_document: Factory
) -> None:
    document = published_document()
    client, address = client_as(None), image_address(document, 1)
    etag = client.get(address)["ETag"]
    assert client.get(image_address(document, 2))["ETag"] != etag

    again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (etag, "public, max-age=600")

    image = document.revisions.get().pages.get(number=1).images[0]
    image["name"] = document.revisions.get().file.storage.save("previews/new/1-72.webp", ContentFile(b"new"))
    document.revisions.get().pages.filter(number=1).update(images=[image])
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200


def test_who_may_no_longer_see_an_image_is_not_told_that_it_is_the_same(
    client_as: ClientAs, published_document: Factory
) -> None:
    document = published_document()
    etag = client_as(None).get(image_address(document, 3))["ETag"]
    Document.objects.update(preview_value=2)
    for validator in (etag, "*"):
        answer = client_as(None).get(image_address(document, 3), headers={"if-none-match": validator})
        assert answer.status_code == 404


def test_caches_keep_one_image_for_readers_of_every_language(
    client_as: ClientAs, published_document: Factory
) -> None:
    document = published_document()
    address = image_address(document, 1)
    first = client_as(None).get(address, headers={"accept-language": "en"})
    again = client_as(None).get(address, headers={"accept-language": "zh", "if-none-match": first["ETag"]})
    for answer in (first, again):
        assert "Vary" not in answer
        assert "Content-Language" not in answer
    page = client_as(None).get(document.get_absolute_url(), headers={"accept-language": "en"})
    assert "Accept-Language" in page["Vary"]


def test_pages_of_a_draft_are_private(client_as: ClientAs, alice: User, draft_document: Factory) -> None:
    response = client_as(alice).get(image_address(draft_document(), 1))
    assert response["Cache-Control"] == "private, max-age=600"


def test_a_lost_image_file_is_not_found_and_no_crash(
    client_as: ClientAs, published_document: Factory
) -> None:
    document = published_document()
    page = document.revisions.get().pages.get(number=1)
    document.revisions.get().file.storage.delete(page.images[0]["name"])
    assert client_as(None).get(image_address(document, 1)).status_code == 404


@pytest.mark.parametrize("who", ["a stranger", "bob", "alice"])
def test_an_image_costs_the_same_few_queries_however_long_the_document(
    cast: dict[str, User | None], client_as: ClientAs, published_document: Factory, who: str
) -> None:
    short = published_document(pages=["one"])
    long = published_document(pages=["page"] * 40)
    counts = []
    for document in (short, long):
        client, address = client_as(cast[who]), image_address(document, 1)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts == [1, 1]


@pytest.mark.parametrize("verb", ["", "submit/", "withdraw/", "restore/", "delete/"])
@pytest.mark.parametrize("who", ["bob", "carol", "mallory"])
def test_the_desk_of_another_author_does_not_exist(
    cast: dict[str, User | None], client_as: ClientAs, published_document: Factory, verb: str, who: str
) -> None:
    document = published_document()
    address = f"/my/documents/{document.pk}/{verb}"
    client = client_as(cast[who])
    assert client.post(address, {"title": "Mine now"}).status_code == 404
    document.refresh_from_db()
    assert (document.state, document.title) == (State.PUBLISHED, document.title)


@pytest.mark.parametrize("address", ["/my/documents/", "/my/documents/1/", "/my/documents/1/delete/"])
def test_a_stranger_has_no_desk(client_as: ClientAs, db: None, address: str) -> None:
    response = client_as(None).get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_alice_edits_saves_and_submits_in_one_go(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    form = {
        "title": "Harbour report",
        "category": str(document.category_id),
        "tags": "harbour, report",
        "price": "2.50",
        "preview_kind": "percent",
        "preview_percent": "20",
        "then": "submit",
    }
    response = client_as(alice).post(f"/my/documents/{document.pk}/", form)
    assert response.status_code == 302
    document.refresh_from_db()
    assert (document.title, document.price_minor, document.state) == ("Harbour report", 250, State.IN_REVIEW)


def test_a_wrong_form_is_shown_again_with_what_is_wrong(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    page = client_as(alice).post(f"/my/documents/{document.pk}/", {"title": "", "price": "-4"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"title", "price", "preview"}


def test_the_edit_page_shows_the_facts_of_the_file(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    page = client_as(alice).get(f"/my/documents/{document.pk}/")
    revision = document.revisions.get()
    assert revision.sha256 in page.text
    assert revision.original_name in page.text
    assert image_address(document, 1) in page.text


def test_why_a_document_was_returned_is_shown_as_text(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document(state=State.RETURNED, return_reason="<i>Not</i> yours")
    page = client_as(alice).get(f"/my/documents/{document.pk}/")
    assert "&lt;i&gt;Not&lt;/i&gt; yours" in page.text


def test_deleting_asks_first(client_as: ClientAs, alice: User, draft_document: Factory) -> None:
    document = draft_document()
    client = client_as(alice)
    address = f"/my/documents/{document.pk}/delete/"
    assert client.get(address).status_code == 200
    assert Document.objects.filter(pk=document.pk).exists()
    client.post(address)
    assert not Document.objects.filter(pk=document.pk).exists()


def test_a_published_document_offers_no_deletion(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    address = f"/my/documents/{published_document().pk}/delete/"
    assert client_as(alice).get(address).status_code == 409
    assert client_as(alice).post(address).status_code == 409


def test_chosen_documents_are_submitted_and_the_others_named(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    good, without_category = draft_document(), draft_document(category=None, title="No shelf yet")
    page = client_as(alice).post(
        reverse("documents:submit_selected"),
        {"documents": [good.pk, without_category.pk, "x", "-1", "9" * 30, "9" * 5000, "９"]},
        follow=True,
    )
    good.refresh_from_db()
    assert good.state == State.IN_REVIEW
    assert any("No shelf yet" in str(message) for message in page.context["messages"])


def test_drafts_without_a_category_are_told_in_one_line_and_stay_chosen(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    good = draft_document()
    lacking = [draft_document(category=None) for _ in range(4)]
    client = client_as(alice)
    page = client.post(
        reverse("documents:submit_selected"),
        {"documents": [d.pk for d in [good, *lacking]], "next": "/my/documents/?state=draft"},
        follow=True,
        headers={"accept-language": "en"},
    )
    assert [str(message) for message in page.context["messages"]] == [
        "4 documents have no category yet.",
        "1 document is in review.",
    ]
    assert page.context["state"] == "draft"
    assert page.context["chosen"] == {document.pk for document in lacking}
    assert page.text.count("No category yet") == 4


def test_what_is_chosen_gets_a_category_and_a_price_at_once(
    client_as: ClientAs, alice: User, mallory: User, draft_document: Factory, category: Category
) -> None:
    mine = [draft_document(category=None, price_minor=0) for _ in range(3)]
    shelf = draft_document(state=State.PUBLISHED, published_at=timezone.now(), price_minor=100)
    other = draft_document(author=mallory, price_minor=100)
    chosen = [document.pk for document in [*mine, shelf, other]]
    fields = {"documents": chosen, "category": category.pk, "price": "2.50"}
    page = client_as(alice).post(reverse("documents:set_selected"), fields, follow=True)
    assert page.context["chosen"] == {document.pk for document in mine}
    for document in mine:
        document.refresh_from_db()
        assert (document.category, document.price_minor) == (category, 250)
    for document in (shelf, other):
        document.refresh_from_db()
        assert document.price_minor == 100


def test_what_is_left_empty_stays_as_it_is_with_each(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document(price_minor=700)
    fields = {"documents": [document.pk], "category": "", "price": ""}
    client_as(alice).post(reverse("documents:set_selected"), fields)
    old = (document.category, document.price_minor)
    document.refresh_from_db()
    assert (document.category, document.price_minor) == old


@pytest.mark.parametrize("fields", [{"price": "-1"}, {"price": "x"}, {"category": "999999"}])
def test_what_is_wrong_is_set_for_none(
    client_as: ClientAs, alice: User, draft_document: Factory, fields: dict[str, str]
) -> None:
    document = draft_document(price_minor=700)
    fields = {"documents": str(document.pk), "price": "1", **fields}
    page = client_as(alice).post(reverse("documents:set_selected"), fields, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    document.refresh_from_db()
    assert document.price_minor == 700


def test_a_document_is_found_by_its_title_and_by_the_name_of_its_file(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    draft_document(title="Harbour report")
    other = draft_document(title="Something else")
    other.revisions.update(original_name="第三季度.docx")
    client = client_as(alice)
    for query, found in (("harbour REPORT", 1), ("第三季度", 1), ("nowhere", 0), ("\x00%_", 0)):
        assert len(client.get("/my/documents/", {"q": query}).context["page"]) == found, query


def test_nothing_is_offered_for_what_cannot_be_chosen(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    published_document()
    assert reverse("documents:submit_selected") not in client_as(alice).get("/my/documents/").text


def test_a_file_that_failed_is_told_first_and_not_sent_to_review(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    failed, good = draft_document(), draft_document()
    failed.revisions.update(state=Revision.State.FAILED, error_code="damaged")
    client = client_as(alice)
    html = client.get(f"/my/documents/{failed.pk}/").text
    assert html.index("转换失败") < html.index('name="title"')
    assert re.search(r'value="submit" disabled[^>]*>保存并提交审核', html)
    assert html.count(f'href="/my/documents/{failed.pk}/delete/"') == 1
    assert client.get("/my/documents/").context["can_be_chosen"] == {good.pk}


def test_without_a_script_a_link_chooses_all(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    draft_document(), draft_document()
    assert client_as(alice).get("/my/documents/?chosen=all").text.count(" checked") == 2


def test_mallory_cannot_submit_what_alice_drafted(
    client_as: ClientAs, mallory: User, draft_document: Factory
) -> None:
    document = draft_document()
    client_as(mallory).post(reverse("documents:submit_selected"), {"documents": [document.pk]})
    document.refresh_from_db()
    assert document.state == State.DRAFT


def test_the_list_shows_only_ones_own_and_filters_by_state(
    client_as: ClientAs, alice: User, mallory: User, draft_document: Factory, published_document: Factory
) -> None:
    draft_document(title="A draft"), published_document(title="On the shelf")
    draft_document(author=mallory, title="Of another hand")
    client = client_as(alice)
    everything = client.get("/my/documents/").text
    assert "A draft" in everything
    assert "On the shelf" in everything
    assert "Of another hand" not in everything
    drafts = client.get("/my/documents/?state=draft").text
    assert "A draft" in drafts
    assert "On the shelf" not in drafts


def test_an_author_without_documents_is_told_how_to_begin(client_as: ClientAs, mallory: User) -> None:
    assert reverse("documents:upload") in client_as(mallory).get("/my/documents/").text


def test_the_list_costs_the_same_queries_for_one_row_and_for_fifty(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    client = client_as(alice)

    def queries_of_the_list() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/my/documents/").status_code == 200
        return len(queries)

    draft_document()
    with_one = queries_of_the_list()
    for _ in range(49):
        draft_document(pages=["a page"])
    assert queries_of_the_list() == with_one


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_there_in_both_languages(
    client_as: ClientAs, alice: User, draft_document: Factory, settings: Any, language: str
) -> None:
    client = client_as(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = client.get(f"/my/documents/{draft_document().pk}/").text
    assert ("Save and send to review" in text) == (language == "en")
    assert ("保存并提交审核" in text) == (language == "zh-hans")


def test_what_costs_nothing_is_not_called_unsold(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    published_document(price_minor=0)
    client = client_as(alice)
    assert "0 sold" not in client.get("/my/documents/", headers={"accept-language": "en"}).text
    published_document(price_minor=400)
    assert "0 sold" in client.get("/my/documents/", headers={"accept-language": "en"}).text
