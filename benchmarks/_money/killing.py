"""Somebody who pays, is paid, releases and refunds without end, and is killed at any moment, again and again.

Whoever comes after them goes on with the first operation that was not answered. It may have been done all the same,
or not: the program must not care.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connections
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import balance_minor, debt_minor, verify
from wenlan.ledger.services import Posting, account_named, transfer_post
from wenlan.orders.models import Order, Refund
from wenlan.orders.services import document_buy, order_refund, order_release
from wenlan.payments.models import TopUp
from wenlan.payments.services import top_up_settle

PART_MINOR = 100
"""Given back at first; then the rest."""
TAKEN_OUT_EVERY = 5
"""In one round of so many the author takes out what is there before it is asked back."""
MOST_ANSWERS = 9
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Work:
    """`reader` buys `document` round after round, each operation under a name of its own."""

    reader: User
    document: Document
    wallet_before_minor: int = 0

    @property
    def operations(self) -> list[Callable[[int], object]]:
        return [self._top_up, self._buy, self._release, self._take_out, self._refund_part, self._refund_rest]

    def do(self, number: int) -> None:
        """One operation, whether or not it was done before."""
        turn, which = divmod(number, len(self.operations))
        self.operations[which](turn)

    def _top_up(self, turn: int) -> None:
        price_minor = self.document.price_minor
        top_up, _is_new = TopUp.objects.get_or_create(
            reference=f"{turn:032x}",
            defaults={
                "user": self.reader,
                "amount_minor": price_minor,
                "currency": self.document.currency,
                "provider": "simulated",
            },
        )
        top_up_settle(reference=top_up.reference, paid_minor=price_minor, currency=self.document.currency)

    def _buy(self, _turn: int) -> None:
        document_buy(
            reader=self.reader,
            document_id=self.document.pk,
            expected_price_minor=self.document.price_minor,
        )

    def _order(self) -> Order:
        return Order.objects.filter(buyer=self.reader, document=self.document).latest("pk")

    def _release(self, _turn: int) -> None:
        order = self._order()
        Order.objects.filter(pk=order.pk, released_at=None).update(release_at=timezone.now())
        order_release(order_id=order.pk)

    def _take_out(self, turn: int) -> None:
        if turn % TAKEN_OUT_EVERY:
            return
        transfer_post(
            reason_key=f"taken out:{turn}",
            kind=Transfer.Kind.PAYOUT,
            description="kill loop",
            postings=[
                Posting(account_named(kind=Account.Kind.EARNINGS, owner=self.document.author), -PART_MINOR),
                Posting(account_named(kind=Account.Kind.PROVIDER, name="bank"), PART_MINOR),
            ],
        )

    def _refund_part(self, turn: int) -> None:
        self._refund(f"part:{turn}", PART_MINOR)

    def _refund_rest(self, turn: int) -> None:
        self._refund(f"rest:{turn}", None)

    def _refund(self, key: str, amount_minor: int | None) -> None:
        order_refund(
            order_id=self._order().pk, key=key, amount_minor=amount_minor, reason=Refund.Reason.GOODWILL
        )

    def wrong(self, done: int) -> list[str]:
        """What is not as it must be after the first `done` operations, each done once."""
        length = len(self.operations)
        rounds = [(done - which + length - 1) // length for which in range(length)]
        topped_up, bought, _released, taken_out, part, rest = rounds
        price_minor = self.document.price_minor
        wallet_minor = (
            self.wallet_before_minor
            + price_minor * (topped_up - bought)
            + PART_MINOR * part
            + (price_minor - PART_MINOR) * rest
        )
        taken_out_minor = PART_MINOR * -(-taken_out // TAKEN_OUT_EVERY)
        author = self.document.author
        has_minor = (
            balance_minor(user=author, kind=Account.Kind.HELD)
            + balance_minor(user=author, kind=Account.Kind.EARNINGS)
            - debt_minor(author)
        )
        kept_minor = price_minor * bought - PART_MINOR * part - (price_minor - PART_MINOR) * rest
        expected = {
            "top-ups": (topped_up, TopUp.objects.filter(state=TopUp.State.PAID, user=self.reader).count()),
            "orders": (bought, Order.objects.filter(buyer=self.reader).count()),
            "refunds": (part + rest, Refund.objects.filter(order__buyer=self.reader).count()),
            "the reader's wallet": (wallet_minor, balance_minor(user=self.reader, kind=Account.Kind.WALLET)),
            "what the author has": (kept_minor - taken_out_minor, has_minor),
        }
        found = [
            f"{what}: {is_there}, not {wanted}"
            for what, (wanted, is_there) in expected.items()
            if wanted != is_there
        ]
        return found + [str(discrepancy) for discrepancy in verify().discrepancies]


@dataclass
class Killed:
    """What came of it."""

    kills: int
    operations: int
    wrong: list[str]


def kill_loop(work: Work, *, kills: int, seed: int, check_every: int = 0) -> Killed:
    """Kill who does `work` so many times, after some answers and a moment; afterwards let the last operation be done.

    What is there is looked at then, and after each `check_every` kills.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    done = 0
    for kill in range(1, kills + 1):
        done += _lived(work, done, answers=chance.randrange(MOST_ANSWERS), moment=chance.uniform(0, 0.02))
        if check_every and kill % check_every == 0:
            done += _lived(work, done, answers=1, moment=0, stops=True)
            if wrong := work.wrong(done):
                return Killed(kill, done, wrong)
    done += _lived(work, done, answers=1, moment=0, stops=True)
    return Killed(kills, done, work.wrong(done))


def _lived(work: Work, done: int, *, answers: int, moment: float, stops: bool = False) -> int:
    """How many operations a child answered from number `done` on, before it was killed, or stopped by itself."""
    connections.close_all()  # a child that is killed must not take our connection along
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(work, done, writing, last=done + answers if stops else None)
    os.close(writing)
    try:
        heard = _hear(reading, answers)
        if not stops:
            time.sleep(moment)
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while more := os.read(reading, 4096):
            heard += len(more)
    finally:
        os.close(reading)
    return heard


def _hear(reading: int, answers: int) -> int:
    heard = 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while heard < answers and time.monotonic() < deadline:
        ready, _, _ = select.select([reading], [], [], 1.0)
        if not ready:
            continue
        said = os.read(reading, answers - heard)
        if not said:
            break
        heard += len(said)
    return heard


def _child(work: Work, number: int, writing: int, *, last: int | None) -> None:
    """Do one operation after the other and say so after each; never returns."""
    status = 1
    try:
        while last is None or number < last:
            work.do(number)
            os.write(writing, b".")
            number += 1
        status = 0
    finally:
        # Nothing of the parent's, whose buffers and clearing up came along with the fork, is done here.
        os._exit(status)
