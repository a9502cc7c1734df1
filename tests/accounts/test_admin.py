"""What operators do with people, and that nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from wenlan.accounts import services
from wenlan.accounts.models import OutgoingMail, User

ClientAs = Callable[[User | None], Client]

PAGES = [
    "admin:index",
    "admin:accounts_user_changelist",
    "admin:accounts_user_add",
    "admin:accounts_outgoingmail_changelist",
]


@pytest.mark.parametrize("page", PAGES)
def test_dave_opens_the_tables(client_as: ClientAs, dave: User, page: str) -> None:
    services.mail_send(to="bob@example.com", subject="A letter", body="…")

    assert client_as(dave).get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["alice", "bob", "carol", "mallory"])
def test_nobody_else_opens_them(
    client_as: ClientAs, request: pytest.FixtureRequest, person: str, page: str
) -> None:
    answer = client_as(request.getfixturevalue(person)).get(reverse(page), follow=True)

    assert answer.status_code == 403


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_ordinary_sign_in(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_dave_adds_a_reviewer_who_signs_in_at_once(client_as: ClientAs, dave: User, client: Client) -> None:
    operator = client_as(dave)
    password = "a boat under the bridge"
    added = operator.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Frank@Example.com",
            "display_name": "Frank",
            "password1": password,
            "password2": password,
        },
    )
    frank = User.objects.get(email="frank@example.com")
    assert added.status_code == 302
    operator.post(
        reverse("admin:accounts_user_change", args=[frank.pk]),
        {
            "email": frank.email,
            "display_name": "Frank",
            "language": "en",
            "is_reviewer": "on",
            "is_active": "on",
        },
    )

    client.post(reverse("account_login"), {"login": frank.email, "password": password})
    assert client.get(reverse("trust:queue")).status_code == 200


def test_an_address_changed_by_dave_is_the_one_to_sign_in_with(
    client_as: ClientAs, dave: User, bob: User
) -> None:
    answer = client_as(dave).post(
        reverse("admin:accounts_user_change", args=[bob.pk]),
        {"email": "Robert@example.com", "display_name": "Bob", "language": "en", "is_active": "on"},
    )

    assert answer.status_code == 302
    addresses = EmailAddress.objects.filter(user=bob).values_list("email", "verified", "primary")
    assert list(addresses) == [("robert@example.com", True, True)]


def test_two_people_cannot_have_one_address(client_as: ClientAs, dave: User, bob: User) -> None:
    answer = client_as(dave).post(
        reverse("admin:accounts_user_add"),
        {"email": "BOB@example.com", "display_name": "B", "password1": "a boat!", "password2": "a boat!"},
    )

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["email"]


def test_people_are_found_by_name_and_address(
    client_as: ClientAs, dave: User, bob: User, carol: User
) -> None:
    page = client_as(dave).get(reverse("admin:accounts_user_changelist"), {"q": "carol@"})

    assert list(page.context["cl"].queryset) == [carol]


def test_the_text_of_a_mail_is_not_shown(client_as: ClientAs, dave: User) -> None:
    mail = services.mail_send(to="bob@example.com", subject="A letter", body="a link worth an account")

    page = client_as(dave).get(reverse("admin:accounts_outgoingmail_change", args=[mail.pk]))

    assert "A letter" in page.content.decode()
    assert "worth an account" not in page.content.decode()


def test_dave_tries_a_mail_again(client_as: ClientAs, dave: User) -> None:
    mail = services.mail_send(to="bob@example.com", subject="A letter", body="…")
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.FAILED, attempts=8)

    client_as(dave).post(
        reverse("admin:accounts_outgoingmail_changelist"),
        {"action": "try_again", "_selected_action": [mail.pk]},
    )

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (OutgoingMail.State.QUEUED, 0)
