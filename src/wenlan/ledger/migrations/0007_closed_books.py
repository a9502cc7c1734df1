"""Let the database refuse entries that do not continue their account, and transfers that do not add up."""

from django.db import migrations, models

from wenlan.ledger.triggers import triggers_create, triggers_drop


def create(apps, schema_editor):
    triggers_create(schema_editor.connection)


def drop(apps, schema_editor):
    triggers_drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_digests_of_earlier_entries")]

    operations = [
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest", ""), _negated=True), name="ledger_entry_is_chained"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
