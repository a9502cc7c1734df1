"""Whatever a company tells us, in whatever order and however often: a payment is credited once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payments.gateway import Begin
from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Callback, Company, Message, State, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.payments.audits import provider_accounts_match_top_ups
from wenlan.payments.checking import payment_check
from wenlan.payments.models import TopUp

STEPS = [
    "pay",
    "refuse",
    "tell",
    "tell",
    "tell again",
    "forge",
    "play an old one",
    "lie",
    "ask",
    "fall",
    "rise",
]
TWISTS = {
    "forge": Callback.FORGED,
    "play an old one": Callback.OLD,
    "lie": Callback.WRONG_AMOUNT,
}


@dataclass
class Story:
    """One payment, and what must be true of it so far: it is credited once we were told, or have asked."""

    gateway: Gateway
    company: Company
    top_up: TopUp
    untold: list[Message] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    is_credited: bool = False
    is_failed: bool = False

    def do(self, step: str) -> None:
        match step:
            case "pay":
                self.gateway.pay(self.company, self.top_up.reference, Callback.HELD)
                self.untold.append(self.gateway.books.messages[-1])
            case "refuse":
                if self._payment_state() == State.OPEN:
                    self.gateway.refuse(self.company, self.top_up.reference, Callback.HELD)
                    self.untold.append(self.gateway.books.messages[-1])
            case "tell" if self.untold:
                self._tell(self.untold.pop())  # the last first
            case "tell again" if self.told:
                self._tell(self.told[0])
            case "ask":
                self._ask()
            case "fall":
                self.gateway.books.troubles[self.company] = Trouble.DOWN
            case "rise":
                self.gateway.books.troubles.clear()
            case _ if step in TWISTS:
                payment = self.gateway.payment(self.company, self.top_up.reference)
                self._post(Message(payment, is_paid=True, twist=TWISTS[step]))

    def _payment_state(self) -> State:
        return self.gateway.payment(self.company, self.top_up.reference).state

    def _tell(self, message: Message) -> None:
        self.told.append(message)
        self._post(message)
        if message.is_paid:
            self.is_credited = True
        else:
            self.is_failed = True

    def _ask(self) -> None:
        is_up = not self.gateway.books.troubles
        was_open = not (self.is_credited or self.is_failed)
        payment_check(top_up_id=self.top_up.pk)
        if is_up and was_open:
            self.is_credited = self._payment_state() == State.PAID
            self.is_failed = self._payment_state() == State.REFUSED and self.company != Company.STRIPE

    def _post(self, message: Message) -> None:
        headers, body = self.gateway.companies[self.company].message(message)
        content_type = headers.pop("Content-Type")
        Client().post(f"/pay/{self.company}/notify/", body, content_type=content_type, headers=headers)


@pytest.fixture
def stories(companies: Gateway, company: Company, begin: Begin) -> Any:
    def make() -> Story:
        companies.books.troubles.clear()
        return Story(companies, company, begin())

    return make


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=12))
def test_a_payment_is_credited_once_or_not_at_all(stories: Any, bob: User, steps: list[str]) -> None:
    before = wallet_balance_minor(bob)
    story: Story = stories()
    for step in steps:
        story.do(step)
        assert wallet_balance_minor(bob) == before + (500 if story.is_credited else 0)
    assert provider_accounts_match_top_ups() == []
    assert verify().is_clean
