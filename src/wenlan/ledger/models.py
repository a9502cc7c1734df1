"""Accounts, transfers between them, and the entries a transfer consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.ledger.chain import account_digest

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


AccountKey = tuple[str, int | None, str, str]
"""What tells an account from every other: kind, owner, name, currency."""


class Account(models.Model):
    """Where money is: a person's or the house's, in one currency.

    `balance_minor` is the sum of the account's entries, kept beside them so that a balance costs one row;
    `ledger verify` proves that the two agree. `digest` is that of its last entry. A provider's account is the world outside: money that came in
    through it makes it negative, so that all balances together are zero.

    What a person earns goes its way through accounts of theirs: `held` until the time for complaints is over,
    then `earnings`, which they can take out, by way of `payout` while that is under way. `debt` is what they owe
    the house because something was refunded that they had taken out already: it is never above zero.
    """

    class Kind(models.TextChoices):
        WALLET = "wallet", _("Wallet")
        HELD = "held", _("Held earnings")
        EARNINGS = "earnings", _("Earnings")
        PAYOUT = "payout", _("Payout under way")
        DEBT = "debt", _("Debt")
        HOUSE = "house", _("House")
        PROVIDER = "provider", _("Payment provider")

    #: Kinds that belong to a person; the others belong to the house and are told apart by their name.
    OWNED_KINDS: ClassVar[tuple[str, ...]] = (Kind.WALLET, Kind.HELD, Kind.EARNINGS, Kind.PAYOUT, Kind.DEBT)
    #: Kinds that may owe: those that stand for the world outside, and what a person owes the house.
    NEGATIVE_KINDS: ClassVar[tuple[str, ...]] = (Kind.PROVIDER, Kind.DEBT)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger_accounts",
    )
    name = models.CharField(_("name"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    balance_minor = models.BigIntegerField(_("balance in minor units"), default=0)
    may_be_negative = models.BooleanField(_("may be negative"), default=False)
    digest = models.CharField(_("hash"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)

    entries: RelatedManager[Entry]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "currency"],
                condition=Q(owner__isnull=False),
                name="ledger_account_one_per_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "currency", "name"],
                condition=Q(owner__isnull=True),
                name="ledger_account_one_per_name",
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0) | Q(may_be_negative=True),
                name="ledger_account_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["house", "provider"], owner__isnull=True)
                | (~Q(kind__in=["house", "provider"]) & Q(owner__isnull=False)),
                name="ledger_account_owner_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        whose = self.name if self.owner_id is None else str(self.owner_id)
        return f"{self.kind}:{whose}:{self.currency}"

    @property
    def key(self) -> AccountKey:
        return (str(self.kind), self.owner_id, self.name, self.currency)

    @property
    def head(self) -> str:
        """The digest that the account's next entry follows."""
        return self.digest or account_digest(
            account_id=self.pk,
            kind=self.kind,
            owner_id=self.owner_id,
            name=self.name,
            currency=self.currency,
        )

    @property
    @display(description=_("balance"))
    def balance(self) -> str:
        return format_money(self.balance_minor, self.currency)


class Transfer(models.Model):
    """Money that moved, once and for good: its entries sum to zero and are never changed.

    `reason_key` names why it moved; there is at most one transfer for a reason. `cause` refers to the row
    that made it move (`order:12`), `description` says it in words such as a document's title.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", _("Top-up")
        SALE = "sale", pgettext_lazy("transfer", "Sale")
        RELEASE = "release", _("Release")
        REFUND = "refund", _("Refund")
        REPAYMENT = "repayment", _("Paid back through the provider")
        PAYOUT = "payout", _("Payout")
        PAYOUT_RETURN = "payout_return", _("Payout that did not happen")
        PAYOUT_DONE = "payout_done", _("Payout done")
        MEMBERSHIP = "membership", _("Membership")
        POOL_SHARE = "pool_share", _("Share of the members' pool")

    reason_key = models.CharField(_("reason"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    description = models.CharField(_("in words"), max_length=255)
    cause = models.CharField(_("cause"), max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(_("posted"), default=timezone.now, editable=False)

    entries: RelatedManager[Entry]

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason_key=""), name="ledger_transfer_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reason_key

    @property
    def cause_kind(self) -> str:
        """`order` of `order:12`; empty when there is no cause."""
        return self.cause.partition(":")[0]

    @property
    def cause_id(self) -> int | None:
        """`12` of `order:12`."""
        number = self.cause.partition(":")[2]
        return int(number) if number.isdecimal() else None


class Entry(models.Model):
    """One account's part in a transfer, and what was in the account afterwards.

    Entries of one account follow each other in the order of their ids: they are written while the account
    is locked, before their transfer, which closes them. Each has a `digest` of itself and the one before it
    (see `ledger.chain`).
    """

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="entries"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="entries"
    )
    amount_minor = models.BigIntegerField(_("amount in minor units"))
    balance_after_minor = models.BigIntegerField(_("balance afterwards"))
    digest = models.CharField(_("hash"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="ledger_entries_of_account")]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_entry_one_per_account"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_entry_moves_something"),
            models.CheckConstraint(condition=~Q(digest=""), name="ledger_entry_is_chained"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.account_id}: {self.amount_minor:+d}"

    @property
    @display(description=_("amount"))
    def amount(self) -> str:
        return format_money(self.amount_minor, self.account.currency)

    @property
    @display(description=_("balance after"))
    def balance_after(self) -> str:
        return format_money(self.balance_after_minor, self.account.currency)

    @property
    def summary(self) -> str:
        """What happened, in words for the account's owner."""
        about = {"what": self.transfer.description}
        match self.transfer.kind, self.account.kind:
            case Transfer.Kind.TOP_UP, _account:
                return gettext("Topped up")
            case Transfer.Kind.SALE, Account.Kind.WALLET:
                return gettext("Bought “%(what)s”") % about
            case Transfer.Kind.SALE, Account.Kind.HELD | Account.Kind.EARNINGS:
                return gettext("Sold “%(what)s”") % about
            case Transfer.Kind.SALE, Account.Kind.HOUSE:
                return gettext("House fee for “%(what)s”") % about
            case Transfer.Kind.RELEASE, Account.Kind.DEBT:
                return gettext("Debt paid off with “%(what)s”") % about
            case Transfer.Kind.RELEASE, _account:
                return gettext("Free since the time for complaints is over: “%(what)s”") % about
            case Transfer.Kind.PAYOUT, _account:
                return gettext("Payout %(what)s asked for") % about
            case Transfer.Kind.PAYOUT_RETURN, Account.Kind.DEBT:
                return gettext("Debt paid off with the payout %(what)s that did not happen") % about
            case Transfer.Kind.PAYOUT_RETURN, _account:
                return gettext("Payout %(what)s did not happen") % about
            case Transfer.Kind.PAYOUT_DONE, Account.Kind.HOUSE:
                return gettext("Fee of the payout %(what)s") % about
            case Transfer.Kind.PAYOUT_DONE, _account:
                return gettext("Payout %(what)s paid out") % about
            case Transfer.Kind.REFUND, _account:
                return gettext("Refund of “%(what)s”") % about
            case Transfer.Kind.MEMBERSHIP, _account:
                return gettext("Membership “%(what)s”") % about
            case Transfer.Kind.POOL_SHARE, _account:
                return gettext("Share of the members' pool, “%(what)s”") % about
        return self.transfer.description


class Audit(models.Model):
    """A night in which the whole ledger was verified, and what was found.

    ::

        started ──verified──► finished, with so many discrepancies
           └──its worker was killed──► begun anew some hours later, else the next night
    """

    day = models.DateField(_("night"), unique=True)
    started_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    account_count = models.PositiveBigIntegerField(_("accounts"), default=0)
    transfer_count = models.PositiveBigIntegerField(_("transfers"), default=0)
    entry_count = models.PositiveBigIntegerField(_("entries"), default=0)
    discrepancy_count = models.PositiveBigIntegerField(_("discrepancies"), default=0)
    discrepancies = models.TextField(_("what does not add up"), blank=True)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)

    @property
    @display(description=_("adds up"), boolean=True)
    def adds_up(self) -> bool | None:
        """None as long as nobody knows."""
        return None if self.finished_at is None else self.discrepancy_count == 0
