from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def sellers_note(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Who sold is who got the money; the document's author where all of it was the house's."""
    Order = apps.get_model("orders", "Order")
    Entry = apps.get_model("ledger", "Entry")
    Document = apps.get_model("documents", "Document")
    earned = Entry.objects.filter(transfer=OuterRef("transfer"), account__kind="earnings")
    authors = Document.objects.filter(pk=OuterRef("document"))
    Order.objects.filter(seller=None).update(
        seller=Coalesce(
            Subquery(earned.order_by().values("account__owner")[:1]), Subquery(authors.values("author")[:1])
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("ledger", "0001_initial"),
        ("orders", "0002_order_seller"),
    ]

    operations = [migrations.RunPython(sellers_note, migrations.RunPython.noop)]
