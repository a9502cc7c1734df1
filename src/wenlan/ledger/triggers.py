"""The database itself keeps the books: it refuses what no bookkeeper does, whoever asks.

- What was posted, transfers and entries, is neither changed nor deleted.
- Entries come before their transfer, whose insertion closes it: by then they are two or more, of one currency, and
  sum to zero. Later there is none to add.
- An entry follows its account's last one: the balance after it is the balance before it and its amount. It
  takes the account along, by comparing and setting in one statement: of two that were worked out from the same
  balance, by whoever took no lock, the second is refused.
- An account has the balance and the digest of its last entry, and stays whose and what it is.

Each of them reads rows by an index. Written as functions so that a later migration which rebuilds one of the tables
(SQLite drops the triggers with the old table) can put them back, and `verify` can tell when they are missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

PROTECTED_TABLES = ("ledger_transfer", "ledger_entry")
ACCOUNTS_TABLE = "ledger_account"
_REFUSAL = "what was posted to the ledger is never changed"


class _Trigger(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def table(self) -> str: ...
    def sqlite(self) -> list[str]: ...
    def postgresql(self) -> list[str]: ...


@dataclass(frozen=True)
class _Never:
    """Refuses a verb on a table."""

    table: str
    verb: str

    @property
    def name(self) -> str:
        return f"{self.table}_no_{self.verb}"

    def sqlite(self) -> list[str]:
        return [
            (
                f"CREATE TRIGGER IF NOT EXISTS {self.name} BEFORE {self.verb} ON {self.table}"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        ]

    def postgresql(self) -> list[str]:
        level = "STATEMENT" if self.verb == "truncate" else "ROW"
        return [
            _function("ledger_refuse", _refusal(_REFUSAL)),
            (
                f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.verb} ON {self.table}"
                f" FOR EACH {level} EXECUTE FUNCTION ledger_refuse()"
            ),
        ]


@dataclass(frozen=True)
class _Rule:
    """Refuses rows for which one of the conditions holds, then does what follows.

    Conditions are pairs of SQL that both databases understand, and what is said. `moment` is such as
    `AFTER INSERT`, `follows` a statement or nothing.
    """

    name: str
    table: str
    moment: str
    conditions: tuple[tuple[str, str], ...]
    follows: str = ""

    def sqlite(self) -> list[str]:
        steps = [f"SELECT RAISE(ABORT, '{said}') WHERE {condition};" for condition, said in self.conditions]
        if self.follows:
            steps.append(f"{self.follows};")
        return [
            f"CREATE TRIGGER IF NOT EXISTS {self.name} {self.moment} ON {self.table} BEGIN {' '.join(steps)} END"
        ]

    def postgresql(self) -> list[str]:
        steps = [f"IF {condition} THEN {_refusal(said)} END IF;" for condition, said in self.conditions]
        if self.follows:
            # Under a lock of the row, and again by what its last writer left there.
            steps.append(f"{self.follows}; IF NOT FOUND THEN {_refusal(_NOT_THE_NEXT)} END IF;")
        steps.append("RETURN OLD;" if "DELETE" in self.moment else "RETURN NEW;")
        return [
            _function(self.name, " ".join(steps)),
            (
                f"CREATE OR REPLACE TRIGGER {self.name} {self.moment} ON {self.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {self.name}()"
            ),
        ]


def _refusal(said: str) -> str:
    return f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';"


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


_NOT_THE_NEXT = "an entry continues the balance of its account"
_LAST_ENTRY = "(SELECT {column} FROM ledger_entry WHERE account_id = NEW.id ORDER BY id DESC LIMIT 1)"
_OWN_ENTRIES = "FROM ledger_entry WHERE transfer_id = NEW.id"
_OWN_ACCOUNTS = f"FROM ledger_account WHERE id IN (SELECT account_id {_OWN_ENTRIES})"
_IDENTITY = ("id", "kind", "owner_id", "name", "currency", "may_be_negative")

_RULES = (
    _Rule(
        "ledger_entry_follows",
        "ledger_entry",
        "AFTER INSERT",
        (
            (
                "EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.transfer_id)",
                "a transfer that was closed gets no more entries",
            ),
            (
                (
                    "NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.account_id"
                    " AND balance_minor + NEW.amount_minor = NEW.balance_after_minor)"
                ),
                _NOT_THE_NEXT,
            ),
        ),
        follows=(
            "UPDATE ledger_account SET balance_minor = NEW.balance_after_minor, digest = NEW.digest"
            " WHERE id = NEW.account_id AND balance_minor + NEW.amount_minor = NEW.balance_after_minor"
        ),
    ),
    _Rule(
        "ledger_transfer_closes",
        "ledger_transfer",
        "BEFORE INSERT",
        (
            (
                f"(SELECT count(*) {_OWN_ENTRIES}) < 2",
                "a transfer has two entries or more before it is closed",
            ),
            (f"(SELECT sum(amount_minor) {_OWN_ENTRIES}) <> 0", "a transfer sums to zero"),
            (
                f"(SELECT count(DISTINCT currency) {_OWN_ACCOUNTS}) <> 1",
                "a transfer stays within one currency",
            ),
        ),
    ),
    _Rule(
        "ledger_account_opens_empty",
        "ledger_account",
        "BEFORE INSERT",
        (("NEW.balance_minor <> 0 OR NEW.digest <> ''", "an account is opened empty"),),
    ),
    _Rule(
        "ledger_account_says_its_entries",
        "ledger_account",
        "BEFORE UPDATE",
        (
            (
                " OR ".join(
                    f"COALESCE(NEW.{c}, 0) <> COALESCE(OLD.{c}, 0)"
                    if c == "owner_id"
                    else f"NEW.{c} <> OLD.{c}"
                    for c in _IDENTITY
                ),
                "an account stays whose and what it is",
            ),
            (
                (
                    f"NEW.balance_minor <> COALESCE({_LAST_ENTRY.format(column='balance_after_minor')}, 0)"
                    f" OR NEW.digest <> COALESCE({_LAST_ENTRY.format(column='digest')}, '')"
                ),
                "an account says what its last entry says",
            ),
        ),
    ),
    _Rule(
        "ledger_account_is_kept",
        "ledger_account",
        "BEFORE DELETE",
        (("EXISTS (SELECT 1 FROM ledger_entry WHERE account_id = OLD.id)", _REFUSAL),),
    ),
)
_DIGEST_COLUMN = "digest"


def _append_only(connection: BaseDatabaseWrapper) -> list[_Trigger]:
    verbs = ("update", "delete") if connection.vendor == "sqlite" else ("update", "delete", "truncate")
    return [_Never(table, verb) for table in PROTECTED_TABLES for verb in verbs]


def trigger_names(connection: BaseDatabaseWrapper) -> list[str]:
    """Every trigger that must exist."""
    return [trigger.name for trigger in (*_append_only(connection), *_RULES)]


def triggers_create(connection: BaseDatabaseWrapper) -> None:
    """Let the database keep the books; a second call changes nothing.

    An early migration calls this when accounts have no digest yet: until they have, tables are append-only, and
    that is all.
    """
    with connection.cursor() as cursor:
        wanted = _append_only(connection)
        if _has_digests(connection, cursor):
            wanted.extend(_RULES)
        for trigger in wanted:
            for statement in trigger.sqlite() if connection.vendor == "sqlite" else trigger.postgresql():
                cursor.execute(statement)


def _has_digests(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> bool:
    columns = connection.introspection.get_table_description(cursor, ACCOUNTS_TABLE)
    return any(column.name == _DIGEST_COLUMN for column in columns)


def triggers_drop(connection: BaseDatabaseWrapper) -> None:
    """Undo `triggers_create`."""
    with connection.cursor() as cursor:
        for trigger in (*_append_only(connection), *_RULES):
            suffix = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{suffix}")
        if connection.vendor == "postgresql":
            for name in ("ledger_refuse", *(rule.name for rule in _RULES)):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def triggers_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should protect the ledger and do not."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in trigger_names(connection) if name not in present]
