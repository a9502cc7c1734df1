"""A document for members or a group is nowhere for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import ReaderGroup, User
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Category, Document
from wenlan.documents.selectors import documents_published, documents_visible_to
from wenlan.documents.services import document_update

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def class_of_bob(bob: User) -> ReaderGroup:
    group = ReaderGroup.objects.create(name="高三(2)班")
    group.members.add(bob)
    return group


@pytest.fixture
def for_the_class(published_document: Factory, class_of_bob: ReaderGroup, alice: User) -> Document:
    class_of_bob.members.add(alice)
    document = published_document(price_minor=0, title="班级复习提纲")
    document_update(
        actor=alice,
        document_id=document.pk,
        title=document.title,
        category=document.category,
        audience="groups",
        groups=[class_of_bob],
    )
    document.refresh_from_db()
    return document


def test_only_the_group_its_author_and_the_house_see_it(
    for_the_class: Document, alice: User, bob: User, carol: User, dave: User, mallory: User
) -> None:
    seen = {
        user.display_name: documents_visible_to(user).filter(pk=for_the_class.pk).count()
        for user in (alice, bob, carol, dave, mallory)
    }
    assert seen == {"Alice": 1, "Bob": 1, "Carol": 1, "Dave": 1, "Mallory": 0}
    assert not documents_published().exists()


@pytest.mark.parametrize(
    "address",
    ["/", "/search/?q=复习", "/sitemap-documents.xml", "/sitemap.xml", "/search/suggest/?q=班级"],
)
def test_no_public_page_names_it(
    for_the_class: Document, client_as: Browser, mallory: User, address: str
) -> None:
    for user in (None, mallory):
        page = client_as(user).get(address).content.decode()
        assert for_the_class.title not in page
        assert f"/d/{for_the_class.pk}/" not in page


def test_its_page_and_its_category_are_closed_to_others(
    for_the_class: Document, client_as: Browser, bob: User, mallory: User
) -> None:
    assert client_as(bob).get(for_the_class.get_absolute_url()).status_code == 200
    for user in (None, mallory):
        assert client_as(user).get(for_the_class.get_absolute_url()).status_code == 404
        buy = client_as(user).post(
            reverse("orders:buy", args=[for_the_class.pk]), {"expected_price_minor": "0"}
        )
        assert buy.status_code in {302, 404}
    assert not for_the_class.entitlements.exists()


def test_whoever_leaves_the_group_sees_it_no_more(
    for_the_class: Document, class_of_bob: ReaderGroup, bob: User
) -> None:
    class_of_bob.members.remove(bob)
    assert not documents_visible_to(bob).filter(pk=for_the_class.pk).exists()


def test_in_two_groups_it_is_seen_once(for_the_class: Document, bob: User) -> None:
    other = ReaderGroup.objects.create(name="数学组")
    other.members.add(bob)
    for_the_class.groups.add(other)
    assert documents_visible_to(bob).count() == 1


def test_without_a_group_it_cannot_be_for_groups(
    published_document: Factory, alice: User, category: Category
) -> None:
    document = published_document()
    with pytest.raises(InvalidDetails, match="at least one group"):
        document_update(actor=alice, document_id=document.pk, title="x", category=category, audience="groups")
    document.refresh_from_db()
    assert document.audience == Document.Audience.EVERYONE


def test_an_author_in_no_group_is_not_asked(
    published_document: Factory, client_as: Browser, alice: User, class_of_bob: ReaderGroup
) -> None:
    address = reverse("documents:edit", args=[published_document().pk])
    assert "Who may find it" not in client_as(alice).get(address).content.decode()
    class_of_bob.members.add(alice)
    page = client_as(alice).get(address).content.decode()
    assert "高三(2)班" in page
    assert "Members of the site" not in page


def test_nobody_chooses_a_group_they_are_not_in(
    for_the_class: Document, client_as: Browser, alice: User
) -> None:
    foreign = ReaderGroup.objects.create(name="别人的组")
    browser = client_as(alice)
    address = reverse("documents:edit", args=[for_the_class.pk])
    data = {
        "title": for_the_class.title, "price": "0", "tags": "", "description": "",
        "category": for_the_class.category_id, "preview_kind": "pages", "preview_pages": "3",
        "audience": "groups", "groups": [foreign.pk],
    }  # fmt: skip
    assert browser.post(address, data).status_code == 422
    assert list(for_the_class.groups.values_list("name", flat=True)) == ["高三(2)班"]
