"""`wenlan serve`: the web server."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wenlan.core.environment import is_loopback

REQUEST_SECONDS = 120
KEEP_ALIVE_SECONDS = 15


class Command(BaseCommand):
    help = "Run the web server. It becomes gunicorn: threads, because uploads and downloads are slow."
    requires_system_checks = "__all__"  # a site that must not be open to readers does not start

    def add_arguments(self, parser: ArgumentParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="(default: %(default)s)")
        parser.add_argument(
            "--workers", type=int, default=min(cores, 4), help="processes (default: %(default)s)"
        )
        parser.add_argument(
            "--threads",
            type=int,
            default=16,
            help="requests each process serves at once; a slow upload takes one (default: %(default)s)",
        )
        parser.add_argument("--access-log", action="store_true", help="write a line for each request")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO and not is_loopback(options["host"]):
            raise CommandError("A demo shows everybody's mail: it listens on this machine alone.")
        arguments = [
            "wenlan.config.wsgi:application",
            f"--bind={options['host']}:{options['port']}",
            f"--workers={options['workers']}",
            f"--threads={options['threads']}",
            "--worker-class=wenlan.web.server.PatientWorker",
            # With threads this is the time a process may be stuck, not the time an upload may take.
            f"--timeout={REQUEST_SECONDS}",
            "--graceful-timeout=30",
            f"--keep-alive={KEEP_ALIVE_SECONDS}",
            "--log-level=warning",
        ]
        if options["access_log"]:
            arguments.append("--access-logfile=-")
        self.stdout.write(f"Listening on http://{options['host']}:{options['port']}")
        self.stdout.flush()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606 - ourselves
