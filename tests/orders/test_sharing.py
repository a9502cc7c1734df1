"""Share links: who is paid for whose purchase, and what counts as a click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import held_balance_minor, verify
from wenlan.orders.models import KnownDevice, Order, Refund, ShareDay, ShareLink, ShareVisit
from wenlan.orders.services import (
    CommissionTooHigh,
    checkout_open,
    checkout_settle,
    commission_basis_points,
    commission_set,
    device_is_of,
    device_note,
    document_buy,
    order_refund,
    orders_sweep,
    share_click,
    share_link_for,
    share_sweep,
)
from wenlan.orders.trails import CLICKS_KEPT, Attribution, Click, Trail

Factory = Callable[..., Document]
DEVICE = "a device of nobody in particular"
START = datetime(2026, 11, 1, tzinfo=UTC)


def _bought(buyer: User, document: Document, link: ShareLink | None, *, device: str = DEVICE) -> Order:
    give_money(buyer, document.price_minor)
    entitlement = document_buy(
        reader=buyer,
        document_id=document.pk,
        expected_price_minor=document.price_minor,
        attribution=Attribution(link.pk, device) if link else None,
    )
    assert entitlement.order is not None
    assert verify().is_clean
    return entitlement.order


@pytest.fixture
def shared(published_document: Factory, alice: User, mallory: User) -> ShareLink:
    """Mallory's link to a document of Alice's for ¥4.00, of which she leaves a tenth to who shares it."""
    document = published_document(price_minor=400)
    commission_set(author=alice, basis_points=1000)
    return share_link_for(sharer=mallory, document=document)


def test_who_brought_the_buyer_gets_what_the_author_left_for_it(
    shared: ShareLink, alice: User, bob: User, mallory: User, settings: Any
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 500
    order = _bought(bob, shared.document, shared)
    assert (order.fee_minor, order.commission_minor, order.author_minor) == (20, 40, 340)
    assert order.sharer == mallory
    assert (held_balance_minor(mallory), held_balance_minor(alice)) == (40, 340)


def test_a_sale_without_a_link_costs_the_author_nothing(shared: ShareLink, alice: User, bob: User) -> None:
    order = _bought(bob, shared.document, None)
    assert (order.sharer, order.commission_minor, order.author_minor) == (None, 0, 400)


def test_nobody_is_paid_where_the_author_left_nothing(
    published_document: Factory, bob: User, mallory: User
) -> None:
    document = published_document(price_minor=400)
    order = _bought(bob, document, share_link_for(sharer=mallory, document=document))
    assert (order.sharer, order.commission_minor, order.author_minor) == (mallory, 0, 400)


def test_the_rate_of_a_document_counts_before_the_general_one(
    shared: ShareLink, published_document: Factory, alice: User, settings: Any
) -> None:
    other = published_document()
    commission_set(author=alice, basis_points=2500, document=other)
    assert [commission_basis_points(document) for document in (shared.document, other)] == [1000, 2500]
    commission_set(author=alice, basis_points=0, document=other)
    assert commission_basis_points(other) == 0
    commission_set(author=alice, basis_points=None, document=other)
    assert commission_basis_points(other) == 1000
    settings.COMMISSION_BASIS_POINTS_MAX = 300  # the house allows less than it did
    assert commission_basis_points(other) == 300


@pytest.mark.parametrize("basis_points", [-1, 5001, 10_001])
def test_a_commission_beyond_what_the_house_allows_is_refused(
    shared: ShareLink, alice: User, basis_points: int
) -> None:
    with pytest.raises(CommissionTooHigh):
        commission_set(author=alice, basis_points=basis_points)
    assert commission_basis_points(shared.document) == 1000


def test_nobody_sets_the_commission_of_somebody_elses_document(shared: ShareLink, mallory: User) -> None:
    with pytest.raises(NotAllowed):
        commission_set(author=mallory, basis_points=5000, document=shared.document)
    assert commission_basis_points(shared.document) == 1000


def test_nobody_earns_by_their_own_purchase(shared: ShareLink, mallory: User) -> None:
    order = _bought(mallory, shared.document, shared)
    assert (order.sharer, order.commission_minor) == (None, 0)


def test_authors_pay_themselves_no_commission(shared: ShareLink, alice: User, bob: User) -> None:
    own = share_link_for(sharer=alice, document=shared.document)
    order = _bought(bob, shared.document, own)
    assert (order.sharer, order.commission_minor, order.author_minor) == (alice, 0, 400)


def test_a_second_account_at_the_same_device_earns_the_first_one_nothing(
    shared: ShareLink, bob: User, mallory: User
) -> None:
    device_note(user=mallory, device_hash=DEVICE)
    order = _bought(bob, shared.document, shared)
    assert (order.sharer, order.commission_minor, order.author_minor) == (None, 0, 400)


def test_a_device_that_was_given_away_long_ago_is_no_objection(
    shared: ShareLink, bob: User, mallory: User
) -> None:
    device_note(user=mallory, device_hash=DEVICE)
    KnownDevice.objects.update(last_seen_on=timezone.localdate() - timedelta(days=91))
    assert _bought(bob, shared.document, shared).sharer == mallory


def test_a_link_to_another_document_counts_for_nothing(
    shared: ShareLink, published_document: Factory, bob: User
) -> None:
    assert _bought(bob, published_document(price_minor=400), shared).sharer is None


def test_who_may_not_sign_in_any_more_earns_nothing(shared: ShareLink, bob: User, mallory: User) -> None:
    User.objects.filter(pk=mallory.pk).update(is_active=False)
    assert _bought(bob, shared.document, shared).sharer is None


def test_a_link_that_is_gone_counts_for_nothing(shared: ShareLink, bob: User) -> None:
    gone = Attribution(shared.pk + 1000, DEVICE)
    give_money(bob, 400)
    entitlement = document_buy(
        reader=bob, document_id=shared.document_id, expected_price_minor=400, attribution=gone
    )
    assert entitlement.order is not None
    assert entitlement.order.sharer is None


def test_a_free_document_is_taken_through_a_link_as_without(
    published_document: Factory, bob: User, mallory: User
) -> None:
    free = published_document(price_minor=0)
    link = share_link_for(sharer=mallory, document=free)
    entitlement = document_buy(
        reader=bob, document_id=free.pk, expected_price_minor=0, attribution=Attribution(link.pk, DEVICE)
    )
    assert entitlement.order is None


def test_who_pays_directly_is_brought_by_the_link_followed_when_they_began(
    shared: ShareLink, bob: User, mallory: User
) -> None:
    checkout = checkout_open(
        reader=bob,
        document_id=shared.document_id,
        expected_price_minor=400,
        attribution=asdict(Attribution(shared.pk, DEVICE)),
    )
    give_money(bob, 400)
    assert checkout_settle(checkout_id=checkout.pk).state == "paid"
    order = Order.objects.get()
    assert (order.sharer, order.commission_minor) == (mallory, 40)


def test_a_refund_takes_the_commission_back(
    shared: ShareLink, alice: User, bob: User, mallory: User, settings: Any
) -> None:
    settings.HOLD_DAYS = 0
    order = _bought(bob, shared.document, shared)
    order_refund(order_id=order.pk, key="ticket:1", reason=Refund.Reason.COMPLAINT)
    balances = Account.objects.filter(owner__in=[alice, mallory]).values_list("balance_minor", flat=True)
    assert set(balances) == {0}
    assert verify().is_clean


def test_the_commission_is_free_when_the_income_is(shared: ShareLink, bob: User, mallory: User) -> None:
    order = _bought(bob, shared.document, shared)
    Order.objects.filter(pk=order.pk).update(release_at=timezone.now() - timedelta(seconds=1))
    assert orders_sweep() == 1
    assert held_balance_minor(mallory) == 0
    assert Account.objects.get(owner=mallory, kind=Account.Kind.EARNINGS).balance_minor == 40
    assert verify().is_clean


@given(
    clicks=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(0, 60 * 86_400)), max_size=12
    ),
    later=st.integers(0, 40 * 86_400),
    bought=st.integers(1, 4),
)
def test_the_last_link_wins_for_its_document_and_for_thirty_days(
    clicks: list[tuple[int, int, int]], later: int, bought: int
) -> None:
    clicks = sorted(clicks, key=lambda click: click[2])
    trail = Trail("device")
    for document, link, seconds in clicks:
        trail = trail.after(Click(document, link, START + timedelta(seconds=seconds)))
    now = START + timedelta(seconds=(clicks[-1][2] if clicks else 0) + later)

    found = trail.attribution(bought, now=now)

    last = next((click for click in reversed(clicks) if click[0] == bought), None)
    counts = last is not None and now - (START + timedelta(seconds=last[2])) < timedelta(days=30)
    assert found == (Attribution(last[1], trail.device_hash) if last and counts else None)


def test_a_click_of_tomorrow_counts_for_nothing_when_the_clock_was_wrong() -> None:
    trail = Trail("device").after(Click(1, 7, START + timedelta(days=300)))
    assert trail.attribution(1, now=START) is None
    assert trail.attribution(1, now=START + timedelta(days=300, seconds=-5)) is not None


def test_a_browser_remembers_so_many_documents_and_no_more() -> None:
    trail = Trail("device")
    for number in range(CLICKS_KEPT + 5):
        trail = trail.after(Click(number, 1, START))
    assert len(trail.clicks) == CLICKS_KEPT
    assert trail.attribution(4, now=START) is None
    assert trail.attribution(CLICKS_KEPT + 4, now=START) is not None


def test_everybody_has_one_link_to_a_document(shared: ShareLink, bob: User, mallory: User) -> None:
    assert share_link_for(sharer=mallory, document=shared.document) == shared
    assert share_link_for(sharer=bob, document=shared.document).code != shared.code


def test_what_is_not_on_the_shelf_is_not_shared(draft_document: Factory, bob: User) -> None:
    with pytest.raises(NotAllowed):
        share_link_for(sharer=bob, document=draft_document())


def test_a_visitor_counts_once_a_day_and_a_program_never(shared: ShareLink) -> None:
    counted = [share_click(link=shared, visitor_hash=visitor) for visitor in ("one", "two", "one", "")]
    assert counted == [True, True, False, False]
    shared.refresh_from_db()
    assert shared.click_count == 2
    assert ShareDay.objects.get(link=shared).clicks == 2


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_are_never_counted_twice(shared: ShareLink) -> None:
    at_once(8, lambda number: share_click(link=shared, visitor_hash=f"visitor {number % 2}"))
    shared.refresh_from_db()
    visits = ShareVisit.objects.filter(link=shared).count()
    assert shared.click_count == visits == ShareDay.objects.get(link=shared).clicks
    assert visits <= 2


@pytest.mark.django_db(transaction=True)
def test_asking_for_a_link_in_many_windows_makes_one(published_document: Factory, bob: User) -> None:
    document = published_document()
    links = at_once(6, lambda _n: share_link_for(sharer=bob, document=document).code)
    assert len(set(links)) == 1, links


@pytest.mark.django_db(transaction=True)
def test_buyers_through_one_link_at_once_are_all_paid_for(shared: ShareLink, mallory: User) -> None:
    buyers = [User.objects.create_user(f"{n}@example.com", display_name=f"Reader {n}") for n in range(6)]
    for buyer in buyers:
        give_money(buyer, 400)
    outcomes = at_once(
        6,
        lambda number: (
            document_buy(
                reader=buyers[number],
                document_id=shared.document_id,
                expected_price_minor=400,
                attribution=Attribution(shared.pk, DEVICE),
            ).pk
        ),
    )
    assert len(set(outcomes)) == 6, outcomes
    assert held_balance_minor(mallory) == 6 * 40
    assert verify().is_clean


def test_devices_and_visitors_are_forgotten(shared: ShareLink, mallory: User) -> None:
    today = timezone.localdate()
    device_note(user=mallory, device_hash="old")
    KnownDevice.objects.update(last_seen_on=today - timedelta(days=91))
    device_note(user=mallory, device_hash="new")
    share_click(link=shared, visitor_hash="before")
    ShareVisit.objects.update(day=today - timedelta(days=2))
    share_click(link=shared, visitor_hash="now")
    assert share_sweep() == 2
    assert KnownDevice.objects.get().device_hash == "new"
    assert ShareVisit.objects.get().visitor_hash == "now"
    assert device_is_of(user=mallory, device_hash="new")
    assert not device_is_of(user=mallory, device_hash="old")
