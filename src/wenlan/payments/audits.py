"""What `wenlan ledger verify` asks of this room: that the ledger and the payments tell the same story."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from wenlan.ledger.models import Account, Entry
from wenlan.payments.backends import PROVIDERS
from wenlan.payments.models import Refund, TopUp

LISTED = 100


def provider_accounts_are_what_payments_say() -> Iterator[tuple[str, str, str]]:
    """The same for the proof of the ledger: a rule, where, and what was found."""
    for sentence in provider_accounts_match_top_ups():
        yield "provider accounts", "payments", sentence


def provider_accounts_match_top_ups() -> list[str]:
    """A sentence for each payment, refund and entry of a provider's account that the other side does not bear out.

    Each top-up that is paid took its amount out of the account of its provider, each refund put its own back
    (and its reversal took it out again), and nothing else ever moved the account of a provider that this code
    knows. At most a hundred of each.
    """
    return [
        *(
            f"Top-up {reference} is paid with {amount_minor}, and the account of {provider} moved by {moved}."
            for reference, amount_minor, provider, moved in _top_ups_with_another_entry()[:LISTED]
        ),
        *(
            f"Refund {reference} is of {amount_minor}, and the account of {provider} moved by {moved}."
            for reference, amount_minor, provider, moved in _refunds_with_another_entry()[:LISTED]
        ),
        *(
            f"Transfer {each.transfer_id} moves the account of {each.account.name} by {each.amount_minor},"
            " and belongs to no top-up and no refund."
            for each in _entries_of_nobody()[:LISTED]
        ),
    ]


def _moved(path: str, provider: str, currency: str) -> Coalesce:
    """How much the transfer at `path` moved the account of the provider."""
    entries = f"{path}__entries"
    of_provider = Q(
        **{
            f"{entries}__account__kind": Account.Kind.PROVIDER,
            f"{entries}__account__name": F(provider),
            f"{entries}__account__currency": F(currency),
        }
    )
    return Coalesce(Sum(f"{entries}__amount_minor", filter=of_provider), 0)


def _top_ups_with_another_entry() -> QuerySet[TopUp, tuple[str, int, str, int]]:
    paid = TopUp.objects.filter(state=TopUp.State.PAID).order_by("pk")
    moved = paid.annotate(moved=_moved("transfer", "provider", "currency"))
    return moved.exclude(moved=-F("amount_minor")).values_list(
        "reference", "amount_minor", "provider", "moved"
    )


def _refunds_with_another_entry() -> QuerySet[Refund, tuple[str, int, str, int]]:
    refunds = Refund.objects.order_by("pk")
    moved = refunds.annotate(moved=_moved("transfer", "top_up__provider", "top_up__currency"))
    return moved.exclude(moved=F("amount_minor")).values_list(
        "reference", "amount_minor", "top_up__provider", "moved"
    )


def _entries_of_nobody() -> QuerySet[Entry]:
    transfer = OuterRef("transfer_id")
    known = (
        Exists(TopUp.objects.filter(transfer_id=transfer))
        | Exists(Refund.objects.filter(transfer_id=transfer))
        | Exists(Refund.objects.filter(reversal_id=transfer))
    )
    entries = Entry.objects.filter(
        account__kind=Account.Kind.PROVIDER, account__name__in=PROVIDERS
    ).select_related("account")
    return entries.filter(~known).order_by("pk")
