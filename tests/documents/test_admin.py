"""What Dave may change of a document without the rules of the site's pages: words, and nothing about money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import PRICE_LIMIT_MINOR, Document

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]

KEPT = (
    "author_id",
    "price_minor",
    "currency",
    "state",
    "current_revision_id",
    "withdrawn_by_id",
    "published_at",
)


def test_dave_changes_the_words_of_a_document_and_nothing_about_its_money(
    client_as: Browser, published_document: Factory, dave: User, mallory: User
) -> None:
    document, other = published_document(price_minor=400), published_document(price_minor=1)
    kept = {name: getattr(document, name) for name in KEPT}
    url = reverse("admin:documents_document_change", args=[document.pk])
    answer = client_as(dave).post(
        url,
        {
            "title": "A better title",
            "description": "",
            "category": document.category_id,
            "tags": "",
            "language": "en",
            "preview_kind": "pages",
            "preview_value": "3",
            "return_reason": "",
            "revisions-TOTAL_FORMS": "0",
            "revisions-INITIAL_FORMS": "0",
            "author": mallory.pk,
            "price_minor": 2**63 - 1,
            "currency": "XXX",
            "state": "withdrawn",
            "current_revision": other.current_revision_id,
            "withdrawn_by": mallory.pk,
            "published_at_0": "2001-01-01",
            "published_at_1": "00:00:00",
        },
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    document.refresh_from_db()
    assert document.title == "A better title"
    assert {name: getattr(document, name) for name in KEPT} == kept
    page = client_as(dave).get(url).content.decode()
    for field in ("author", "price_minor", "currency", "current_revision", "withdrawn_by", "published_at_0"):
        assert f'name="{field}"' not in page


@pytest.mark.parametrize(
    "columns",
    [{"currency": "XXX"}, {"currency": ""}, {"price_minor": PRICE_LIMIT_MINOR + 1}, {"price_minor": -1}],
)
def test_the_database_refuses_a_price_that_nobody_can_pay(
    draft_document: Factory, columns: dict[str, Any]
) -> None:
    document = draft_document()
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**columns)
    Document.objects.filter(pk=document.pk).update(price_minor=PRICE_LIMIT_MINOR, currency="JPY")
