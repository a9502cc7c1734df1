"""Payouts: what is earned gets out once, to whom it belongs, and comes back whole when it does not arrive."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.ledger.helpers import give_earnings, owe
from tests.payments.payout_helpers import CARD, DETAILS, ask, sent
from tests.threads import at_once
from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import InvalidAmount
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import balance_minor, debt_minor, earnings_balance_minor, verify
from wenlan.ledger.services import InsufficientFunds
from wenlan.payments.models import Payout, PayoutAccount, masked, new_key
from wenlan.payments.payouts.checks import payout_settings_are_known
from wenlan.payments.payouts.services import (
    DebtFirst,
    FeeChanged,
    NoReason,
    PayoutDetailsMissing,
    payout_account_set,
    payout_approve,
    payout_cancel,
    payout_hold,
    payout_reject,
    payout_request,
    payout_settle_failed,
    payout_settle_paid,
    payout_unhold,
)


@pytest.fixture(autouse=True)
def _earned(alice: User, settings: Any) -> None:
    settings.PAYOUT_MIN_MINOR = 1000
    settings.PAYOUT_SECOND_APPROVAL_MINOR = 5000
    give_earnings(alice, 10_000)


@pytest.fixture
def erin(db: None) -> User:
    return User.objects.create_user("erin@example.com", is_staff=True)


def _under_way(user: User) -> int:
    return balance_minor(user=user, kind=Account.Kind.PAYOUT)


def test_what_is_asked_for_is_set_aside(alice: User) -> None:
    payout = ask(alice, 3000)
    assert payout.state == "requested"
    assert (earnings_balance_minor(alice), _under_way(alice)) == (7000, 3000)
    assert verify().is_clean


def test_a_payout_on_its_whole_way_leaves_the_fee_with_the_house(
    alice: User, dave: User, settings: Any
) -> None:
    settings.PAYOUT_FEE_MINOR, settings.PAYOUT_FEE_BASIS_POINTS = 100, 50
    payout = sent(alice, 4000, operator=dave)
    assert (payout.fee_minor, payout.arrives_minor) == (120, 3880)
    payout_settle_paid(operator=dave, payout_id=payout.pk)
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert (earnings_balance_minor(alice), _under_way(alice)) == (6000, 0)
    assert Account.objects.get(name="payout_fees").balance_minor == 120
    assert Account.objects.get(name="payout_bank").balance_minor == 3880
    assert verify().is_clean
    assert "¥38.80" in OutgoingMail.objects.latest("pk").body
    assert [event.kind for event in payout.events.all()] == ["requested", "approved", "sent", "paid"]


def test_paid_twice_is_paid_once(alice: User, dave: User) -> None:
    payout = sent(alice, 4000, operator=dave)
    first = payout_settle_paid(operator=dave, payout_id=payout.pk)
    assert payout_settle_paid(operator=dave, payout_id=payout.pk).settled_at == first.settled_at
    with pytest.raises(Conflict):
        payout_settle_failed(operator=dave, payout_id=payout.pk, reason="Too late")
    assert Account.objects.get(name="payout_bank").balance_minor == 4000
    assert verify().is_clean


def test_a_form_that_is_sent_twice_asks_once(alice: User) -> None:
    key = new_key()
    assert ask(alice, 3000, key=key) == ask(alice, 3000, key=key)
    assert earnings_balance_minor(alice) == 7000


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_take_no_more_than_there_is(alice: User) -> None:
    payout_account_set(user=alice, details=DETAILS)

    def request(_number: int) -> Payout:
        return payout_request(user=alice, amount_minor=3000, expected_fee_minor=0, key=new_key())

    outcomes = at_once(10, request)
    assert sum(isinstance(outcome, Payout) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, InsufficientFunds) for outcome in outcomes) == 7
    assert (earnings_balance_minor(alice), _under_way(alice)) == (1000, 9000)
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_ask_once(alice: User) -> None:
    payout_account_set(user=alice, details=DETAILS)
    key = new_key()

    def request(_number: int) -> Payout:
        return payout_request(user=alice, amount_minor=3000, expected_fee_minor=0, key=key)

    assert len({outcome.pk for outcome in at_once(10, request) if isinstance(outcome, Payout)}) == 1
    assert (Payout.objects.count(), earnings_balance_minor(alice)) == (1, 7000)


@pytest.mark.parametrize("amount_minor", [-5, 0, 999])
def test_less_than_the_minimum_is_not_paid_out(alice: User, amount_minor: int) -> None:
    with pytest.raises(InvalidAmount, match=r"¥10\.00"):
        ask(alice, amount_minor)
    assert not Payout.objects.exists()


def test_a_fee_that_eats_everything_is_no_payout(alice: User, settings: Any) -> None:
    settings.PAYOUT_FEE_MINOR = 2000
    with pytest.raises(InvalidAmount):
        ask(alice, 2000)


def test_more_than_is_free_is_refused(alice: User) -> None:
    with pytest.raises(InsufficientFunds, match=r"¥0\.01"):
        ask(alice, 10_001)
    assert (earnings_balance_minor(alice), Payout.objects.count()) == (10_000, 0)


def test_a_fee_that_has_changed_asks_again(alice: User, settings: Any) -> None:
    payout_account_set(user=alice, details=DETAILS)
    settings.PAYOUT_FEE_MINOR = 100
    with pytest.raises(FeeChanged):
        payout_request(user=alice, amount_minor=3000, expected_fee_minor=0, key=new_key())
    assert earnings_balance_minor(alice) == 10_000


def test_a_debt_is_paid_off_first(alice: User) -> None:
    owe(alice, 500)
    with pytest.raises(DebtFirst, match=r"¥5\.00"):
        ask(alice, 3000)
    assert earnings_balance_minor(alice) == 10_000


def test_without_the_details_that_the_house_needs_nothing_is_paid(alice: User, settings: Any) -> None:
    with pytest.raises(PayoutDetailsMissing):
        payout_request(user=alice, amount_minor=3000, expected_fee_minor=0, key=new_key())
    settings.PAYOUT_IDENTITY = ["identity_number"]
    with pytest.raises(PayoutDetailsMissing):
        ask(alice, 3000)


def test_a_payout_goes_where_it_was_asked_to_go(alice: User) -> None:
    payout = ask(alice, 3000)
    payout_account_set(user=alice, details={**DETAILS, "number": "6222020200999999999"})
    payout.refresh_from_db()
    assert payout.account.number == CARD
    assert PayoutAccount.objects.get(owner=alice, replaced_at=None).masked_number == "•••• 9999"


def test_who_changes_where_the_money_goes_is_told_by_mail(alice: User) -> None:
    payout_account_set(user=alice, details=DETAILS)
    payout_account_set(user=alice, details=DETAILS)
    mail = OutgoingMail.objects.get(to=alice.email)
    assert "3445" in mail.body
    assert CARD not in mail.body


@pytest.mark.parametrize(("number", "shown"), [(CARD, "•••• 3445"), ("1234567", "•••• 7"), ("", "")])
def test_of_a_number_only_the_end_is_shown(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_its_author_cancels_what_is_not_sent(alice: User, dave: User) -> None:
    payout = ask(alice, 3000)
    payout_approve(operator=dave, payout_id=payout.pk)
    payout_cancel(user=alice, payout_id=payout.pk)
    assert payout_cancel(user=alice, payout_id=payout.pk).state == "cancelled"
    assert (earnings_balance_minor(alice), _under_way(alice)) == (10_000, 0)
    assert verify().is_clean


def test_what_is_with_the_bank_is_not_cancelled(alice: User, dave: User) -> None:
    payout = sent(alice, 3000, operator=dave)
    with pytest.raises(Conflict):
        payout_cancel(user=alice, payout_id=payout.pk)
    assert _under_way(alice) == 3000


def test_nobody_cancels_the_payout_of_another(alice: User, mallory: User) -> None:
    payout = ask(alice, 3000)
    with pytest.raises(NotAllowed):
        payout_cancel(user=mallory, payout_id=payout.pk)


def test_a_rejected_payout_says_why_and_the_money_is_free(alice: User, dave: User) -> None:
    payout = ask(alice, 3000)
    with pytest.raises(NoReason):
        payout_reject(operator=dave, payout_id=payout.pk, reason=" ​ ")
    payout_reject(operator=dave, payout_id=payout.pk, reason="The name is another one.")
    assert earnings_balance_minor(alice) == 10_000
    assert "The name is another one." in OutgoingMail.objects.latest("pk").body
    with pytest.raises(Conflict):
        payout_approve(operator=dave, payout_id=payout.pk)
    assert verify().is_clean


def test_what_comes_back_pays_off_what_is_owed_by_then(alice: User, dave: User) -> None:
    payout = sent(alice, 3000, operator=dave)
    owe(alice, 1200)
    payout_settle_failed(operator=dave, payout_id=payout.pk, reason="账号有误")
    assert (earnings_balance_minor(alice), debt_minor(alice), _under_way(alice)) == (8800, 0, 0)
    assert "账号有误" in OutgoingMail.objects.latest("pk").body
    assert verify().is_clean


def test_above_the_limit_another_person_approves_too(alice: User, dave: User, erin: User) -> None:
    payout = ask(alice, 5001)
    assert payout_approve(operator=dave, payout_id=payout.pk).state == "seconding"
    with pytest.raises(NotAllowed):
        payout_approve(operator=dave, payout_id=payout.pk)
    assert payout_approve(operator=erin, payout_id=payout.pk).state == "approved"
    assert [event.by for event in payout.events.all()] == [alice, dave, erin]


def test_at_the_limit_one_person_is_enough(alice: User, dave: User) -> None:
    assert payout_approve(operator=dave, payout_id=ask(alice, 5000).pk).state == "approved"


def test_a_house_of_one_person_asks_for_no_second(alice: User, dave: User, settings: Any) -> None:
    settings.PAYOUT_SECOND_APPROVAL_MINOR = 0
    assert payout_approve(operator=dave, payout_id=ask(alice, 10_000).pk).state == "approved"


def test_nobody_decides_about_their_own_payout(dave: User) -> None:
    give_earnings(dave, 3000)
    payout = ask(dave, 3000)
    with pytest.raises(NotAllowed):
        payout_approve(operator=dave, payout_id=payout.pk)
    with pytest.raises(NotAllowed):
        payout_hold(operator=dave, payout_id=payout.pk, reason="?", days=1)


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "mallory"])
def test_only_operators_decide(alice: User, who: str, request: Any) -> None:
    person = request.getfixturevalue(who)
    payout = ask(alice, 3000)
    for decide in (payout_approve, payout_unhold, payout_settle_paid):
        with pytest.raises(NotAllowed):
            decide(operator=person, payout_id=payout.pk)
    with pytest.raises(NotAllowed):
        payout_reject(operator=person, payout_id=payout.pk, reason="?")


def test_a_held_payout_says_why_and_until_when(alice: User, dave: User) -> None:
    payout = ask(alice, 3000)
    payout_approve(operator=dave, payout_id=payout.pk)
    held = payout_hold(operator=dave, payout_id=payout.pk, reason="Three complaints at once", days=5)
    assert held.is_held
    mail = OutgoingMail.objects.latest("pk").body
    assert "Three complaints at once" in mail
    assert timezone.localtime(held.held_until).strftime("%Y-%m-%d") in mail
    with pytest.raises(Conflict):
        payout_approve(operator=dave, payout_id=payout.pk)
    payout_unhold(operator=dave, payout_id=payout.pk)
    assert payout_approve(operator=dave, payout_id=payout.pk).state == "approved"


def test_when_its_time_is_over_a_hold_ends_by_itself(alice: User, dave: User) -> None:
    payout = ask(alice, 3000)
    payout_hold(operator=dave, payout_id=payout.pk, reason="?", days=5)
    Payout.objects.update(held_until=timezone.now())
    assert payout_approve(operator=dave, payout_id=payout.pk).reason == ""


def test_the_database_keeps_no_payout_that_is_settled_without_its_money(alice: User) -> None:
    payout = ask(alice, 3000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state="paid")


def test_verify_finds_a_payout_that_the_ledger_does_not_know(alice: User) -> None:
    payout = ask(alice, 3000)
    Payout.objects.filter(pk=payout.pk).update(amount_minor=2000)
    assert "3000 under way, payouts say 2000" in str(verify().discrepancies[0])


def test_an_unknown_way_is_told_at_start(settings: Any) -> None:
    settings.PAYOUT_METHODS = ["bank", "pigeon"]
    assert [message.id for message in payout_settings_are_known()] == ["wenlan.payments.E011"]
