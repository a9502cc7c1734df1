"""What readers know of a document changes its words only after somebody has read the new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.documents import services
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Amendment, Category, Document
from wenlan.documents.selectors import amendment_of

ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]
State = Document.State


def update(actor: User, document: Document, **changes: Any) -> Document:
    """Save the details of `document` as they are, but for `changes`."""
    document.refresh_from_db()
    details = {
        "title": document.title,
        "description": document.description,
        "category": document.category,
        "price_minor": document.price_minor,
        **changes,
    }
    services.document_update(actor=actor, document_id=document.pk, **details)
    document.refresh_from_db()
    return document


def waiting(document: Document) -> Amendment:
    amendment = amendment_of(document)
    assert amendment is not None
    assert amendment.is_in_review
    return amendment


def accept(document: Document) -> None:
    services.amendment_accept(document_id=document.pk, submitted_at=waiting(document).submitted_at)


@pytest.fixture
def other_category(db: None) -> Category:
    return Category.objects.create(slug="law", name_zh="法律", name_en="Law")


@pytest.mark.parametrize("state", [State.PUBLISHED, State.WITHDRAWN])
def test_a_published_document_keeps_its_words_until_the_new_ones_are_accepted(
    alice: User, published_document: Factory, other_category: Category, state: str
) -> None:
    document = published_document(title="年度销售图表示例", description="Charts.", state=state)
    old_category = document.category
    update(alice, document, title="押题卷（绝密）", description="Secret.", category=other_category)
    assert (document.title, document.description, document.category) == (
        "年度销售图表示例",
        "Charts.",
        old_category,
    )
    accept(document)
    document.refresh_from_db()
    assert (document.title, document.description, document.category) == (
        "押题卷（绝密）",
        "Secret.",
        other_category,
    )
    assert (document.state, amendment_of(document)) == (state, None)


def test_price_tags_and_preview_change_at_once(alice: User, published_document: Factory) -> None:
    document = update(
        alice, published_document(), price_minor=900, tags=["港口"], preview_kind="pages", preview_value=1
    )
    assert (document.price_minor, document.preview_value) == (900, 1)
    assert [tag.name for tag in document.tags.all()] == ["港口"]
    assert amendment_of(document) is None


@pytest.mark.parametrize("title", ["annual report 2026!", "Annual　Report, 2026", "Ａnnual Report (2026)"])
def test_blanks_punctuation_and_capitals_of_a_title_are_no_other_title(
    alice: User, published_document: Factory, title: str
) -> None:
    document = update(alice, published_document(title="Annual Report 2026"), title=title)
    assert amendment_of(document) is None
    assert document.title == " ".join(title.split())


@pytest.mark.parametrize("title", ["Annual Report 2025", "Annual Report", "Annual Report 2026 + key"])
def test_every_other_letter_or_figure_is(alice: User, published_document: Factory, title: str) -> None:
    document = update(alice, published_document(title="Annual Report 2026"), title=title)
    assert document.title == "Annual Report 2026"
    assert waiting(document).title == title


def test_what_an_operator_writes_is_public_at_once(dave: User, published_document: Factory) -> None:
    assert (
        update(dave, published_document(), title="Corrected by the house").title == "Corrected by the house"
    )


def test_a_published_document_does_not_lose_its_category(alice: User, published_document: Factory) -> None:
    with pytest.raises(InvalidDetails) as caught:
        update(alice, published_document(), category=None)
    assert caught.value.field == "category"


def test_the_next_change_takes_the_place_of_the_one_that_waits(
    alice: User, published_document: Factory
) -> None:
    document = update(alice, published_document(), title="First idea")
    seen = waiting(document).submitted_at
    update(alice, document, title="Second idea")
    with pytest.raises(Conflict):  # a reviewer who saw the first does not let the second pass
        services.amendment_accept(document_id=document.pk, submitted_at=seen)
    accept(document)
    document.refresh_from_db()
    assert document.title == "Second idea"


def test_a_new_price_does_not_send_the_change_that_waits_to_the_end_of_the_queue(
    alice: User, published_document: Factory
) -> None:
    document = update(alice, published_document(), title="Other words")
    seen = waiting(document).submitted_at
    update(alice, document, title="Other words", price_minor=1)
    assert waiting(document).submitted_at == seen


def test_going_back_to_the_old_words_or_dropping_the_change_leaves_nothing_to_review(
    alice: User, published_document: Factory
) -> None:
    document = published_document(title="As it was")
    update(alice, document, title="Other words")
    update(alice, document, title="As it was")
    assert amendment_of(document) is None
    update(alice, document, title="Other words")
    services.amendment_discard(actor=alice, document_id=document.pk)
    assert amendment_of(document) is None


def test_a_returned_change_leaves_the_document_alone_and_says_why(
    alice: User, published_document: Factory
) -> None:
    document = update(alice, published_document(title="As it was"), title="Other words")
    with pytest.raises(InvalidDetails):
        services.amendment_return(
            document_id=document.pk, submitted_at=waiting(document).submitted_at, reason=" "
        )
    services.amendment_return(
        document_id=document.pk, submitted_at=waiting(document).submitted_at, reason="Not what is inside."
    )
    document.refresh_from_db()
    amendment = amendment_of(document)
    assert amendment is not None
    assert (document.title, amendment.title) == ("As it was", "Other words")
    assert (amendment.is_returned, amendment.return_reason) == (True, "Not what is inside.")


@pytest.mark.parametrize("decision", ["accepted", "returned"])
def test_a_decision_about_a_change_is_taken_back_whole(
    alice: User, published_document: Factory, decision: str
) -> None:
    document = update(alice, published_document(title="As it was"), title="Other words")
    if decision == "accepted":
        accept(document)
    else:
        services.amendment_return(
            document_id=document.pk, submitted_at=waiting(document).submitted_at, reason="No."
        )
    services.amendment_reopen(document_id=document.pk)
    document.refresh_from_db()
    assert (document.title, waiting(document).title) == ("As it was", "Other words")
    with pytest.raises(Conflict):
        services.amendment_reopen(document_id=document.pk)


def test_alice_finds_her_new_words_in_the_form_and_readers_the_old_ones_on_the_page(
    client_as: ClientAs, alice: User, published_document: Factory
) -> None:
    document = published_document(title="年度销售图表示例")
    client = client_as(alice)
    form = {
        "title": "押题卷",
        "category": str(document.category_id),
        "price": "60",
        "preview_kind": "whole",
    }
    page = client.post(f"/my/documents/{document.pk}/", form, follow=True)
    assert page.context["form"]["title"].value() == "押题卷"
    assert f"/my/documents/{document.pk}/amendment/discard/" in page.text
    reader = client_as(None).get(document.get_absolute_url()).text
    assert "年度销售图表示例" in reader
    assert "押题卷" not in reader
    assert "¥60.00" in reader
    client.post(f"/my/documents/{document.pk}/amendment/discard/")
    assert client.get(f"/my/documents/{document.pk}/").context["form"]["title"].value() == "年度销售图表示例"


def test_only_what_is_to_change_is_said_to_change(
    client_as: ClientAs, alice: User, carol: User, published_document: Factory
) -> None:
    document = published_document(title="As it was", description="The old words.")
    services.document_update(
        actor=alice,
        document_id=document.pk,
        title="As it was",
        description="The new words.",
        category=document.category,
    )
    notice = client_as(alice).get(f"/my/documents/{document.pk}/").text.split('class="notices"')[1]
    notice = notice.split("</dl>")[0]
    assert "<dt>简介</dt><dd>有新的简介</dd>" in notice
    assert "<dt>标题" not in notice
    assert "<dt>分类" not in notice
    review = client_as(carol).get(f"/review/{document.pk}/").text
    assert "<del><p>The old words.</p></del><ins><p>The new words.</p></ins>" in review


def test_dave_is_shown_what_readers_see_and_saves_nothing_else(
    client_as: ClientAs, alice: User, dave: User, published_document: Factory
) -> None:
    document = update(alice, published_document(title="As it was"), title="Not read by anybody")
    page = client_as(dave).get(f"/my/documents/{document.pk}/")
    assert page.context["form"]["title"].value() == "As it was"


def test_a_change_in_review_is_counted_and_found_among_what_is_in_review(
    client_as: ClientAs, alice: User, published_document: Factory, draft_document: Factory
) -> None:
    document = published_document(title="年度销售图表示例")
    draft_document()
    update(alice, document, title="押题卷")
    client = client_as(alice)
    page = client.get("/my/documents/?state=in_review")
    assert [listed.pk for listed in page.context["page"]] == [document.pk]
    counts = {value: count for value, _label, count in page.context["states"]}
    assert (counts["in_review"], counts["published"], counts["draft"]) == (1, 1, 1)
    assert page.context["total"] == 2
