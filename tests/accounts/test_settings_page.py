"""Name, language and becoming an author."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from wenlan.accounts import services
from wenlan.accounts.models import User

ClientAs = Callable[[User | None], Client]

SETTINGS = {"display_name": "Bob the Reader", "bio": "I read.\r\n\r\n\r\n\r\nA lot.", "language": "en"}


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("accounts:settings"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_bob_changes_his_name_and_language(client_as: ClientAs, bob: User) -> None:
    client = client_as(bob)

    answer = client.post(reverse("accounts:settings"), SETTINGS)

    bob.refresh_from_db()
    assert (bob.display_name, bob.bio, bob.language) == ("Bob the Reader", "I read.\n\nA lot.", "en")
    assert answer.cookies["django_language"].value == "en"
    assert "Your settings are saved." in client.get(answer["Location"]).content.decode()


def test_a_form_cannot_give_a_role(client_as: ClientAs, mallory: User) -> None:
    roles = {"is_reviewer": "on", "is_staff": "on", "is_superuser": "on", "email": "dave@example.com"}

    client_as(mallory).post(reverse("accounts:settings"), {**SETTINGS, **roles})

    mallory.refresh_from_db()
    assert mallory.display_name == "Bob the Reader"
    assert [mallory.is_reviewer, mallory.is_staff, mallory.is_superuser] == [False] * 3
    assert mallory.email == "mallory@example.com"


@pytest.mark.parametrize("field", ["display_name", "language"])
def test_what_does_not_fit_is_explained_and_changes_nothing(
    client_as: ClientAs, bob: User, field: str
) -> None:
    answer = client_as(bob).post(reverse("accounts:settings"), {**SETTINGS, field: "♛"})

    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert answer.context["user"].display_name == "Bob"
    bob.refresh_from_db()
    assert bob.display_name == "Bob"


def test_a_reader_becomes_an_author_by_accepting_the_rules(client_as: ClientAs, bob: User) -> None:
    client_as(bob).post(reverse("accounts:become_author"), {"accept_rules": "on"})

    bob.refresh_from_db()
    assert bob.is_author
    assert [bob.is_reviewer, bob.is_staff] == [False] * 2


def test_without_accepting_the_rules_nobody_becomes_an_author(client_as: ClientAs, bob: User) -> None:
    client_as(bob).post(reverse("accounts:become_author"))

    bob.refresh_from_db()
    assert not bob.is_author


def test_becoming_an_author_takes_a_click_on_the_page(client_as: ClientAs, bob: User) -> None:
    assert client_as(bob).get(reverse("accounts:become_author")).status_code == 405


def test_the_language_is_remembered_for_the_browser_and_the_person(client_as: ClientAs, bob: User) -> None:
    client = client_as(bob)

    answer = client.post(reverse("accounts:language"), {"language": "en", "next": "/help/"})

    assert answer["Location"] == "/help/"
    assert answer.cookies["django_language"].value == "en"
    bob.refresh_from_db()
    assert bob.language == "en"


@pytest.mark.django_db
def test_a_stranger_chooses_a_language_too(client: Client) -> None:
    client.post(reverse("accounts:language"), {"language": "en"})

    assert '<html lang="en"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "/\\evil.example"]
)
@pytest.mark.django_db
def test_choosing_a_language_leads_nobody_off_the_site(client: Client, target: str) -> None:
    answer = client.post(reverse("accounts:language"), {"language": "en", "next": target})

    assert answer["Location"] == reverse("web:home")


@pytest.mark.django_db
def test_a_language_that_does_not_exist_is_refused(client: Client) -> None:
    answer = client.post(reverse("accounts:language"), {"language": "tlh"})

    assert answer.status_code == 400
    assert "django_language" not in answer.cookies


@pytest.mark.django_db
def test_a_person_made_by_the_house_signs_in_at_once(client: Client) -> None:
    services.person_create(
        email="Frank@Example.com", password="a boat under the bridge", display_name="Frank", is_reviewer=True
    )

    client.post(
        reverse("account_login"), {"login": "frank@example.com", "password": "a boat under the bridge"}
    )

    assert "_auth_user_id" in client.session
    frank = User.objects.get(email="frank@example.com")
    assert [frank.is_author, frank.is_reviewer, frank.is_staff] == [False, True, False]


@pytest.mark.django_db
def test_an_operator_made_at_the_terminal_signs_in_at_once(client: Client) -> None:
    User.objects.create_superuser("root@example.com", "a boat under the bridge")

    client.post(
        reverse("account_login"), {"login": "root@example.com", "password": "a boat under the bridge"}
    )

    assert client.get(reverse("admin:index")).status_code == 200
