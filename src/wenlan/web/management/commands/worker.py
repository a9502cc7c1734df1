"""`wenlan worker`: background work, kept running."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
PRUNE_SECONDS = 3600.0
LOOK_SECONDS = 0.5
POLL_SECONDS = 0.3
"""How long an idle worker process sleeps before it looks for work again."""
GRACE_SECONDS = 10.0
"""How long running work may take to finish after a stop; what is stopped then waits for the next worker."""
KILL_SECONDS = 5.0
HEALTHY_SECONDS = 10.0
RESTART_DELAY_MAX_SECONDS = 30.0

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Command(BaseCommand):
    help = "Run the background workers: conversion, index, mail. Stops with Ctrl-C or SIGTERM."
    requires_system_checks = []  # `wenlan check` runs them all

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--processes",
            type=int,
            default=settings.WORKER_PROCESSES,
            metavar="N",
            help="worker processes that do any work; 0, the default, means as many as this machine has cores. "
            "One more does everything but conversion, so that mail never waits for a long document",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["processes"] or os.cpu_count() or 1
        workers = [WorkerProcess(["--queue-name=*"]) for _ in range(count)]
        workers.append(WorkerProcess(["--queue-name=*", "--exclude-queues=conversion"]))
        self.stdout.write(f"{count} worker processes and one without conversion. Stop them with Ctrl-C.")
        Supervisor(workers, _chores()).run()


@dataclass
class WorkerProcess:
    """One child that takes tasks from the queue, started again whenever it dies."""

    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    delay: float = 0.5

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look_after(self, now: float) -> None:
        """Start the child when it is not running; one that keeps dying is started less and less often."""
        if self.is_running:
            return
        if self.process is not None:
            logger.warning("A worker process ended with status %s; starting another", self.process.returncode)
            lived = now - self.started_at
            self.delay = 0.5 if lived > HEALTHY_SECONDS else min(self.delay * 2, RESTART_DELAY_MAX_SECONDS)
            self.start_after = now + self.delay
            self.process = None
        if now >= self.start_after:
            self.process = _start(self.arguments)
            self.started_at = now

    def send(self, number: int) -> None:
        if self.process is not None and self.is_running:
            self.process.send_signal(number)


@dataclass
class Chore:
    """Something to do every few seconds; its failure is logged and does no harm."""

    work: Callable[[], object]
    every_seconds: float
    next_at: float = 0.0

    def do_if_due(self, now: float) -> None:
        if now < self.next_at:
            return
        self.next_at = now + self.every_seconds
        close_old_connections()
        try:
            self.work()
        except Exception:
            # Whatever it is (a database that restarts, a full disk), the next round may succeed, and the
            # workers must go on.
            logger.exception("A chore of the worker failed")


@dataclass
class Supervisor:
    """Keeps the worker processes alive and does the chores between, until it is told to stop."""

    workers: list[WorkerProcess]
    chores: list[Chore]
    stopping: bool = False
    hurried: bool = field(default=False)

    def run(self) -> None:
        """Return after SIGINT or SIGTERM, once every child has ended; a second signal kills them at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)
        while not self.stopping:
            now = time.monotonic()
            for worker in self.workers:
                worker.look_after(now)
            for chore in self.chores:
                chore.do_if_due(now)
            self._sleep(LOOK_SECONDS)
        self._stop_workers()

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.hurried = self.stopping
        self.stopping = True

    def _sleep(self, seconds: float) -> None:
        """Sleep in short steps: a signal handler alone does not end `time.sleep` (PEP 475)."""
        end = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < end:
            time.sleep(0.05)

    def _stop_workers(self) -> None:
        # The first signal lets a child finish its task; the second makes it drop the task, which gives its
        # claim back so that another worker starts over.
        for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGTERM, KILL_SECONDS)):
            self._send_all(number)
            if self._wait(seconds):
                return
        self._send_all(signal.SIGKILL)
        self._wait(KILL_SECONDS)

    def _send_all(self, number: int) -> None:
        for worker in self.workers:
            worker.send(number)

    def _wait(self, seconds: float) -> bool:
        """Whether every child has ended within that time; not waited for in a hurry."""
        end = time.monotonic() + seconds
        while any(worker.is_running for worker in self.workers):
            if time.monotonic() > end:
                return False
            if self.hurried:
                self._send_all(signal.SIGKILL)
            time.sleep(0.05)
        return True


def _chores() -> list[Chore]:
    sweeps = [Chore(import_string(path), SWEEP_SECONDS) for path in settings.WENLAN_SWEEPS]
    return [*sweeps, Chore(_tasks_prune, PRUNE_SECONDS)]


def _tasks_prune() -> None:
    """Forget what finished tasks returned a week ago."""
    call_command("prune_db_task_results", min_age_days=7, verbosity=0)


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "wenlan", "manage", "db_worker", f"--interval={POLL_SECONDS}"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
        [*command, "--no-startup-delay", "--no-reload", *arguments],
        process_group=0,  # Ctrl-C reaches the supervisor alone, which then stops its children in order
        preexec_fn=_die_with_parent,  # safe here: the supervisor has one thread when it starts children
    )


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor dies, even by kill -9 (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
