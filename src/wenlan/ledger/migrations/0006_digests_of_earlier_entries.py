"""Chain what was posted before there were digests."""

from django.db import migrations

from wenlan.ledger.chain import account_digest, entry_digest

BATCH = 1000


def digests_make(apps, schema_editor):
    for account in apps.get_model("ledger", "Account").objects.order_by("pk"):
        head = account_digest(
            account_id=account.pk,
            kind=account.kind,
            owner_id=account.owner_id,
            name=account.name,
            currency=account.currency,
        )
        for batch in _batches(apps, account):
            for entry in batch:
                head = entry.digest = _digest(head, entry)
            apps.get_model("ledger", "Entry").objects.bulk_update(batch, ["digest"], batch_size=200)
            account.digest = head
        account.save(update_fields=["digest"])


def _batches(apps, account):
    entries = apps.get_model("ledger", "Entry").objects.select_related("transfer").order_by("pk")
    last = 0
    while batch := list(entries.filter(account=account, pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _digest(head, entry):
    transfer = entry.transfer
    return entry_digest(
        head,
        reason_key=transfer.reason_key,
        kind=transfer.kind,
        description=transfer.description,
        cause=transfer.cause,
        created_at=transfer.created_at,
        account_id=entry.account_id,
        amount_minor=entry.amount_minor,
        balance_after_minor=entry.balance_after_minor,
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_digest")]

    operations = [migrations.RunPython(digests_make, migrations.RunPython.noop)]
