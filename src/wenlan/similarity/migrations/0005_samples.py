from __future__ import annotations

import sys
from array import array
from collections.abc import Callable

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEY_SAMPLINGS = 4, 8, 16
KEYS_ENOUGH = 180
TABLE = "similarity_mark"
WITHOUT_ROWID = " WITHOUT ROWID"


def marks_gathered(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """All marks of each text in one piece, and a row only for those it is looked up by from now on."""
    Fingerprint = apps.get_model("similarity", "Fingerprint")
    Sample = apps.get_model("similarity", "Sample")
    with schema_editor.connection.cursor() as cursor:
        for number in list(Fingerprint.objects.values_list("pk", flat=True)):
            cursor.execute(f"SELECT value FROM {TABLE} WHERE fingerprint_id = %s", [number])  # noqa: S608 (a name of our own)
            marks = [value for (value,) in cursor.fetchall()]
            if marks:
                Sample.objects.create(fingerprint_id=number, packed=_packed(marks))
                cursor.execute(
                    f"DELETE FROM {TABLE} WHERE fingerprint_id = %s AND (value >> 31) & %s <> 0",  # noqa: S608
                    [number, _key_sampling(marks) - 1],
                )


def _packed(marks: list[int]) -> bytes:
    numbers = array("I", sorted({mark >> 31 for mark in marks}))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _key_sampling(marks: list[int]) -> int:
    for sampling in KEY_SAMPLINGS:
        if sum(not mark >> 31 & sampling - 1 for mark in marks) <= KEYS_ENOUGH:
            return sampling
    return KEY_SAMPLINGS[-1]


def keys_made(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The bits that choose a mark come first, so that those only short texts have are together."""
    schema_editor.execute(
        f"UPDATE {TABLE} SET value = (((value >> 31) & 15) << 59) | ((value >> 35) << 31) | (value & 2147483647)"  # noqa: S608
    )


def marks_made(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As before; those that were left out do not come back, so that fewer copies are found."""
    schema_editor.execute(
        f"UPDATE {TABLE} SET value = (((value >> 31) & 268435455) << 35) | ((value >> 59) << 31) | (value & 2147483647)"  # noqa: S608
    )


def table_is_its_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rebuild(schema_editor, lambda sql: sql + WITHOUT_ROWID)


def table_has_an_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _rebuild(schema_editor, lambda sql: sql.removesuffix(WITHOUT_ROWID))


def _rebuild(schema_editor: BaseDatabaseSchemaEditor, changed: Callable[[str], str]) -> None:
    """Make the table anew as SQLite describes it, its description changed; other databases know no such tables."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql > '' ORDER BY type = 'index'", [TABLE]
        )
        (table, *indexes) = [sql for (sql,) in cursor.fetchall()]
    for sql in (
        changed(table.replace(f'"{TABLE}"', f'"new__{TABLE}"', 1)),
        f"INSERT INTO new__{TABLE} SELECT value, fingerprint_id FROM {TABLE} ORDER BY value, fingerprint_id",  # noqa: S608
        f"DROP TABLE {TABLE}",
        f"ALTER TABLE new__{TABLE} RENAME TO {TABLE}",
        *indexes,
    ):
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("similarity", "0004_digests")]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "fingerprint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sample",
                        serialize=False,
                        to="similarity.fingerprint",
                        verbose_name="fingerprint",
                    ),
                ),
                ("packed", models.BinaryField(verbose_name="marks")),
            ],
            options={
                "verbose_name": "sample of a text",
                "verbose_name_plural": "samples of texts",
            },
        ),
        migrations.RunPython(marks_gathered, migrations.RunPython.noop),
        migrations.RunPython(keys_made, marks_made),
        migrations.RunPython(table_is_its_index, table_has_an_index),
    ]
