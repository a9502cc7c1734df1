"""Members pay once for a period, take what it includes, and its authors share the pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.documents.selectors import reader_has_whole
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import (
    earnings_balance_minor,
    held_balance_minor,
    verify,
    wallet_balance_minor,
)
from wenlan.orders.models import Entitlement, MemberDownload, Membership, Plan
from wenlan.orders.pricing import document_quote
from wenlan.orders.services import (
    InsufficientFunds,
    NothingLeft,
    PriceChanged,
    document_buy,
    document_open_to_members,
    document_take_as_member,
    membership_buy,
    membership_renewal_set,
    memberships_sweep,
)
from wenlan.orders.services.memberships import period_end

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def plan(db: None) -> Plan:
    return Plan.objects.create(
        name="月度会员", price_minor=1000, currency="CNY", included_downloads=2, period="month"
    )


def _join(reader: User, plan: Plan, *, key: str = "click", renews: bool = False) -> Membership:
    return membership_buy(
        reader=reader, plan_id=plan.pk, expected_price_minor=plan.price_minor, key=key, renews=renews
    )


def _open(document: Document) -> Document:
    document_open_to_members(actor=document.author, document_id=document.pk, is_open=True)
    return document


def _end(membership: Membership) -> None:
    now = timezone.now()
    Membership.objects.filter(pk=membership.pk).update(
        starts_at=now - timedelta(days=31), ends_at=now - timedelta(days=1)
    )


def test_a_member_pays_and_the_pool_holds_the_authors_part(plan: Plan, bob: User) -> None:
    give_money(bob, 1000)
    membership = _join(bob, plan)
    assert wallet_balance_minor(bob) == 0
    assert membership.pool_minor == 700
    assert Account.objects.get(name="pool").balance_minor == 700
    assert Account.objects.get(name="fees").balance_minor == 300
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_buy_one_period(plan: Plan, bob: User) -> None:
    give_money(bob, 10_000)
    outcomes = at_once(10, lambda _number: _join(bob, plan).pk)
    assert len(set(outcomes)) == 1, outcomes
    assert wallet_balance_minor(bob) == 9000


def test_another_period_begins_when_the_first_one_ends(plan: Plan, bob: User) -> None:
    give_money(bob, 2000)
    first, second = _join(bob, plan), _join(bob, plan, key="another click")
    assert second.starts_at == first.ends_at
    assert verify().is_clean


def test_a_member_takes_what_is_included_and_keeps_it(
    plan: Plan, published_document: Factory, bob: User
) -> None:
    give_money(bob, 1000)
    documents = [_open(published_document(price_minor=400)) for _number in range(3)]
    membership = _join(bob, plan)
    for document in documents[:2]:
        taken = document_take_as_member(reader=bob, document_id=document.pk)
        assert document_take_as_member(reader=bob, document_id=document.pk) == taken
    with pytest.raises(NothingLeft):
        document_take_as_member(reader=bob, document_id=documents[2].pk)
    _end(membership)
    memberships_sweep()
    assert reader_has_whole(document=documents[0], user=bob)
    assert not reader_has_whole(document=documents[2], user=bob)


@pytest.mark.django_db(transaction=True)
def test_five_documents_taken_at_once_are_no_more_than_included(
    plan: Plan, published_document: Factory, bob: User
) -> None:
    give_money(bob, 1000)
    documents = [_open(published_document(price_minor=400)) for _number in range(5)]
    _join(bob, plan)
    outcomes = at_once(5, lambda n: document_take_as_member(reader=bob, document_id=documents[n].pk))
    assert sum(isinstance(outcome, Entitlement) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, NothingLeft) for outcome in outcomes) == 3


def test_only_what_its_author_opened_can_be_taken(
    plan: Plan, published_document: Factory, bob: User, mallory: User
) -> None:
    give_money(bob, 1000)
    _join(bob, plan)
    document = published_document(price_minor=400)
    with pytest.raises(NotAllowed):
        document_take_as_member(reader=bob, document_id=document.pk)
    with pytest.raises(NotAllowed):
        document_open_to_members(actor=mallory, document_id=document.pk, is_open=True)
    with pytest.raises(NotAllowed):
        document_take_as_member(reader=mallory, document_id=_open(document).pk)


def test_the_pool_is_shared_by_price_when_the_period_is_over(
    plan: Plan, published_document: Factory, alice: User, bob: User, carol: User
) -> None:
    give_money(bob, 1000)
    dear = _open(published_document(price_minor=900))
    cheap = _open(published_document(price_minor=100, author=carol))
    membership = _join(bob, plan)
    for document in (dear, cheap):
        document_take_as_member(reader=bob, document_id=document.pk)
    assert memberships_sweep() == 0
    _end(membership)
    assert memberships_sweep() == 1
    assert (earnings_balance_minor(alice), earnings_balance_minor(carol)) == (630, 70)
    assert list(MemberDownload.objects.order_by("pk").values_list("income_minor", flat=True)) == [630, 70]
    assert memberships_sweep() == 0
    assert verify().is_clean


def test_a_pool_that_nobody_drew_on_is_the_houses(plan: Plan, bob: User) -> None:
    give_money(bob, 1000)
    _end(_join(bob, plan))
    memberships_sweep()
    assert Account.objects.get(name="fees").balance_minor == 1000
    assert Account.objects.get(name="pool").balance_minor == 0
    assert verify().is_clean


def test_verify_tells_of_a_pool_that_no_period_explains(plan: Plan, bob: User) -> None:
    give_money(bob, 1000)
    _join(bob, plan)
    Membership.objects.update(settled_at=timezone.now())
    assert [found.found for found in verify().discrepancies] == ["700 held, periods say 0"]


def test_a_membership_renews_itself_once(plan: Plan, bob: User) -> None:
    give_money(bob, 2000)
    first = _join(bob, plan, renews=True)
    _end(first)
    memberships_sweep()
    memberships_sweep()
    second = Membership.objects.exclude(pk=first.pk).get()
    assert second.renews
    assert second.starts_at <= timezone.now() < second.ends_at
    assert wallet_balance_minor(bob) == 0
    assert verify().is_clean


@pytest.mark.parametrize("what", ["no money", "another price", "not offered"])
def test_what_cannot_be_renewed_ends_and_the_member_is_told(plan: Plan, bob: User, what: str) -> None:
    give_money(bob, 1000 if what == "no money" else 2000)
    _end(_join(bob, plan, renews=True))
    if what == "another price":
        Plan.objects.update(price_minor=1001)
    elif what == "not offered":
        Plan.objects.update(is_offered=False)
    memberships_sweep()
    memberships_sweep()
    assert Membership.objects.count() == 1
    [told] = OutgoingMail.objects.filter(to=bob.email)
    assert "月度会员" in told.subject
    assert not mail.outbox, "the mail goes out by the worker"


def test_a_member_may_end_the_renewal(plan: Plan, bob: User, mallory: User) -> None:
    give_money(bob, 2000)
    membership = _join(bob, plan, renews=True)
    assert not membership_renewal_set(reader=mallory, renews=False)
    assert membership_renewal_set(reader=bob, renews=False)
    _end(membership)
    memberships_sweep()
    assert wallet_balance_minor(bob) == 1000


def test_without_the_money_or_at_another_price_nothing_is_bought(plan: Plan, bob: User) -> None:
    with pytest.raises(InsufficientFunds):
        _join(bob, plan)
    give_money(bob, 1000)
    with pytest.raises(PriceChanged):
        membership_buy(reader=bob, plan_id=plan.pk, expected_price_minor=999, key="click")
    Plan.objects.update(is_offered=False)
    with pytest.raises(NotAllowed):
        _join(bob, plan)
    assert not Membership.objects.exists()
    assert wallet_balance_minor(bob) == 1000


@given(st.datetimes(timezones=st.just(ZoneInfo("UTC"))).filter(lambda start: start.year < 9000))
def test_a_month_and_a_year_later_is_the_same_day_or_the_months_last(start: datetime) -> None:
    for period, days in (("month", (28, 31)), ("year", (365, 366))):
        end = period_end(start, period)
        assert days[0] <= (end - start).days <= days[1]
        assert end.day == start.day or (end + timedelta(days=1)).day == 1


def test_each_of_the_cast_sees_their_own(
    plan: Plan, client_as: Browser, published_document: Factory, alice: User, bob: User, mallory: User
) -> None:
    page = reverse("orders:memberships")
    document = published_document(price_minor=400)
    assert "Sign in to become a member" in client_as(None).get(page).content.decode()
    assert "Top up first" in client_as(mallory).get(page).content.decode()
    browser = client_as(alice)
    assert (
        "Include it in memberships"
        in browser.get(reverse("documents:edit", args=[document.pk])).content.decode()
    )
    browser.post(reverse("orders:member_offer", args=[document.pk]), {"open": "yes"})
    assert (
        client_as(mallory)
        .post(reverse("orders:member_offer", args=[document.pk]), {"open": "no"})
        .status_code
        == 404
    )
    give_money(bob, 1000)
    browser = client_as(bob)
    bought = browser.post(page, {"plan": plan.pk, "expected_price_minor": 1000, "key": "k"}, follow=True)
    assert "You are a member until" in bought.content.decode()
    assert "includes 2 more documents" in browser.get(
        reverse("orders:buy", args=[document.pk])
    ).content.decode().replace("\n", " ")
    browser.post(reverse("orders:take_as_member", args=[document.pk]))
    assert reader_has_whole(document=document, user=bob)
    client_as(mallory).post(reverse("orders:take_as_member", args=[document.pk]))
    assert not reader_has_whole(document=document, user=mallory)


def test_a_site_without_plans_says_so(client_as: Browser, bob: User) -> None:
    assert (
        "No membership is offered here" in client_as(bob).get(reverse("orders:memberships")).content.decode()
    )


def test_a_document_for_members_is_there_for_members_alone(
    plan: Plan,
    client_as: Browser,
    published_document: Factory,
    alice: User,
    bob: User,
    mallory: User,
) -> None:
    document = published_document(price_minor=400, title="会员专享提纲")
    Document.objects.filter(pk=document.pk).update(audience=Document.Audience.MEMBERS)
    give_money(bob, 1000)
    _join(bob, plan)
    for user, status in ((None, 404), (mallory, 404), (bob, 200), (alice, 200)):
        assert client_as(user).get(document.get_absolute_url()).status_code == status, user
    assert "会员专享提纲" in client_as(bob).get(reverse("orders:memberships")).content.decode()
    give_money(mallory, 400)
    with pytest.raises(NotAllowed):
        document_buy(reader=mallory, document_id=document.pk, expected_price_minor=400)
    _end(Membership.objects.get())
    assert client_as(bob).get(document.get_absolute_url()).status_code == 404


def test_a_member_pays_less_for_what_is_open_to_members(
    plan: Plan, published_document: Factory, alice: User, bob: User, mallory: User
) -> None:
    Plan.objects.update(discount_basis_points=2500)
    give_money(bob, 2000)
    _join(bob, plan)
    opened, closed = _open(published_document(price_minor=399)), published_document(price_minor=399)
    assert document_quote(opened, bob).price_minor == 300
    assert [line.kind for line in document_quote(opened, bob).lines] == ["list", "member"]
    assert document_quote(closed, bob).price_minor == 399
    assert document_quote(opened, mallory).price_minor == 399
    assert document_quote(opened).price_minor == 399
    document_buy(reader=bob, document_id=opened.pk, expected_price_minor=300)
    assert held_balance_minor(alice) == 300
    _end(Membership.objects.get())
    assert document_quote(opened, bob).price_minor == 399
    assert verify().is_clean
