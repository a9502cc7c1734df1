"""From the sign-up form through a real mail server to the first sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import Inbox
from tests.conftest import PASSWORD
from wenlan.accounts.models import OutgoingMail, User
from wenlan.documents.models import Document

ERIN = {"email": "Erin@Example.com", "password1": "paper boats on a lake", "display_name": "Erin"}


def _link(text: str) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://\S+", text)
    assert found, text
    return urlsplit(found.group()).path


def _sign_up(client: Client, **changes: str) -> Any:
    return client.post(reverse("account_signup"), {**ERIN, **changes})


def _sign_in(client: Client, email: str, password: str, address: str = "127.0.0.1") -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address)


def _is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_newcomer_signs_up_confirms_the_address_and_signs_in(
    client: Client, inbox: Inbox, post: Callable[[], int]
) -> None:
    signed_up = _sign_up(client)
    assert signed_up.status_code == 302
    assert signed_up["Location"] == reverse("account_email_verification_sent")
    assert client.get(signed_up["Location"]).status_code == 200
    assert not _is_signed_in(client)

    assert post() == 1
    assert inbox.last["To"] == "erin@example.com"

    link = _link(inbox.last_text)
    page = client.get(link)
    assert "erin@example.com" in page.content.decode()
    assert client.post(link).status_code == 302

    _sign_in(client, "erin@example.com", ERIN["password1"])
    assert _is_signed_in(client)
    erin = User.objects.get(email="erin@example.com")
    assert erin.display_name == "Erin"
    assert [erin.is_author, erin.is_reviewer, erin.is_staff, erin.is_superuser] == [False] * 4


def test_a_newcomer_on_the_way_to_a_page_comes_there_after_the_mail(
    client: Client, inbox: Inbox, post: Callable[[], int], published_document: Callable[..., Document]
) -> None:
    buying = reverse("orders:buy", args=[published_document(title="年度总结").pk])
    login = client.get(buying)["Location"]
    page = client.get(login).content.decode()
    assert "登录后即可购买《年度总结》" in page
    signup = re.search(rf'href="({reverse("account_signup")}\?next=[^"]+)">注册', page)
    assert signup
    assert "登录后即可购买《年度总结》" in client.get(unescape(signup[1])).content.decode()
    _sign_up(client, next=buying)
    post()

    found = re.search(r"https?://\S+", inbox.last_text)
    assert found
    elsewhere = Client()  # the mail is often opened on another device than the one signed up on
    parts = urlsplit(found.group())
    form = elsewhere.get(f"{parts.path}?{parts.query}").content.decode()
    target = re.search(r'name="next" value="([^"]+)"', form)
    assert target
    confirmed = elsewhere.post(parts.path, {"next": unescape(target[1])})
    assert "登录后即可购买《年度总结》" in elsewhere.get(confirmed["Location"]).content.decode()
    signed_in = elsewhere.post(
        confirmed["Location"], {"login": "erin@example.com", "password": ERIN["password1"]}
    )
    assert signed_in["Location"] == buying


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/d/1/", "//evil.example/", "/win-a-car-at-evil.example/", "javascript:0", "//["],
)
@pytest.mark.django_db
def test_the_mail_leads_nowhere_else(client: Client, target: str) -> None:
    _sign_up(client, next=target)

    mail = OutgoingMail.objects.get()
    assert "evil" not in mail.body
    assert "next" not in mail.body


@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_an_address_that_is_none_leads_home(
    client: Client, client_as: Callable[[User | None], Client], bob: User, page: str
) -> None:
    address = f"{reverse(page)}?{urlencode({'next': '//['})}"
    assert client.get(address).status_code == 200
    assert client_as(bob).get(address)["Location"] == "/"


@pytest.mark.django_db
def test_nobody_signs_in_before_confirming_the_address(client: Client) -> None:
    _sign_up(client)

    answer = _sign_in(client, "erin@example.com", ERIN["password1"])

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not _is_signed_in(client)


@pytest.mark.django_db
def test_opening_the_link_alone_confirms_nothing_because_mail_programs_open_links(
    client: Client, inbox: Inbox, post: Callable[[], int]
) -> None:
    _sign_up(client)
    post()
    client.get(_link(inbox.last_text))

    _sign_in(client, "erin@example.com", ERIN["password1"])

    assert not _is_signed_in(client)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Please confirm your address", "please open this link"),
        ("zh-hans", "请确认您的邮箱", "请打开下面的链接"),
    ],
)
@pytest.mark.django_db
def test_the_confirmation_is_written_in_the_language_of_the_form(
    client: Client, inbox: Inbox, post: Callable[[], int], language: str, subject: str, words: str
) -> None:
    client.cookies["django_language"] = language
    _sign_up(client)
    post()

    assert inbox.last["Subject"] == subject
    assert words in inbox.last_text
    assert User.objects.get(email="erin@example.com").language == language


def test_signing_up_with_a_known_address_answers_alike_and_mails_its_owner(
    client: Client, bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    unknown = _sign_up(client)
    known = _sign_up(Client(), email="BOB@example.com")
    post()

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert inbox.last["To"] == "bob@example.com"
    assert reverse("account_reset_password") in inbox.last_text
    assert User.objects.filter(email__iexact="bob@example.com").count() == 1


def test_the_page_says_the_same_about_a_wrong_password_and_an_unknown_address(
    client: Client, bob: User
) -> None:
    wrong = _sign_in(client, "bob@example.com", "not the password")
    unknown = _sign_in(client, "nobody@example.com", "not the password")

    def errors(response: Any) -> Any:
        return response.context["form"].errors

    assert errors(wrong) == errors(unknown)


def test_a_lost_password_is_replaced_by_mail(
    client: Client, bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "bob@example.com"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert client.get(answer["Location"]).status_code == 200
    post()
    form = client.get(_link(inbox.last_text))
    assert client.get(form["Location"]).status_code == 200
    new = "a lantern over the water"
    done = client.post(form["Location"], {"password1": new, "password2": new})
    assert client.get(done["Location"]).status_code == 200

    _sign_in(client, "bob@example.com", PASSWORD)
    assert not _is_signed_in(client)
    _sign_in(client, "bob@example.com", new)
    assert _is_signed_in(client)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_signup", ERIN),
        ("account_signup", {**ERIN, "email": "bob@example.com"}),
        ("account_reset_password", {"email": "bob@example.com"}),
        ("account_reset_password", {"email": "nobody@example.com"}),
    ],
    ids=["confirmation", "account exists", "reset", "unknown account"],
)
def test_every_link_in_a_mail_leads_to_the_site_whatever_the_request_claims(
    client: Client,
    bob: User,
    inbox: Inbox,
    post: Callable[[], int],
    settings: Any,
    page: str,
    fields: dict[str, str],
) -> None:
    settings.SITE_URL = "https://library.example.org"
    settings.ALLOWED_HOSTS = ["*"]

    client.post(reverse(page), fields, headers={"host": "evil.example"})
    post()

    links = re.findall(r"https?://[^/\s]+", inbox.last_text)
    assert len(links) >= 2
    assert set(links) == {"https://library.example.org"}


def test_a_reset_link_works_once(client: Client, bob: User, inbox: Inbox, post: Callable[[], int]) -> None:
    client.post(reverse("account_reset_password"), {"email": "bob@example.com"})
    post()
    link = _link(inbox.last_text)
    form = client.get(link)
    client.post(
        form["Location"], {"password1": "a lantern over the water", "password2": "a lantern over the water"}
    )

    again = Client().get(link)

    assert again.status_code == 200
    assert again.context["token_fail"] is True


def test_asking_for_an_unknown_address_answers_alike(
    client: Client, bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    known = client.post(reverse("account_reset_password"), {"email": "bob@example.com"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert post() == 2
    assert "reset/key" not in inbox.last_text


def test_mail_is_written_in_the_language_of_the_person_not_of_who_asked(
    client: Client, bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    User.objects.filter(pk=bob.pk).update(language="en")
    client.cookies["django_language"] = "zh-hans"

    client.post(reverse("account_reset_password"), {"email": "bob@example.com"})
    post()

    assert inbox.last["Subject"] == "Choose a new password"


def test_a_new_password_is_reported_to_its_owner(
    client_as: Callable[[User | None], Client], bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    client = client_as(bob)
    new = "a lantern over the water"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    post()

    assert answer["Location"] == reverse("accounts:settings")
    assert inbox.last["To"] == "bob@example.com"
    assert "127.0.0.1" in inbox.last_text


def test_a_new_address_counts_once_the_password_is_repeated_and_the_address_confirmed(
    client_as: Callable[[User | None], Client], bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    client = client_as(bob)
    asked = client.post(reverse("account_email"), {"email": "bob@elsewhere.example", "action_add": ""})
    client.post(asked["Location"], {"password": PASSWORD, "next": reverse("account_email")})
    post()
    assert inbox.last["To"] == "bob@elsewhere.example"
    bob.refresh_from_db()
    assert bob.email == "bob@example.com"

    client.post(_link(inbox.last_text))

    bob.refresh_from_db()
    assert bob.email == "bob@elsewhere.example"


def test_changing_the_address_asks_for_the_password_again(
    client_as: Callable[[User | None], Client], bob: User
) -> None:
    answer = client_as(bob).post(
        reverse("account_email"), {"email": "bob@elsewhere.example", "action_add": ""}
    )

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not OutgoingMail.objects.exists()


def test_signing_out_takes_a_click_on_the_page(client_as: Callable[[User | None], Client], bob: User) -> None:
    client = client_as(bob)

    assert client.get(reverse("account_logout")).status_code == 200
    assert _is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not _is_signed_in(client)


def test_a_closed_account_does_not_sign_in(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    answer = _sign_in(client, "bob@example.com", PASSWORD)

    assert not _is_signed_in(client)
    assert answer["Location"] == reverse("account_inactive")
    assert client.get(answer["Location"]).status_code == 200


def test_guessing_passwords_is_slowed_down_with_a_page_of_ours(client: Client, bob: User) -> None:
    answers = [_sign_in(client, f"nobody{number}@example.com", "wrong") for number in range(31)]

    assert answers[-1].status_code == 429
    text = answers[-1].content.decode()
    assert reverse("web:home") in text
    assert "请五分钟后再试" in text


def test_wrong_passwords_lock_the_guesser_out_and_not_the_owner(client: Client, bob: User) -> None:
    for _attempt in range(20):
        _sign_in(client, "Bob@example.com", "wrong", address="192.0.2.1")

    _sign_in(client, "bob@example.com", PASSWORD, address="192.0.2.1")
    assert not _is_signed_in(client)
    _sign_in(client, "bob@example.com", PASSWORD, address="192.0.2.2")
    assert _is_signed_in(client)


def test_guessing_from_ever_new_addresses_closes_the_account_for_a_while(client: Client, bob: User) -> None:
    for attempt in range(50):
        _sign_in(client, "bob@example.com", "wrong", address=f"192.0.2.{attempt}")

    _sign_in(client, "bob@example.com", PASSWORD, address="192.0.2.99")

    assert not _is_signed_in(client)


def test_signing_in_often_is_no_guessing(bob: User) -> None:
    for _time in range(8):
        client = Client()
        _sign_in(client, "bob@example.com", PASSWORD)
        assert _is_signed_in(client)


def test_a_new_password_opens_the_door_at_once(
    client: Client, bob: User, inbox: Inbox, post: Callable[[], int]
) -> None:
    for _attempt in range(5):
        _sign_in(client, "bob@example.com", "wrong")
    client.post(reverse("account_reset_password"), {"email": "bob@example.com"})
    post()
    form = client.get(_link(inbox.last_text))
    new = "a lantern over the water"
    client.post(form["Location"], {"password1": new, "password2": new})

    _sign_in(client, "bob@example.com", new)

    assert _is_signed_in(client)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u200b\u2060",
        "x" * 61,
        "★★★",
        "Wenlan ✔",
        "Alice\ue000",
        "…",
    ],
)
@pytest.mark.django_db
def test_a_name_that_shows_nothing_or_pretends_is_refused(client: Client, name: str) -> None:
    answer = _sign_up(client, display_name=name)

    assert answer.status_code == 200
    assert answer.context["form"].errors["display_name"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Erin\r\nBcc: everybody@example.com", "Erin Bcc: everybody@example.com"),
        ("\u202eecilA", "ecilA"),
        ("  李  雷  ", "李 雷"),
        ("<b>Erin</b>", "<b>Erin</b>"),
        ("O’Brien 3rd", "O’Brien 3rd"),
    ],
)
def test_a_name_is_one_line_without_tricks(
    client: Client, inbox: Inbox, post: Callable[[], int], written: str, shown: str
) -> None:
    _sign_up(client, display_name=written)
    post()

    assert User.objects.get(email="erin@example.com").display_name == shown
    assert inbox.last["Bcc"] is None
    assert inbox.last["To"] == "erin@example.com"


@pytest.mark.parametrize(
    "name",
    [
        *("管理员", "系统管理員", "文澜", "文 澜", "文澜客服01", "官方小助手", "The Wenlan Team"),
        *(
            "WENLAN",
            "Ｗｅｎｌａｎ",
            "W\u0435nlan",
            "Wen1an",
            "VVenlan",
            "Adm1n",
            "\u0410dmin",
            "admin_2",
            "Súpport",
        ),
    ],
)
@pytest.mark.django_db
def test_nobody_is_called_like_the_house(client: Client, name: str) -> None:
    answer = _sign_up(client, display_name=name)

    assert answer.context["form"].errors["display_name"] == ["这个昵称为本站保留，请换一个。"]


@pytest.mark.parametrize(
    "name", ["项目管理", "文澜阁主", "李客服", "运营部", "Root Beer", "Stafford", "部", "2026"]
)
@pytest.mark.django_db
def test_a_name_that_only_resembles_one_of_the_house_is_free(client: Client, name: str) -> None:
    assert _sign_up(client, display_name=name).status_code == 302


@pytest.mark.parametrize("email", ["erin@example.com\r\nBcc: x@example.com", "erin", "", "a b@example.com"])
@pytest.mark.django_db
def test_an_address_that_is_none_is_refused(client: Client, email: str) -> None:
    answer = _sign_up(client, email=email)

    assert answer.context["form"].errors["email"]
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_the_confirmation_repeats_nothing_a_stranger_wrote(client: Client) -> None:
    _sign_up(client, display_name="Win a car at evil.example")

    mail = OutgoingMail.objects.get()
    assert "evil" not in mail.subject + mail.body


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "erin@example.com"])
@pytest.mark.django_db
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    answer = _sign_up(client, password1=password)

    assert answer.context["form"].errors["password1"]


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("zh-hans", ["密码太短，至少需要 10 个字符。", "这个密码太常见，容易被猜到。", "密码不能全是数字。"]),
        (
            "en",
            [
                "The password is too short: it needs at least 10 characters.",
                "Many people use this password; it is easily guessed.",
                "The password cannot be digits alone.",
            ],
        ),
    ],
)
@pytest.mark.django_db
def test_a_weak_password_is_refused_in_the_language_of_the_page(
    client: Client, language: str, reasons: list[str]
) -> None:
    client.cookies["django_language"] = language
    assert _sign_up(client, password1="12345678").context["form"].errors["password1"] == reasons


@pytest.mark.django_db
def test_a_password_like_the_address_is_named_as_such(client: Client) -> None:
    answer = _sign_up(client, password1="erin@example.com")
    assert answer.context["form"].errors["password1"] == ["密码与您的邮箱太相似。"]


@pytest.mark.django_db
def test_signing_up_gives_one_hint_about_the_password_and_leads_to_the_terms(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert page.count("<li>至少 10 个字符，不要用常见密码或纯数字。</li>") == 1
    assert "你的" not in page
    assert f'注册即表示您同意<a href="{reverse("web:terms")}">使用条款</a>' in page


def test_wrong_words_are_refused_in_plain_chinese(client: Client, bob: User) -> None:
    answer = _sign_in(client, "bob@example.com", "not the password")
    assert "邮箱或密码不正确。" in answer.content.decode()


@pytest.mark.django_db
def test_a_mail_server_that_is_away_does_not_fail_the_sign_up(
    client: Client, settings: Any, post: Callable[[], int]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens to the discard port here

    answer = _sign_up(client)

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert post() == 0
    assert OutgoingMail.objects.get().state == OutgoingMail.State.QUEUED


@pytest.mark.django_db
def test_a_forged_confirmation_link_confirms_nothing(client: Client) -> None:
    answer = client.get(reverse("account_confirm_email", args=["MQ:forged:key"]))

    assert answer.status_code == 200
    assert answer.context["confirmation"] is None
