"""Any operations in any order, each interrupted at any statement and tried again: the books are true all the time.

A rule is one operation. It says what should become of a model of the world in plain numbers, does the operation by
`_tried`, which lets it break down before it is done, and looks whether what the database says is what the model says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import balance_minor, verify
from wenlan.ledger.services import InsufficientFunds, Posting, account_named, transfer_post
from wenlan.orders.models import Entitlement, Order, Refund
from wenlan.orders.services import (
    RefundTooLarge,
    document_buy,
    order_hold,
    order_refund,
    order_release,
    order_unhold,
)
from wenlan.payments.models import TopUp
from wenlan.payments.services import top_up_settle

Result = TypeVar("Result")
FEE_BASIS_POINTS = 1234
PRICES = (0, 1, 7, 399, 400)


class Crash(BaseException):
    """The process is gone; nothing in the code may catch it."""


@contextmanager
def crashing_at(statement: int) -> Iterator[None]:
    """Break down before the statement of that number, and before each one after it."""
    count = 0

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        # A connection that breaks down is rolled back by the server; here somebody must say so.
        if not sql.startswith(("ROLLBACK", "RELEASE")):
            count += 1
            if count >= statement:
                raise Crash
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def _tried(action: Callable[[], Result], crash_at: int) -> Result:
    """`action` in a process that breaks down at that statement, then in one that does not."""
    try:
        with transaction.atomic(), crashing_at(crash_at):
            action()
            # It ended before: what it did may have been committed without anybody hearing of it.
    except Crash:
        pass
    except (InsufficientFunds, RefundTooLarge):
        pass
    return action()


@dataclass
class Person:
    """Somebody, and what they should have."""

    user: User
    wallet: int = 0
    held: int = 0
    free: int = 0
    owed: int = 0


@dataclass
class Sale:
    """An order as it should be."""

    order_id: int
    document_id: int
    buyer: Person
    seller: Person
    price: int
    fee: int
    returned: int = 0
    cause: str = ""
    released: bool = False
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        return self.price - self.returned


crashes = st.integers(min_value=1, max_value=40)
amounts = st.integers(min_value=1, max_value=1500)


class Money(RuleBasedStateMachine):
    """Three people who all read and write."""

    people: list[Person]
    documents: list[Document]
    sales = Bundle("sales")

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.owned: set[tuple[int, int]] = set()
        self.every_sale: list[Sale] = []
        self.fees = self.fees_held = self.outside = 0

    @initialize()
    def begin(self) -> None:
        self.people = [Person(user) for user in User.objects.filter(is_staff=False).order_by("pk")]
        self.documents = list(Document.objects.select_related("author").order_by("pk"))
        for person in self.people:
            self._paid_in(person, 3000, crash_at=40)

    def _next(self) -> int:
        self.number += 1
        return self.number

    @rule(who=st.integers(0, 2), amount=amounts, crash_at=crashes)
    def top_up(self, who: int, amount: int, crash_at: int) -> None:
        self._paid_in(self.people[who], amount, crash_at=crash_at)

    def _paid_in(self, person: Person, amount: int, *, crash_at: int) -> None:
        top_up = TopUp.objects.create(
            user=person.user, amount_minor=amount, currency="CNY", provider="simulated"
        )
        settled = _tried(
            lambda: top_up_settle(reference=top_up.reference, paid_minor=amount, currency="CNY"), crash_at
        )
        assert settled.state == TopUp.State.PAID
        person.wallet += amount
        self.outside -= amount

    @rule(target=sales, who=st.integers(0, 2), which=st.integers(0, 9), crash_at=crashes)
    def buy(self, who: int, which: int, crash_at: int) -> Any:
        buyer, document = self.people[who], self.documents[which % len(self.documents)]
        seller = next(person for person in self.people if person.user == document.author)
        price = document.price_minor
        if buyer is seller:
            return _nothing()
        action = lambda: document_buy(  # noqa: E731 - it is tried twice
            reader=buyer.user, document_id=document.pk, expected_price_minor=price
        )
        if (who, document.pk) in self.owned:
            _tried(action, crash_at)
            return _nothing()
        if buyer.wallet < price:
            with pytest.raises(InsufficientFunds) as refused:
                _tried(action, crash_at)
            assert refused.value.missing_minor == price - buyer.wallet
            return _nothing()
        entitlement = _tried(action, crash_at)
        self.owned.add((who, document.pk))
        if price == 0:
            assert entitlement.order is None
            return _nothing()
        fee = price * FEE_BASIS_POINTS // 10_000
        buyer.wallet -= price
        seller.held += price - fee
        self.fees_held += fee
        assert entitlement.order_id is not None
        sale = Sale(entitlement.order_id, document.pk, buyer, seller, price, fee)
        self.every_sale.append(sale)
        return sale

    @rule(sale=sales, crash_at=crashes)
    def release(self, sale: Sale, crash_at: int) -> None:
        Order.objects.filter(pk=sale.order_id, state="paid").update(release_at=timezone.now())
        _tried(lambda: order_release(order_id=sale.order_id), crash_at)
        if sale.released or sale.cause or not sale.kept:
            return
        sale.released = True
        fee = self._left(sale, "fee_minor", sale.fee)
        income = sale.kept - fee
        paid_off = min(sale.seller.owed, income)
        sale.seller.held -= income
        sale.seller.owed -= paid_off
        sale.seller.free += income - paid_off
        self.fees_held -= fee
        self.fees += fee

    @rule(sale=sales, cause=st.sampled_from(["ticket:1", "ticket:2"]), crash_at=crashes)
    def hold(self, sale: Sale, cause: str, crash_at: int) -> None:
        _tried(lambda: order_hold(order_id=sale.order_id, cause=cause), crash_at)
        if not sale.released and sale.kept and not sale.cause:
            sale.cause = cause

    @rule(sale=sales, cause=st.sampled_from(["ticket:1", "ticket:2"]), crash_at=crashes)
    def unhold(self, sale: Sale, cause: str, crash_at: int) -> None:
        _tried(lambda: order_unhold(order_id=sale.order_id, cause=cause), crash_at)
        if sale.cause == cause:
            sale.cause = ""

    @rule(sale=sales, amount=st.none() | amounts, crash_at=crashes, case=st.integers(1, 3))
    def refund(self, sale: Sale, amount: int | None, crash_at: int, case: int) -> None:
        key = f"{sale.order_id}:{case}"
        wanted = sale.kept if amount is None else amount
        action = lambda: order_refund(  # noqa: E731 - it is tried twice
            order_id=sale.order_id, key=key, reason=Refund.Reason.COMPLAINT, amount_minor=amount
        )
        if key in sale.refunds:
            assert _tried(action, crash_at).amount_minor == sale.refunds[key]
            return
        if not 0 < wanted <= sale.kept:
            with pytest.raises(RefundTooLarge):
                _tried(action, crash_at)
            return
        refund = _tried(action, crash_at)
        assert refund.amount_minor == wanted
        self._given_back(sale, refund)
        sale.refunds[key] = wanted

    def _given_back(self, sale: Sale, refund: Refund) -> None:
        sale.returned += refund.amount_minor
        sale.buyer.wallet += refund.amount_minor
        seller = sale.seller
        if sale.released:
            there = min(seller.free, refund.author_minor)
            seller.free -= there
            seller.owed += refund.author_minor - there
            self.fees -= refund.fee_minor
        else:
            seller.held -= refund.author_minor
            self.fees_held -= refund.fee_minor
        if not sale.kept:
            self.owned.discard((self.people.index(sale.buyer), sale.document_id))

    @rule(who=st.integers(0, 2), amount=amounts, crash_at=crashes)
    def take_out(self, who: int, amount: int, crash_at: int) -> None:
        person, number = self.people[who], self._next()
        action = lambda: transfer_post(  # noqa: E731 - it is tried twice
            reason_key=f"taken out:{number}",
            kind=Transfer.Kind.PAYOUT,
            description="test",
            postings=[
                Posting(account_named(kind=Account.Kind.EARNINGS, owner=person.user), -amount),
                Posting(account_named(kind=Account.Kind.PROVIDER, name="bank"), amount),
            ],
        )
        if person.free < amount:
            with pytest.raises(InsufficientFunds):
                _tried(action, crash_at)
            return
        _tried(action, crash_at)
        person.free -= amount
        self.outside += amount

    @rule(sale=consumes(sales))
    def forget(self, sale: Sale) -> None:
        """Look at other sales from now on."""

    @invariant()
    def the_books_balance(self) -> None:
        assert verify().discrepancies == []

    @invariant()
    def everybody_has_what_is_theirs(self) -> None:
        for person in getattr(self, "people", []):
            has = [
                balance_minor(user=person.user, kind=kind)
                for kind in (Account.Kind.WALLET, Account.Kind.HELD, Account.Kind.EARNINGS, Account.Kind.DEBT)
            ]
            assert has == [person.wallet, person.held, person.free, -person.owed]
        house = dict(Account.objects.filter(owner=None).values_list("name", "balance_minor"))
        assert house.get("fees", 0) == self.fees
        assert house.get("fees_held", 0) == self.fees_held
        outside = [house.get(name, 0) for name in ("simulated", "bank", "payout_bank")]
        assert sum(outside) == self.outside

    @invariant()
    def one_entitlement_for_each_purchase_that_was_not_given_back(self) -> None:
        people = getattr(self, "people", [])
        owned = {(people[who].user.pk, document_id) for who, document_id in self.owned}
        assert set(Entitlement.objects.values_list("reader", "document")) == owned
        assert Order.objects.count() == self.orders_made()

    def orders_made(self) -> int:
        return len(self.every_sale)

    @staticmethod
    def _left(sale: Sale, part: str, whole: int) -> int:
        """What of a part was not given back, as the refunds say; how they are apportioned is tested elsewhere."""
        refunds = Refund.objects.filter(order=sale.order_id)
        returned: list[int] = [getattr(refund, part) for refund in refunds]
        return whole - sum(returned)


def _nothing() -> Any:
    """No sale came of it."""
    return multiple()


@pytest.fixture
def library(
    published_document: Callable[..., Document], alice: User, bob: User, carol: User
) -> list[Document]:
    """Documents of every price by each of two people."""
    return [
        published_document(author=author, price_minor=price) for author in (alice, bob) for price in PRICES
    ]


def run_on_clean_tables(machine: type[Money], *, thorough: bool) -> None:
    """Try operations of `machine` in any order; each run leaves everything as it found it."""

    class OnCleanTables(machine):  # type: ignore[valid-type, misc]  # the machine is chosen by the caller
        def __init__(self) -> None:
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        OnCleanTables,
        settings=settings(
            max_examples=200 if thorough else 10,
            stateful_step_count=50 if thorough else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[
                Phase.generate
            ],  # rows get other numbers in each run, by which nothing can be made smaller
        ),
    )


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("library")
@override_settings(HOUSE_FEE_BASIS_POINTS=FEE_BASIS_POINTS)
def test_whatever_happens_wherever_it_breaks_down_the_books_are_true(thorough: bool) -> None:
    run_on_clean_tables(Money, thorough=thorough)


def test_a_crash_is_tried_at_every_statement_of_a_purchase(
    published_document: Callable[..., Document], bob: User
) -> None:
    give_money(bob, 10_000)
    document = published_document(price_minor=400)
    crashed = 0
    for statement in range(1, 60):
        try:
            with transaction.atomic(), crashing_at(statement):
                document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
                break
        except Crash:
            crashed += 1
        assert (Order.objects.count(), Entitlement.objects.count()) == (0, 0)
        assert balance_minor(user=bob, kind=Account.Kind.WALLET) == 10_000
        assert verify().is_clean
    assert crashed > 10
    assert (Order.objects.count(), Entitlement.objects.count()) == (1, 1)
    assert verify().is_clean
