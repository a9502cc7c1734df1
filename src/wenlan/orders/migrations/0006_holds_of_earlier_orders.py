from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def holds_note(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was sold until now was paid in full, without a discount, and was free at once."""
    orders = apps.get_model("orders", "Order").objects
    orders.update(list_minor=F("price_minor"))
    orders.filter(state__in=["paid", "refunded"]).update(release_at=F("paid_at"), released_at=F("paid_at"))
    orders.filter(state="refunded").update(refunded_minor=F("price_minor"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_holds_and_refunds")]

    operations = [migrations.RunPython(holds_note, migrations.RunPython.noop)]
