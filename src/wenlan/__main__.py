"""`wenlan`: the command line."""

from __future__ import annotations

import os
import sys

USAGE = """Usage: wenlan COMMAND [OPTIONS]

  serve        run the web server
  worker       run the background workers
  import       add the files of a folder to the library
  convert      convert files into preview folders; needs no database
  reindex      rebuild the search index
  ledger       `ledger verify`: prove that the books balance
  check        tell what this installation lacks
  setup        bring the database and static files up to date
  manage       any other Django management command

`wenlan COMMAND --help` explains each.
"""

# Names that differ from the Django management command behind them.
COMMANDS = {
    "serve": "serve",
    "worker": "worker",
    "import": "import_documents",
    "reindex": "reindex",
    "ledger": "ledger",
    "check": "doctor",
    "setup": "setup",
}


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE)
        return 0 if arguments else 2
    command, *rest = arguments
    if command == "convert":
        from wenlan.conversion.engine.cli import main as convert_main

        return convert_main(rest)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
    from django.core.management import execute_from_command_line

    if command == "manage":
        execute_from_command_line(["wenlan manage", *rest])
        return 0
    if command not in COMMANDS:
        sys.stderr.write(f"wenlan: there is no command {command!r}.\n\n{USAGE}")
        return 2
    execute_from_command_line(["wenlan", COMMANDS[command], *rest])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
