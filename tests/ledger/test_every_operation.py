"""Memberships, commissions and payouts among all other operations, each interrupted at any statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from tests.ledger.helpers import give_earnings
from tests.ledger.test_machine import FEE_BASIS_POINTS, Money, Person, _tried, crashes, run_on_clean_tables
from tests.ledger.test_machine import library as library
from tests.payments.payout_helpers import DETAILS
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.money import share_minor
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import balance_minor
from wenlan.ledger.services import InsufficientFunds
from wenlan.orders.models import MemberDownload, Membership, Plan
from wenlan.orders.services import (
    NothingLeft,
    document_buy,
    document_open_to_members,
    document_take_as_member,
    membership_buy,
    membership_settle,
    share_link_for,
)
from wenlan.orders.trails import Attribution
from wenlan.payments.models import Payout
from wenlan.payments.payouts.batches import payouts_export
from wenlan.payments.payouts.services import (
    payout_account_set,
    payout_approve,
    payout_cancel,
    payout_request,
    payout_settle_failed,
    payout_settle_paid,
)

PLAN_MINOR = 777


@dataclass
class Asked:
    """A payout as it should be."""

    payout_id: int
    person: Person
    amount: int
    is_open: bool = True


class EveryMoney(Money):
    """The same three people; some are members, and take out what they earn."""

    payouts = Bundle("payouts")

    def __init__(self) -> None:
        super().__init__()
        self.pool = 0
        self.under_way: dict[int, int] = {}
        self.shared = 0

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.operator = User.objects.get(is_staff=True)
        self.plan = Plan.objects.create(
            name="plan", price_minor=PLAN_MINOR, currency="CNY", included_downloads=2
        )
        for person in self.people:
            payout_account_set(user=person.user, details=DETAILS)
            give_earnings(person.user, 1000)
            person.free += 1000
        for document in self.documents[1::2]:
            document_open_to_members(actor=document.author, document_id=document.pk, is_open=True)

    @rule(who=st.integers(0, 2), crash_at=crashes)
    def join(self, who: int, crash_at: int) -> None:
        person, key = self.people[who], f"click {self._next()}"
        action = lambda: membership_buy(  # noqa: E731 - it is tried twice
            reader=person.user, plan_id=self.plan.pk, expected_price_minor=PLAN_MINOR, key=key
        )
        if person.wallet < PLAN_MINOR:
            with pytest.raises(InsufficientFunds):
                _tried(action, crash_at)
            return
        _tried(action, crash_at)
        person.wallet -= PLAN_MINOR
        self.pool += share_minor(PLAN_MINOR, 7000)
        self.fees += PLAN_MINOR - share_minor(PLAN_MINOR, 7000)

    @rule(who=st.integers(0, 2), which=st.integers(0, 9), crash_at=crashes)
    def take(self, who: int, which: int, crash_at: int) -> None:
        person, document = self.people[who], self.documents[which]
        try:
            _tried_or_refused(
                lambda: document_take_as_member(reader=person.user, document_id=document.pk), crash_at
            )
        except (NotAllowed, NothingLeft):
            return
        self.owned.add((who, document.pk))

    @rule(crash_at=crashes)
    def end_the_periods(self, crash_at: int) -> None:
        now = timezone.now()
        for membership in Membership.objects.filter(settled_at=None, starts_at__lte=now):
            Membership.objects.filter(pk=membership.pk).update(ends_at=now)
            settle = lambda number=membership.pk: membership_settle(membership_id=number)  # noqa: E731
            _tried(settle, crash_at)
            self.pool -= membership.pool_minor
            incomes = MemberDownload.objects.filter(membership=membership).values_list(
                "author", "income_minor"
            )
            if not incomes:
                self.fees += membership.pool_minor
            for author, income in incomes:
                assert income is not None
                _earns(next(person for person in self.people if person.user.pk == author), income)

    @rule(target=Money.sales, who=st.integers(0, 2), which=st.integers(0, 9), crash_at=crashes)
    def buy(self, who: int, which: int, crash_at: int) -> Any:
        if any(self.people[who].user.pk == row for row in _members()):
            return multiple()  # what a membership takes off is tried elsewhere
        return super().buy(who, which, crash_at)

    @rule(who=st.integers(0, 2), which=st.integers(0, 9), crash_at=crashes)
    def buy_through_a_link(self, who: int, which: int, crash_at: int) -> None:
        """What a link brings its owner is held for them; the house's part and the author's are told by the order."""
        buyer, document = self.people[who], self.documents[which]
        sharer = self.people[(who + 1) % 3]
        seller = next(person for person in self.people if person.user == document.author)
        price = document.price_minor
        if buyer is seller or sharer is seller or not price or (who, document.pk) in self.owned:
            return
        if buyer.wallet < price:
            return
        link = share_link_for(sharer=sharer.user, document=document)
        bought = _tried(
            lambda: document_buy(
                reader=buyer.user,
                document_id=document.pk,
                expected_price_minor=price,
                attribution=Attribution(link.pk, "another device"),
            ),
            crash_at,
        )
        order = bought.order
        assert order is not None
        assert order.sharer == sharer.user
        self.owned.add((who, document.pk))
        self.shared += 1
        buyer.wallet -= price
        seller.held += order.author_minor
        sharer.held += order.commission_minor
        self.fees_held += order.fee_minor
        assert order.author_minor + order.commission_minor + order.fee_minor == price

    @rule(target=payouts, who=st.integers(0, 2), amount=st.integers(1, 400), crash_at=crashes)
    def ask(self, who: int, amount: int, crash_at: int) -> Any:
        person, key = self.people[who], f"{self._next():032x}"
        action = lambda: payout_request(  # noqa: E731 - it is tried twice
            user=person.user, amount_minor=amount, expected_fee_minor=0, key=key
        )
        if person.free < amount or person.owed:
            with pytest.raises(WenlanError):
                _tried_or_refused(action, crash_at)
            return multiple()
        payout = _tried(action, crash_at)
        person.free -= amount
        self.under_way[payout.pk] = amount
        return Asked(payout.pk, person, amount)

    @rule(asked=payouts, crash_at=crashes)
    def cancel(self, asked: Asked, crash_at: int) -> None:
        action = lambda: payout_cancel(  # noqa: E731 - it is tried twice
            user=asked.person.user, payout_id=asked.payout_id
        )
        if not asked.is_open:
            return
        try:
            _tried_or_refused(action, crash_at)
        except Conflict:
            return
        self._close(asked)
        _earns(asked.person, asked.amount)

    @rule(asked=payouts, comes_back=st.booleans(), crash_at=crashes)
    def pay(self, asked: Asked, comes_back: bool, crash_at: int) -> None:
        if not asked.is_open:
            return
        payout_approve(operator=self.operator, payout_id=asked.payout_id)
        payouts_export(operator=self.operator, method="bank")
        if comes_back:
            _tried(
                lambda: payout_settle_failed(
                    operator=self.operator, payout_id=asked.payout_id, reason="no such account"
                ),
                crash_at,
            )
            _earns(asked.person, asked.amount)
        else:
            _tried(lambda: payout_settle_paid(operator=self.operator, payout_id=asked.payout_id), crash_at)
            self.outside += asked.amount
        self._close(asked)

    def _close(self, asked: Asked) -> None:
        asked.is_open = False
        del self.under_way[asked.payout_id]

    @invariant()
    def what_waits_is_where_it_should_be(self) -> None:
        pool = Account.objects.filter(owner=None, name="pool").values_list("balance_minor", flat=True)
        assert sum(pool) == self.pool
        for person in getattr(self, "people", []):
            under_way = sum(
                Payout.objects.filter(pk__in=self.under_way, user=person.user).values_list(
                    "amount_minor", flat=True
                )
            )
            assert balance_minor(user=person.user, kind=Account.Kind.PAYOUT) == under_way

    def orders_made(self) -> int:
        return super().orders_made() + self.shared


def _members() -> set[int]:
    now = timezone.now()
    running = Membership.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return set(running.values_list("reader", flat=True))


def _earns(person: Person, amount: int) -> None:
    """Free money comes to a person: it pays off what they owe first."""
    paid_off = min(person.owed, amount)
    person.owed -= paid_off
    person.free += amount - paid_off


def _tried_or_refused(action: Any, crash_at: int) -> Any:
    """As `_tried`; a refusal is one in the process that breaks down, too."""
    try:
        return _tried(action, crash_at)
    except WenlanError:
        return action()


@pytest.mark.usefixtures("library")
@override_settings(
    HOUSE_FEE_BASIS_POINTS=FEE_BASIS_POINTS, PAYOUT_MIN_MINOR=1, MEMBERSHIP_POOL_BASIS_POINTS=7000
)
def test_with_members_links_and_payouts_the_books_are_true(thorough: bool, dave: User) -> None:
    run_on_clean_tables(EveryMoney, thorough=thorough)
