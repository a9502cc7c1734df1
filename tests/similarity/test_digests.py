"""Keywords and summary: of what everybody may read, by machine until the author says otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Document
from wenlan.similarity.digests import digest_edit, digest_for_readers, digest_make, digest_reset
from wenlan.similarity.engine.digesting import digest_of, paragraphs_of
from wenlan.similarity.models import Digest

Make = Callable[..., Document]

TIDES = (
    "一、潮汐从哪里来\n潮汐是海水在月球引力下的升降。月球引力使海水向着月球隆起，潮汐因此每天两次。\n"
    "太阳引力也拉动海水，太阳引力与月球引力同向时就是大潮。\n渔民按照潮汐安排出海的时间。"
)
SECRET = "沉船宝藏埋在灯塔下面。沉船宝藏的地图由灯塔看守人保管。沉船宝藏从未被人找到过。"
ENGLISH = (
    "A tide is the rise of the sea that follows the moon. The moon pulls the sea, and the sea follows the moon.\n"
    "When sun and moon pull together the tide is high. Sailors plan their day by the tide."
)


def test_a_digest_has_words_and_whole_sentences_of_the_text() -> None:
    digest = digest_of([TIDES], title="潮汐")
    assert {"潮汐", "月球引力"} & set(digest.keywords)
    assert digest.sentences
    assert all(sentence in TIDES.replace("\n", "") for sentence in digest.sentences)
    assert all(sentence.endswith("。") for sentence in digest.sentences)


def test_an_english_digest_shows_words_as_they_are_written() -> None:
    digest = digest_of([ENGLISH])
    assert {"tide", "moon"} <= set(digest.keywords)
    assert digest.sentences
    assert all(sentence in ENGLISH for sentence in digest.sentences)


@pytest.mark.parametrize(
    "text", ["", " \n ", "一", "12 34 56", "目录\n一、\n二、", "?" * 50_000, "好" * 200_000, "a " * 50_000]
)
def test_a_text_that_says_too_little_has_none(text: str) -> None:
    assert digest_of([text]).sentences == ()


def test_headers_page_numbers_and_broken_lines_are_no_part_of_a_sentence() -> None:
    pages = [
        "潮汐手册\n海水在一天之中升起两次又落下两次，这样的升\n降就叫作潮汐。\n第 1 页 共 2 页",
        "潮汐手册\n渔民按照潮汐安排出海和归航的时间，一年到头\n都是如此。\n第 2 页 共 2 页",
    ]
    assert paragraphs_of(pages) == [
        "海水在一天之中升起两次又落下两次，这样的升降就叫作潮汐。",
        "渔民按照潮汐安排出海和归航的时间，一年到头都是如此。",
    ]


@pytest.fixture
def document(published_document: Make) -> Document:
    """Its first page is everybody's; the second is not."""
    found = published_document(pages=[TIDES, SECRET], preview_kind="pages", preview_value=1)
    assert digest_make(document_id=found.pk)
    return found


def digest_of_document(document: Document) -> Digest:
    return Digest.objects.get(revision__document=document)


@pytest.mark.django_db
def test_readers_are_told_nothing_of_hidden_pages(document: Document, client: Client) -> None:
    digest = digest_of_document(document)
    assert "宝藏" not in str([digest.keywords, digest.sentences])
    page = client.get(document.get_absolute_url()).content.decode()
    assert digest.sentences[0] in page
    assert "由机器根据公开页面生成" in page


@pytest.mark.django_db
def test_a_digest_of_pages_that_were_hidden_since_is_not_shown(document: Document) -> None:
    revision = document.revisions.get()
    Document.objects.filter(pk=document.pk).update(preview_kind="pages", preview_value=2)
    digest_make(document_id=document.pk)
    assert "宝藏" in str(digest_of_document(document).sentences)

    document.refresh_from_db()
    document.preview_value = 1
    document.save()
    assert digest_for_readers(document, revision) is None
    digest_make(document_id=document.pk)
    shown = digest_for_readers(document, revision)
    assert shown is not None
    assert "宝藏" not in str(shown.sentences)


@pytest.mark.django_db
def test_making_it_twice_changes_nothing(document: Document) -> None:
    before = digest_of_document(document)
    assert not digest_make(document_id=document.pk)
    assert digest_of_document(document).made_at == before.made_at
    assert not digest_make(document_id=4711)


@pytest.mark.django_db
def test_what_the_author_wrote_survives_another_conversion_and_can_be_taken_back(
    draft_document: Make, alice: User
) -> None:
    draft = draft_document(pages=[TIDES])
    digest_make(document_id=draft.pk)
    digest_edit(actor=alice, document_id=draft.pk, keywords=["海洋"], sentences=["讲潮汐。"])
    Digest.objects.filter(revision__document=draft).update(open_pages=0)
    assert digest_make(document_id=draft.pk)
    digest = digest_of_document(draft)
    assert (digest.keywords_shown, digest.sentences_shown) == (["海洋"], ["讲潮汐。"])

    digest_reset(actor=alice, document_id=draft.pk)
    digest = digest_of_document(draft)
    assert digest.keywords_shown == digest.keywords
    assert not digest.is_edited


@pytest.mark.django_db
def test_of_a_published_document_the_author_can_leave_out_but_not_add(
    document: Document, alice: User
) -> None:
    digest = digest_of_document(document)
    digest_edit(actor=alice, document_id=document.pk, keywords=digest.keywords[:1], sentences=[])
    assert digest_of_document(document).keywords_shown == digest.keywords[:1]
    with pytest.raises(InvalidDetails):
        digest_edit(actor=alice, document_id=document.pk, keywords=["加我微信"], sentences=[])
    assert digest_of_document(document).keywords_shown == digest.keywords[:1]


@pytest.mark.django_db
def test_nobody_else_changes_it(document: Document, mallory: User, client: Client) -> None:
    with pytest.raises(NotAllowed):
        digest_edit(actor=mallory, document_id=document.pk, keywords=[], sentences=[])
    client.force_login(mallory)
    address = reverse("similarity:digest", args=[document.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"keywords": "", "summary": ""}).status_code == 404
    assert not digest_of_document(document).is_edited


@pytest.mark.django_db
def test_the_author_changes_it_on_a_page_that_keeps_what_was_refused(
    document: Document, alice: User, client: Client
) -> None:
    client.force_login(alice)
    address = reverse("similarity:digest", args=[document.pk])
    assert digest_of_document(document).sentences[0] in client.get(address).content.decode()

    refused = client.post(address, {"keywords": "潮汐", "summary": "加我微信领取全文"})
    assert refused.status_code == 422
    assert "加我微信领取全文" in refused.content.decode()

    client.post(address, {"keywords": "", "summary": ""})
    assert digest_of_document(document).sentences_shown == []
    client.logout()
    assert 'id="digest"' not in client.get(document.get_absolute_url()).content.decode()
    client.force_login(alice)
    client.post(address, {"then": "reset"})
    assert digest_of_document(document).sentences_shown != []
