"""What stands in a statement: every movement of a month, between two balances that are the ledger's."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Min, QuerySet, Sum
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.ledger.models import Account, Entry

#: Where the income of a person is, in the order in which it goes its way.
INCOME_KINDS = (Account.Kind.HELD, Account.Kind.EARNINGS, Account.Kind.PAYOUT, Account.Kind.DEBT)


@dataclass(frozen=True)
class Month:
    """A month of the site's time zone."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime.datetime) -> Month:
        local = timezone.localtime(moment, timezone.get_default_timezone())
        return cls(local.year, local.month)

    @property
    def begins_at(self) -> datetime.datetime:
        return datetime.datetime(self.year, self.number, 1, tzinfo=timezone.get_default_timezone())

    @property
    def ends_at(self) -> datetime.datetime:
        """The first moment that does not belong to it."""
        return self.following.begins_at

    @property
    def following(self) -> Month:
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def tax_minor(amount_minor: int) -> int:
    """The tax that an amount includes, rounded down; negative of a negative amount."""
    points = settings.TAX_BASIS_POINTS
    tax = abs(amount_minor) * points // (10_000 + points)
    return tax if amount_minor >= 0 else -tax


@dataclass
class Balances:
    """What was in one account of a person when the month began and when it was over."""

    label: str
    opening_minor: int
    closing_minor: int


@dataclass
class Statement:
    """One month of one person's income: each entry of their accounts, oldest first, between two balances.

    Each balance is the sum of the ledger's entries before that moment, so the opening ones of a month are the closing
    ones of the month before.
    """

    month: Month
    currency: str
    balances: list[Balances] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def opening_minor(self) -> int:
        return sum(balance.opening_minor for balance in self.balances)

    @property
    def closing_minor(self) -> int:
        return sum(balance.closing_minor for balance in self.balances)

    @property
    def is_running(self) -> bool:
        """Whether the month is not over yet."""
        return timezone.now() < self.month.ends_at


def statement_of(*, user: User, month: Month) -> Statement:
    """The statement of `user` for `month`, in the site's currency."""
    entries = _entries(user)
    within = entries.filter(transfer__created_at__gte=month.begins_at, transfer__created_at__lt=month.ends_at)
    statement = Statement(month=month, currency=settings.CURRENCY)
    opening = _sums(entries.filter(transfer__created_at__lt=month.begins_at))
    moved = _sums(within)
    for kind in INCOME_KINDS:
        before = opening.get(kind, 0)
        statement.balances.append(Balances(str(kind.label), before, before + moved.get(kind, 0)))
    statement.entries = list(within.select_related("transfer", "account").order_by("pk"))
    return statement


def _entries(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(
        account__owner=user, account__kind__in=INCOME_KINDS, account__currency=settings.CURRENCY
    )


def _sums(entries: QuerySet[Entry]) -> dict[str, int]:
    return dict(entries.order_by().values_list("account__kind").annotate(Sum("amount_minor")))


def months_of(user: User) -> Iterator[Month]:
    """Every month from the first income of `user` to now, the latest first; none without any."""
    first = _entries(user).aggregate(first=Min("transfer__created_at"))["first"]
    return _months_since(first)


def _months_since(first: datetime.datetime | None) -> Iterator[Month]:
    if first is None:
        return iter(())
    months = [Month.of(first)]
    while months[-1] != Month.of(timezone.now()):
        months.append(months[-1].following)
    return reversed(months)
