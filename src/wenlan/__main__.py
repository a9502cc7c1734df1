"""`wenlan`: the command line."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from wenlan.core.environment import UMASK, ConfigurationError, environment_file_read

USAGE = """Usage: wenlan COMMAND [OPTIONS]

  serve        run the web server
  worker       run the background workers
  import       add the files of a folder to the library
  convert      convert files into preview folders; needs no database
  copies       tell which documents of the library a file copies
  reindex      rebuild the search index
  search       search as a reader does and, with --explain, tell why each hit ranks where it does
  ledger       `ledger verify`: prove that the books balance
  payments     `payments reconcile`: compare the books with the statements of the payment providers
  check        tell what this installation lacks
  setup        bring the database and static files up to date
  manage       any other Django management command

`wenlan COMMAND --help` explains each. The settings are read from the environment, and from the file of
lines NAME=value that WENLAN_ENV_FILE names.
"""

NO_DATA_FOLDER = """\
wenlan: there is no folder `data` here, and WENLAN_DATA_DIR names none. Whose library is meant?
Name the settings of the site in WENLAN_ENV_FILE, or make a new site with `wenlan setup`.
"""

# Names that differ from the Django management command behind them.
COMMANDS = {
    "serve": "serve",
    "worker": "worker",
    "import": "import_documents",
    "copies": "copies",
    "reindex": "reindex",
    "search": "search",
    "ledger": "ledger",
    "payments": "payments",
    "check": "doctor",
    "setup": "setup",
}


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE)
        return 0 if arguments else 2
    command, *rest = arguments
    try:
        if name := os.environ.get("WENLAN_ENV_FILE"):
            environment_file_read(Path(name))
    except ConfigurationError as error:
        sys.stderr.write(f"wenlan: {error}\n")
        return 2
    if command == "convert":
        from wenlan.conversion.engine.cli import main as convert_main

        return convert_main(rest)
    if command != "manage" and command not in COMMANDS:
        sys.stderr.write(f"wenlan: there is no command {command!r}.\n\n{USAGE}")
        return 2
    if command == "setup" or os.environ.get("WENLAN_DATA_DIR") or Path("data").is_dir():
        return _run(command, rest)
    if {"-h", "--help"}.isdisjoint(rest):
        sys.stderr.write(NO_DATA_FOLDER)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WENLAN_DATA_DIR"] = folder  # the settings make theirs, and an explanation needs none
        return _run(command, rest)


def _run(command: str, rest: list[str]) -> int:
    """Let Django run the command; it leaves by SystemExit when that fails."""
    os.umask(UMASK)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
    from django.core.management import execute_from_command_line

    if command == "manage":
        execute_from_command_line(["wenlan manage", *rest])
    else:
        execute_from_command_line(["wenlan", COMMANDS[command], *rest])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
