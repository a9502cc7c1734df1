"""The demo's mailbox shows the mails of its folder and nothing else of the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import NoReverseMatch, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.mailbox_site")]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.MAIL_DIR
    settings.DEMO = True
    return tmp_path / "mail"


def _send(subject: str, body: str) -> None:
    EmailMessage(subject, body, to=["bob@example.com"]).send()


def test_a_mailbox_without_mail_says_so(client: Client, folder: Path) -> None:
    client.cookies["django_language"] = "en"

    assert "No mail yet." in client.get("/dev/mail/").content.decode()


def test_a_sent_mail_is_listed_and_its_links_can_be_clicked(client: Client, folder: Path) -> None:
    _send("您的密码已更改", "请打开 http://localhost:8000/account/email/ 确认\n\n谢谢")

    listed = client.get("/dev/mail/")
    assert "您的密码已更改" in listed.content.decode()
    mail = listed.context["mails"][0]
    shown = client.get(reverse("mailbox:message", args=[mail.file_name, mail.number])).content.decode()

    assert 'href="http://localhost:8000/account/email/"' in shown
    assert "bob@example.com" in shown
    assert "谢谢" in shown


def test_the_newest_mail_comes_first_also_within_one_file(client: Client, folder: Path) -> None:
    from django.core.mail import get_connection

    with get_connection() as connection:
        connection.send_messages([EmailMessage(f"mail {n}", "…", to=["bob@example.com"]) for n in (1, 2, 3)])

    subjects = [mail.subject for mail in client.get("/dev/mail/").context["mails"]]

    assert subjects == ["mail 3", "mail 2", "mail 1"]


def test_markup_in_a_mail_stays_text(client: Client, folder: Path) -> None:
    _send("<script>alert(1)</script>", "<img src=x onerror=alert(1)> javascript:alert(1)")

    mail = client.get("/dev/mail/").context["mails"][0]
    for path in ("/dev/mail/", reverse("mailbox:message", args=[mail.file_name, mail.number])):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


@pytest.mark.parametrize(
    "name",
    [
        "../secret_key/0/",
        "..%2fsecret_key/0/",
        "%2e%2e%2fsecret_key/0/",
        "..%5csecret_key/0/",
        "secret_key/0/",
        "/etc/passwd/0/",
        "%2fetc%2fpasswd/0/",
        "...log/0/",
        "link.log/0/",
        "folder.log/0/",
        "x.log%00/0/",
        "missing.log/0/",
        "one.log/1/",
        "one.log/99999999999999999999/",
        "one.log/-1/",
    ],
)
def test_nothing_but_the_mails_of_the_folder_can_be_read(client: Client, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "secret_key").write_text("the secret")
    (folder.parent / "secret.log").write_text("Subject: the secret\n\n")
    (folder / "link.log").symlink_to(folder.parent / "secret.log")
    (folder / "folder.log").mkdir()
    (folder / "one.log").write_text("Subject: one\n\nbody\n")

    answer = client.get(f"/dev/mail/{name}")

    assert answer.status_code == 404
    assert "the secret" not in answer.content.decode()


def test_the_list_leads_out_of_the_folder_no_more_than_the_messages(client: Client, folder: Path) -> None:
    folder.mkdir()
    (folder.parent / "secret.log").write_text("Subject: the secret\n\n")
    (folder / "link.log").symlink_to(folder.parent / "secret.log")

    assert client.get("/dev/mail/").context["mails"] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe not a mail at all",
        b"Content-Type: text/plain; charset=no-such-set\n\nbody",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n",
        b"Subject: =?utf-8?b?!!!!?=\nDate: yesterday\n\nbody",
        b"Content-Type: image/png\n\nnot text",
        b"Content-Transfer-Encoding: base64\n\n@@@",
        b"From: " + b"<" * 5000 + b"\n\nbody",
    ],
)
def test_a_file_that_is_no_proper_mail_breaks_nothing(client: Client, folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "odd.log").write_bytes(content)

    listed = client.get("/dev/mail/")
    assert listed.status_code == 200
    for mail in listed.context["mails"]:
        assert client.get(reverse("mailbox:message", args=[mail.file_name, mail.number])).status_code == 200


@pytest.mark.urls("wenlan.config.urls")
def test_a_site_with_real_readers_has_no_mailbox(client: Client, settings: Any) -> None:
    if settings.DEMO:
        pytest.skip("these tests run with WENLAN_DEMO=1, where the mailbox is routed")

    assert client.get("/dev/mail/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("mailbox:list")
