"""A column for the digest of each entry, and of each account's last one.

SQLite drops the triggers with the tables that it rebuilds; they are back with 0007.
"""

from django.db import migrations, models

from wenlan.ledger.triggers import triggers_create, triggers_drop


def create(apps, schema_editor):
    triggers_create(schema_editor.connection)


def drop(apps, schema_editor):
    triggers_drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_kinds_of_money")]

    operations = [
        migrations.RunPython(drop, create),
        migrations.AddField(
            model_name="account",
            name="digest",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=64, verbose_name="hash"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="entry",
            name="digest",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="hash"),
            preserve_default=False,
        ),
    ]
