"""Favourites."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import Document, Favourite
from wenlan.documents.services import favourite_toggle

ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]


def test_a_document_is_kept_and_taken_out_again(bob: User, published_document: Factory) -> None:
    document = published_document()
    assert favourite_toggle(reader=bob, document=document) is True
    document.refresh_from_db()
    assert document.favourite_count == 1
    assert favourite_toggle(reader=bob, document=document) is False
    document.refresh_from_db()
    assert document.favourite_count == 0
    assert not Favourite.objects.exists()


def test_the_button_works_without_a_script(
    client_as: ClientAs, bob: User, published_document: Factory
) -> None:
    document = published_document()
    response = client_as(bob).post(reverse("documents:favourite", args=[document.pk]))
    assert response.status_code == 302
    assert response["Location"] == document.get_absolute_url()
    assert Favourite.objects.filter(reader=bob, document=document).exists()


def test_htmx_gets_the_button_in_its_new_state(
    client_as: ClientAs, bob: User, published_document: Factory
) -> None:
    document = published_document()
    response = client_as(bob).post(
        reverse("documents:favourite", args=[document.pk]), headers={"HX-Request": "true"}
    )
    assert 'aria-pressed="true"' in response.text
    assert "已收藏" in response.text
    assert "<html" not in response.text


def test_a_stranger_is_sent_to_sign_in(client_as: ClientAs, published_document: Factory) -> None:
    address = reverse("documents:favourite", args=[published_document().pk])
    assert client_as(None).post(address)["Location"].startswith(reverse("account_login"))
    by_htmx = client_as(None).post(address, headers={"HX-Request": "true"})
    assert by_htmx["HX-Redirect"].startswith(reverse("account_login"))


def test_the_page_to_sign_in_on_says_what_for_and_leads_back_to_the_heart(
    client_as: ClientAs, bob: User, published_document: Factory
) -> None:
    document = published_document(title="《背影》导读")
    stranger = client_as(None)
    sign_in = stranger.post(reverse("documents:favourite", args=[document.pk]))["Location"]
    assert "登录后即可收藏《〈背影〉导读》" in stranger.get(sign_in).text
    target = parse_qs(urlsplit(sign_in).query)["next"][0]
    address, _mark, anchor = target.partition("#")
    assert f'id="{anchor}"' in client_as(bob).get(address).text


def test_a_document_nobody_may_see_cannot_be_kept(
    client_as: ClientAs, mallory: User, draft_document: Factory
) -> None:
    response = client_as(mallory).post(reverse("documents:favourite", args=[draft_document().pk]))
    assert response.status_code == 404
    assert not Favourite.objects.exists()


def test_the_way_back_is_never_another_site(
    client_as: ClientAs, bob: User, published_document: Factory
) -> None:
    address = reverse("documents:favourite", args=[published_document().pk])
    response = client_as(bob).post(address, {"next": "https://evil.example/"})
    assert response["Location"] == reverse("web:home")
