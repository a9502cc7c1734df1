"""Every page about accounts looks like the rest of the site, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User

ClientAs = Callable[[User | None], Client]

FOR_STRANGERS = [
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
]
FOR_PEOPLE = [
    "accounts:settings",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
]


def _look(client: Client, path: str, language: str) -> str:
    client.cookies["django_language"] = language
    answer = client.get(path, follow=True)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in html
    assert "skip-link" in html
    assert not re.search(r"""<style|style=|<script>|\son\w+=""", html)
    return html


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", FOR_STRANGERS)
@pytest.mark.django_db
def test_a_stranger_sees_a_page_of_the_site(client: Client, name: str, language: str) -> None:
    _look(client, reverse(name), language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_bob_sees_a_page_of_the_site(client_as: ClientAs, bob: User, name: str, language: str) -> None:
    _look(client_as(bob), reverse(name), language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.django_db
def test_broken_links_lead_to_a_page_of_the_site(client: Client, language: str) -> None:
    _look(client, reverse("account_confirm_email", args=["no-such-key"]), language)
    _look(client, reverse("account_reset_password_from_key", args=["1", "no-such-key"]), language)


def test_a_person_without_a_password_chooses_one_on_a_page_of_the_site(
    client_as: ClientAs, bob: User
) -> None:
    client = client_as(bob)
    User.objects.filter(pk=bob.pk).update(password="!")
    bob.refresh_from_db()
    client.force_login(bob)

    html = _look(client, reverse("account_set_password"), "en")

    assert "Choose a password" in html


def test_an_address_that_waits_for_confirmation_is_shown(client_as: ClientAs, bob: User) -> None:
    client = client_as(bob)
    EmailAddress.objects.create(user=bob, email="bob@elsewhere.example", verified=False, primary=False)

    assert "bob@elsewhere.example" in _look(client, reverse("account_email"), "en")


def test_the_field_for_another_address_asks_for_a_new_one(client_as: ClientAs, bob: User) -> None:
    assert "新邮箱" in _look(client_as(bob), reverse("account_email"), "zh-hans")


@pytest.mark.parametrize(
    "name",
    [
        "login",
        "signup",
        "password_reset",
        "email_change",
        "reauthenticate",
        "confirm_login_code",
        "phone_change",
    ],
)
def test_no_page_of_allauth_stands_outside_our_layout(name: str) -> None:
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    layout = backend.engine.get_template("allauth/layouts/base.html")
    page = backend.engine.get_template(f"account/{name}.html")

    assert "wenlan/accounts" in str(layout.origin)
    assert "allauth/layouts/base.html" in str(page.source) or "account/base_" in str(page.source)


def test_the_signed_in_are_not_asked_to_sign_in_again(client_as: ClientAs, bob: User) -> None:
    assert client_as(bob).get(reverse("account_login")).status_code == 302


def test_passwords_are_asked_for_in_the_words_of_other_fields(client_as: ClientAs, bob: User) -> None:
    page = client_as(bob).get("/account/password/change/", headers={"accept-language": "en"})
    labels = [field.label for field in page.context["form"]]
    assert labels == ["Current password", "New password", "New password (again)"]
    assert "New Password" not in page.text
