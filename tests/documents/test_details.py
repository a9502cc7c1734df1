"""What an author may say about a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from wenlan.accounts.models import User
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.forms import DetailsForm
from wenlan.documents.models import Category, Document, Tag
from wenlan.documents.services import document_update

Factory = Callable[..., Document]


def test_every_detail_is_replaced_and_the_title_confirmed(
    alice: User, draft_document: Factory, category: Category
) -> None:
    document = draft_document(title_is_guess=True)
    document_update(
        actor=alice,
        document_id=document.pk,
        title="  Harbour\u202e report ",
        description="One.\r\n\r\n\r\n\r\nTwo.",
        category=category,
        tags=["Harbour", "港口", " harbour "],
        price_minor=1250,
        preview_kind="percent",
        preview_value=30,
    )
    document.refresh_from_db()
    assert (document.title, document.title_is_guess) == ("Harbour report", False)
    assert document.description == "One.\n\nTwo."
    assert {tag.key for tag in document.tags.all()} == {"harbour", "港口"}
    assert (document.price_minor, document.preview_kind, document.preview_value) == (1250, "percent", 30)


def test_a_tag_is_shared_whatever_its_case(alice: User, draft_document: Factory) -> None:
    for spelling in ("Report", "REPORT", "report"):
        document_update(actor=alice, document_id=draft_document().pk, title="x", tags=[spelling])
    assert [tag.name for tag in Tag.objects.all()] == ["Report"]


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("title", {"title": ""}),
        ("title", {"title": "\u200b\u202e \n"}),
        ("title", {"title": "长" * 201}),
        ("title", {"title": "x" * 10_000}),
        ("description", {"description": "x" * 5001}),
        ("tags", {"tags": [f"tag {n}" for n in range(11)]}),
        ("tags", {"tags": ["x" * 41]}),
        ("price", {"price_minor": -1}),
        ("price", {"price_minor": 10**12}),
        ("preview_kind", {"preview_kind": "everything"}),
        ("preview_value", {"preview_kind": "percent", "preview_value": 101}),
        ("preview_value", {"preview_kind": "percent", "preview_value": -1}),
        ("preview_value", {"preview_kind": "pages", "preview_value": 0}),
        ("preview_value", {"preview_kind": "pages", "preview_value": 10**9}),
    ],
)
def test_a_wrong_detail_is_refused_and_nothing_changes(
    alice: User, draft_document: Factory, field: str, details: dict[str, Any]
) -> None:
    document = draft_document(title="As it was")
    with pytest.raises(InvalidDetails) as caught:
        document_update(actor=alice, document_id=document.pk, **{"title": "Other", **details})
    assert caught.value.field == field
    document.refresh_from_db()
    assert document.title == "As it was"


def test_markup_in_a_title_is_kept_as_text(alice: User, draft_document: Factory) -> None:
    document = draft_document()
    document_update(actor=alice, document_id=document.pk, title='<b>Bold</b> & "quoted"')
    document.refresh_from_db()
    assert document.title == '<b>Bold</b> & "quoted"'


def details_form(document: Document, **changes: str) -> DetailsForm:
    data = QueryDict(mutable=True)
    data.update({"title": "Plan", "price": "0", "preview_kind": "pages", "preview_pages": "3", **changes})
    return DetailsForm(data, document=document)


@pytest.mark.parametrize(
    ("text", "minor"), [("0", 0), ("4", 400), ("4.5", 450), ("¥1,250.00", 125_000), (" 0.01 ", 1)]
)
def test_a_price_is_read_as_people_write_it(draft_document: Factory, text: str, minor: int) -> None:
    form = details_form(draft_document(), price=text)
    assert form.is_valid(), form.errors
    assert form.changes()["price_minor"] == minor


@pytest.mark.parametrize("text", ["", "-1", "1.005", "1e99", "NaN", "Infinity", "four", "99999999", "١٢٣x"])
def test_a_price_that_is_none_is_refused_in_the_form(draft_document: Factory, text: str) -> None:
    form = details_form(draft_document(), price=text)
    assert "price" in form.errors


@pytest.mark.parametrize(
    ("kind", "pages", "percent"),
    [
        ("pages", "-1", "20"),
        ("pages", "", "20"),
        ("pages", "9" * 5000, "20"),
        ("percent", "3", "101"),
        ("percent", "3", ""),
        ("all", "1", "20"),
        ("", "3", "20"),
    ],
)
def test_a_wrong_preview_is_refused_in_the_form(
    draft_document: Factory, kind: str, pages: str, percent: str
) -> None:
    form = details_form(draft_document(), preview_kind=kind, preview_pages=pages, preview_percent=percent)
    assert "preview" in form.errors


@pytest.mark.parametrize(
    ("kind", "preview"), [("pages", ("pages", 3)), ("percent", ("percent", 20)), ("whole", ("whole", 0))]
)
def test_the_number_inside_the_choice_is_the_one_that_counts(
    draft_document: Factory, kind: str, preview: tuple[str, int]
) -> None:
    form = details_form(draft_document(), preview_kind=kind, preview_pages="3", preview_percent="20")
    assert form.is_valid(), form.errors
    assert (form.changes()["preview_kind"], form.changes()["preview_value"]) == preview


def test_a_draft_may_lack_a_category_until_it_goes_to_review(draft_document: Factory) -> None:
    draft = draft_document(category=None)
    assert details_form(draft, then="save").is_valid()
    assert "category" in details_form(draft, then="submit").errors


def test_tags_are_separated_as_people_do_in_both_languages(draft_document: Factory) -> None:
    form = details_form(draft_document(), tags="港口, 船舶，report；总结、plan")
    assert form.is_valid(), form.errors
    assert form.changes()["tags"] == ["港口", "船舶", "report", "总结", "plan"]


def test_the_form_shows_what_is_stored(draft_document: Factory) -> None:
    document = draft_document(price_minor=450)
    form = DetailsForm(document=document)
    assert (form["price"].value(), form["title"].value()) == ("4.50", document.title)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [("pages", 7, [7, 20]), ("percent", 35, [3, 35]), ("whole", 0, [3, 20]), ("none", 0, [3, 20])],
)
def test_the_form_shows_the_preview_that_is_stored_and_offers_a_number_for_the_others(
    draft_document: Factory, kind: str, value: int, shown: list[int]
) -> None:
    document = draft_document(preview_kind=kind, preview_value=value)
    html = str(DetailsForm(document=document)["preview"])
    checked = re.findall(r'value="(\w+)" checked', html)
    assert checked == [kind]
    assert [int(number) for number in re.findall(r'type="number"[^>]* value="(\d+)"', html)] == shown
