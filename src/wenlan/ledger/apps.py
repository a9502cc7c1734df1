from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "wenlan.ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from wenlan.ledger import checks  # noqa: F401 - registers itself

        post_migrate.connect(_protect, sender=self)


def _protect(*, using: str, **_options: Any) -> None:
    """Put back what a migration or a copy of the tables lost: SQLite drops triggers with a table it rebuilds."""
    from wenlan.ledger.triggers import ACCOUNTS_TABLE, triggers_create

    connection = connections[using]
    if ACCOUNTS_TABLE in connection.introspection.table_names():
        triggers_create(connection)
