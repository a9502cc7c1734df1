"""The file for the bank and its answer: each payout in one file, each answer once, and no formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.utils.translation import override

from tests.ledger.helpers import give_earnings
from tests.payments.payout_helpers import CARD, DETAILS, ask, sent
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.spreadsheets import UnreadableTable
from wenlan.ledger.selectors import earnings_balance_minor, verify
from wenlan.payments.models import PayoutBatch, new_key
from wenlan.payments.payouts.batches import batch_file, batch_result_apply, payouts_export
from wenlan.payments.payouts.services import payout_account_set, payout_approve, payout_request


@pytest.fixture(autouse=True)
def _earned(alice: User, settings: Any) -> None:
    settings.PAYOUT_SECOND_APPROVAL_MINOR = 0
    give_earnings(alice, 10_000)


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _answer(
    batch: PayoutBatch, *results: tuple[str, str], encoding: str = "utf-8-sig", **changes: str
) -> bytes:
    """The batch's own file with its last columns filled in, one pair for each row."""
    rows = _rows(batch_file(batch))
    for row, (result, reason) in zip(rows[1:], results, strict=True):
        row[7:] = [result, reason]
        row[1] = changes.get("amount", row[1])
        row[0] = changes.get("number", row[0])
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode(encoding)


def _two(alice: User, dave: User) -> PayoutBatch:
    for amount in (2000, 3000):
        payout_approve(operator=dave, payout_id=ask(alice, amount).pk)
    return payouts_export(operator=dave, method="bank")


def test_a_payout_is_in_one_file_only(alice: User, dave: User) -> None:
    batch = _two(alice, dave)
    assert [payout.state for payout in batch.payouts.all()] == ["sent", "sent"]
    with pytest.raises(Conflict):
        payouts_export(operator=dave, method="bank")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_file(alice: User, dave: User) -> None:
    payout_approve(operator=dave, payout_id=ask(alice, 2000).pk)
    at_once(5, lambda _number: payouts_export(operator=dave, method="bank"))
    assert PayoutBatch.objects.count() == 1


def test_what_is_not_approved_or_goes_another_way_is_not_sent(alice: User, dave: User) -> None:
    ask(alice, 2000)
    with pytest.raises(Conflict):
        payouts_export(operator=dave, method="bank")
    with pytest.raises(NotAllowed):
        payouts_export(operator=alice, method="bank")


def test_the_file_is_the_same_each_time(alice: User, dave: User) -> None:
    with override("en"):
        batch = _two(alice, dave)
    first = batch_file(batch)
    batch_result_apply(operator=dave, batch_id=batch.pk, content=_answer(batch, ("paid", ""), ("paid", "")))
    payout_account_set(user=alice, details={**DETAILS, "holder": "Somebody Else"})
    with override("zh-hans"):
        assert batch_file(PayoutBatch.objects.get(pk=batch.pk)) == first
    assert first.startswith(b"\xef\xbb\xbfPayout,Amount")


def test_excel_rounds_no_account_number_and_computes_no_name(alice: User, dave: User) -> None:
    give_earnings(dave, 2000)
    evil = {**DETAILS, "holder": '=HYPERLINK("http://evil.example","Li")', "bank": "+1+1"}
    payout_account_set(user=alice, details=evil)

    payout = payout_request(user=alice, amount_minor=2000, expected_fee_minor=0, key=new_key())
    payout_approve(operator=dave, payout_id=payout.pk)
    row = _rows(batch_file(payouts_export(operator=dave, method="bank")))[1]
    assert row[3].startswith("'=")
    assert row[5] == "'+1+1"
    assert row[4] == "6222 0202 0011 2233 445"
    assert row[4].replace(" ", "") == CARD
    assert row[1] == "20.00"


def test_the_banks_answer_settles_row_by_row_and_twice_changes_nothing(alice: User, dave: User) -> None:
    batch = _two(alice, dave)
    content = _answer(batch, ("成功", ""), ("失败", "账号不存在"))
    result = batch_result_apply(operator=dave, batch_id=batch.pk, content=content)
    assert (result.paid, result.failed, result.known, result.problems) == (1, 1, 0, [])
    assert [payout.state for payout in batch.payouts.order_by("pk")] == ["paid", "failed"]
    assert earnings_balance_minor(alice) == 8000
    again = batch_result_apply(operator=dave, batch_id=batch.pk, content=content)
    assert (again.paid, again.failed, again.known) == (0, 0, 2)
    assert earnings_balance_minor(alice) == 8000
    assert verify().is_clean


def test_a_file_saved_by_chinese_excel_is_read(alice: User, dave: User) -> None:
    batch = _two(alice, dave)
    content = _answer(batch, ("成功", ""), ("失败", "账号不存在"), encoding="gb18030")
    assert batch_result_apply(operator=dave, batch_id=batch.pk, content=content).paid == 1


def test_a_row_without_an_answer_waits(alice: User, dave: User) -> None:
    batch = _two(alice, dave)
    result = batch_result_apply(
        operator=dave, batch_id=batch.pk, content=_answer(batch, ("paid", ""), ("", ""))
    )
    assert (result.paid, result.problems) == (1, [])
    assert batch.payouts.get(state="sent").amount_minor == 3000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "99.00"}, "another amount"),
        ({"amount": "=1+1"}, "another amount"),
        ({"number": "4711"}, "no payout 4711"),
        ({"number": "²"}, "no payout"),
        ({"number": "9" * 30}, "no payout"),
    ],
)
def test_a_row_that_fits_nothing_changes_nothing(
    alice: User, dave: User, change: dict[str, str], words: str
) -> None:
    with override("en"):
        batch = _two(alice, dave)
        content = _answer(batch, ("paid", ""), ("paid", ""), **change)
        result = batch_result_apply(operator=dave, batch_id=batch.pk, content=content)
    assert result.paid == 0
    assert words in result.problems[0]
    assert result.problems[0].startswith("Line 2:")


def test_another_answer_than_before_is_told(alice: User, dave: User) -> None:
    payout = sent(alice, 2000, operator=dave)
    batch = payout.batch
    assert batch is not None
    batch_result_apply(operator=dave, batch_id=batch.pk, content=_answer(batch, ("paid", "")))
    result = batch_result_apply(operator=dave, batch_id=batch.pk, content=_answer(batch, ("failed", "?")))
    assert len(result.problems) == 1
    assert verify().is_clean


def test_a_payout_of_another_batch_is_not_settled_by_this_one(alice: User, dave: User) -> None:
    first, second = sent(alice, 2000, operator=dave), sent(alice, 3000, operator=dave)
    assert first.batch is not None
    assert second.batch is not None
    result = batch_result_apply(
        operator=dave, batch_id=first.batch.pk, content=_answer(second.batch, ("paid", ""))
    )
    assert (result.paid, len(result.problems)) == (0, 1)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00\x01", b"a,b,c\n1,2,3\n", b'"unclosed\n' * 3, b"\0" * 9]
)
def test_what_is_no_answer_is_refused(alice: User, dave: User, content: bytes) -> None:
    batch = _two(alice, dave)
    with pytest.raises(UnreadableTable):
        batch_result_apply(operator=dave, batch_id=batch.pk, content=content)
