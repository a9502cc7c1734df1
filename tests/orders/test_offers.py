"""What the download button says to each reader."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from django.contrib.auth.models import AnonymousUser

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import held_balance_minor
from wenlan.orders.selectors import (
    document_offer,
    library_bought,
    orders_of,
    reader_is_entitled,
    sales_by_document,
    sales_of,
    sales_totals,
)
from wenlan.orders.services import document_buy

Factory = Callable[..., Document]


def test_each_of_the_cast_gets_their_own_offer(
    published_document: Factory, alice: User, bob: User, carol: User, dave: User, mallory: User
) -> None:
    document = published_document(price_minor=400)
    give_money(mallory, 150)
    give_money(bob, 1000)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    kinds = {
        user: document_offer(document=document, user=user).kind
        for user in (alice, bob, carol, dave, mallory, AnonymousUser())
    }
    assert list(kinds.values()) == ["own", "entitled", "entitled", "entitled", "buy", "sign_in"]
    offer = document_offer(document=document, user=mallory)
    assert (offer.price_minor, offer.wallet_minor, offer.missing_minor) == (400, 150, 250)
    assert not offer.is_download
    assert document_offer(document=document, user=bob).is_download


def test_somebody_with_enough_money_misses_none(published_document: Factory, mallory: User) -> None:
    give_money(mallory, 400)
    assert document_offer(document=published_document(price_minor=400), user=mallory).missing_minor == 0


def test_a_free_document_is_taken(published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=0)
    assert document_offer(document=document, user=bob).kind == "free"
    assert document_offer(document=document, user=AnonymousUser()).kind == "sign_in"


def test_a_withdrawn_document_is_not_offered(draft_document: Factory, bob: User) -> None:
    document = draft_document(state="withdrawn")
    assert document_offer(document=document, user=bob).kind == "unavailable"
    assert document_offer(document=document, user=AnonymousUser()).kind == "unavailable"


def test_a_stranger_is_entitled_to_nothing(published_document: Factory) -> None:
    assert not reader_is_entitled(AnonymousUser(), published_document())


def test_the_library_lists_what_was_bought_newest_first(
    published_document: Factory, bob: User, mallory: User
) -> None:
    documents = [published_document(price_minor=0) for _number in range(3)]
    for document in documents:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=0)
    document_buy(reader=mallory, document_id=documents[0].pk, expected_price_minor=0)
    assert list(library_bought(bob)) == documents[::-1]
    assert all(map(attrgetter("granted_at"), library_bought(bob)))
    assert list(library_bought(mallory)) == documents[:1]


def test_sales_add_up_by_author_and_document(
    published_document: Factory, alice: User, bob: User, carol: User, mallory: User
) -> None:
    dear, cheap = published_document(price_minor=1000), published_document(price_minor=1)
    foreign = published_document(price_minor=5, author=mallory)
    for reader in (bob, carol):
        give_money(reader, 5000)
        for document in (dear, cheap, foreign):
            document_buy(reader=reader, document_id=document.pk, expected_price_minor=document.price_minor)
    (totals,) = sales_totals(alice)
    assert (totals.currency, totals.count, totals.price_minor, totals.author_minor) == ("CNY", 4, 2002, 2002)
    assert [(row.document_id, row.count, row.author_minor) for row in sales_by_document(alice)] == [
        (dear.pk, 2, 2000),
        (cheap.pk, 2, 2),
    ]
    assert sales_of(alice).count() == 4
    assert sales_of(mallory).count() == 2
    assert orders_of(bob).count() == 3
    assert sales_totals(bob) == []


def test_a_sale_stays_with_whoever_sold_it(
    published_document: Factory, alice: User, bob: User, mallory: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    Document.objects.filter(pk=document.pk).update(author=mallory)
    assert sum(total.author_minor for total in sales_totals(alice)) == held_balance_minor(alice) == 400
    assert [row.document_id for row in sales_by_document(alice)] == [document.pk]
    assert not sales_of(mallory).exists()
    assert sales_totals(mallory) == []
    assert sales_by_document(mallory) == []
