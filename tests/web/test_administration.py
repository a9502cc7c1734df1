"""The administration speaks the reader's language, shows money as money, and changes nothing behind people's backs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.services import favourite_toggle
from wenlan.orders.services import document_buy
from wenlan.trust.services import ticket_open

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]

OWN = [model for model in admin.site._registry if model.__module__.startswith("wenlan.")]
NAMES = [model._meta.label_lower for model in OWN]


def list_address(model: str) -> str:
    return reverse("admin:{}_{}_changelist".format(*model.split(".")))


def test_the_house_is_called_by_its_name(client_as: ClientAs, dave: User, settings: Any) -> None:
    text = client_as(dave).get(reverse("admin:index")).text
    assert settings.SITE_NAME in text
    assert "Django" not in re.sub(r"<[^>]*>", "", text)
    assert 'rel="icon"' in text


@pytest.mark.parametrize("label", sorted({model._meta.app_label for model in OWN}))
def test_every_room_has_a_chinese_name(label: str) -> None:
    with override("zh-hans"):
        assert not str(apps.get_app_config(label).verbose_name).isascii()


def test_the_queue_has_a_chinese_name(client_as: ClientAs, dave: User) -> None:
    text = client_as(dave).get(reverse("admin:index"), headers={"accept-language": "zh-hans"}).text
    assert "后台任务" in text
    assert re.findall("(?i)tasks database backend|task results", re.sub(r"<[^>]*>", "", text)) == []


@pytest.mark.parametrize("model", NAMES)
def test_every_column_has_a_chinese_name(client_as: ClientAs, dave: User, model: str) -> None:
    page = client_as(dave).get(list_address(model), headers={"accept-language": "zh-hans"})
    headings = re.findall(r'<div class="text">(.*?)</div>', page.text, re.DOTALL)
    names = [re.sub(r"<[^>]*>", "", heading).strip() for heading in headings]
    assert [name for name in names if name.isascii() and name not in {"", "ID", "SHA-256"}] == []


def test_prices_are_shown_as_people_write_them(
    client_as: ClientAs, dave: User, bob: User, published_document: MakeDocument
) -> None:
    document = published_document(price_minor=1990)
    give_money(bob, 5000)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=1990)
    client = client_as(dave)
    for model in ("documents.document", "orders.order"):
        assert "¥19.90" in client.get(list_address(model)).text
    page = client.get(reverse("admin:documents_document_change", args=[document.pk])).text
    assert "¥19.90" in page
    assert 'name="price_minor"' not in page
    assert 'name="currency"' not in page


def test_the_list_of_documents_leads_to_where_something_is_done_about_them(
    client_as: ClientAs, dave: User, published_document: MakeDocument
) -> None:
    document = published_document()
    text = client_as(dave).get(list_address("documents.document")).text
    assert reverse("documents:edit", args=[document.pk]) in text
    assert reverse("trust:takedown", args=[document.pk]) in text


@pytest.mark.parametrize(
    "model",
    ["documents.favourite", "insights.documentview", "trust.ticket", "trust.ticketmessage", "trust.review"],
)
def test_what_people_did_is_neither_added_nor_deleted_by_hand(
    client_as: ClientAs, dave: User, bob: User, published_document: MakeDocument, model: str
) -> None:
    favourite_toggle(reader=bob, document=published_document())
    ticket_open(kind="help", subject="x", body="y", email="", reporter=bob)
    client = client_as(dave)
    page = client.get(list_address(model))
    assert page.status_code == 200
    assert "delete_selected" not in page.text
    assert client.get(reverse("admin:{}_{}_add".format(*model.split(".")))).status_code == 403


def test_people_are_not_deleted(client_as: ClientAs, dave: User, bob: User) -> None:
    client = client_as(dave)
    assert "delete_selected" not in client.get(list_address("accounts.user")).text
    assert (
        client.post(reverse("admin:accounts_user_delete", args=[bob.pk]), {"post": "yes"}).status_code == 403
    )
    assert User.objects.filter(pk=bob.pk).exists()


def test_people_are_listed_by_the_name_of_their_language(client_as: ClientAs, dave: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(language="en")
    page = client_as(dave).get(list_address("accounts.user"), {"language": "en"})
    assert list(page.context["cl"].queryset) == [bob]
    assert "简体中文" in page.text
