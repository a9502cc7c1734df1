"""Workers as processes of their own: killed in the middle, told to stop, left behind by their supervisor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

# What the processes write into a PostgreSQL of ours must be seen by all of them, and is flushed afterwards.
pytestmark = pytest.mark.django_db(transaction=True)

LEASE_SECONDS = 60

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from wenlan.accounts.models import User
User.objects.create_user("alice@example.com", display_name="Alice", is_author=True)
print("prepared")
"""

UPLOAD = """
from pathlib import Path
from wenlan.accounts.models import User
from wenlan.documents.services import document_upload
path = Path(settings.DATA_DIR) / "minutes.txt"
path.write_text("港口年度工作总结\\n\\n" + "一年来港口运行平稳。" * 200, encoding="utf-8")
alice = User.objects.get(email="alice@example.com")
print(document_upload(author=alice, path=path, name="minutes.txt", move=True).revisions.get().pk)
"""

# Stands where the engine stands: one page, and then what FATE says.
CONVERT = """
import os, time
from PIL import Image
from wenlan.conversion import engine, services
from wenlan.conversion.services import converting

def convert(source, *, name, out, limits, on_event):
    out.mkdir()
    path = out / "1.webp"
    Image.new("L", (72, 100)).save(path)
    on_event(engine.PageCount(1))
    image = engine.PageImage(72, 100, path, "image/webp", path.stat().st_size)
    on_event(engine.PageReady(engine.Page(1, 595.0, 842.0, "text", [], [image])))
    print("a page is stored", flush=True)
    if os.environ["FATE"] == "hang":
        time.sleep(600)
    return engine.Result(engine.Status.OK, None, None, 1, None, [], {}, 0.1, "txt", None, None)

converting.convert = convert
claim = services.revision_claim(revision_id=int(os.environ["REVISION"]))
print("claimed" if claim else "not free", flush=True)
if claim:
    services.revision_convert(claim=claim)
"""

LOOK = """
import json, os
from pathlib import Path
from wenlan.documents.models import Revision
revision = Revision.objects.get(pk=int(os.environ["REVISION"]))
files = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / "previews" / str(revision.pk)
jobs = Path(settings.CONVERSION_JOBS_DIR)
print(json.dumps({
    "state": revision.state, "token": revision.claim_token, "pages": revision.pages.count(),
    "tokens": sorted(path.name for path in files.iterdir()) if files.exists() else [],
    "jobs": sorted(path.name for path in jobs.iterdir()) if jobs.exists() else [],
}))
"""

END_OF_LEASE = """
from django.utils import timezone
from wenlan.documents.models import Revision
print(Revision.objects.filter(claimed_until__gt=timezone.now()).update(claimed_until=timezone.now()))
"""

SWEEP = """
from wenlan.conversion.services import revisions_sweep
revisions_sweep()
print("swept")
"""


@dataclass
class House:
    """A library of its own: folder, database, and the processes started in it."""

    folder: Path
    database_url: str
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "WENLAN_DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "WENLAN_CLAIM_SECONDS": str(LEASE_SECONDS),
            "DJANGO_SETTINGS_MODULE": "wenlan.config.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def script(self, code: str, **environment: str) -> subprocess.Popen[str]:
        return self.start(
            "-c", f"import django; django.setup()\nfrom django.conf import settings\n{code}", **environment
        )

    def run(self, code: str, **environment: str) -> str:
        output, _ = self.script(code, **environment).communicate(timeout=60)
        return output.strip()

    def look(self, revision: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run(LOOK, REVISION=revision))
        return answer


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database_url = f"sqlite:///{tmp_path / 'house.sqlite3'}"
    if connection.vendor == "postgresql":
        found = connection.settings_dict
        password = f":{quote(found['PASSWORD'], safe='')}" if found["PASSWORD"] else ""
        host = quote(found["HOST"] or "localhost", safe="")
        database_url = f"postgresql://{quote(found['USER'], safe='')}{password}@{host}:{found['PORT'] or 5432}/{found['NAME']}"
    house = House(tmp_path / "house", database_url)
    house.folder.mkdir()
    assert house.run(PREPARE) == "prepared"
    yield house
    for process in house.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(is_true: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_true():
            return True
        time.sleep(0.3)
    return False


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_killed_worker_leaves_another_takes_over_when_the_lease_ends(house: House) -> None:
    revision = house.run(UPLOAD)
    doomed = house.script(CONVERT, REVISION=revision, FATE="hang")
    assert line_of(doomed) == "claimed"
    assert line_of(doomed) == "a page is stored"
    doomed.send_signal(signal.SIGKILL)
    doomed.wait(10)

    left = house.look(revision)
    assert (left["state"], left["pages"], left["tokens"], len(left["jobs"])) == ("converting", 1, ["1"], 1)
    assert house.run(CONVERT, REVISION=revision, FATE="finish") == "not free"

    assert house.run(END_OF_LEASE) == "1"
    assert house.run(CONVERT, REVISION=revision, FATE="finish") == "claimed\na page is stored"
    house.run(SWEEP)
    assert house.look(revision) == {"state": "ready", "token": 2, "pages": 1, "tokens": ["2"], "jobs": []}


@pytest.mark.engine
def test_the_worker_converts_with_the_real_engine_and_leaves_no_process_behind(house: House) -> None:
    revision = house.run(UPLOAD)
    worker = house.start("-m", "wenlan", "worker", "--processes", "1")
    assert wait_for(lambda: house.look(revision)["state"] == "ready", 90)
    assert wait_for(lambda: len(children_of(worker.pid)) == 2, 20)
    children = children_of(worker.pid)

    os.kill(children[0], signal.SIGKILL)
    assert wait_for(lambda: len(set(children_of(worker.pid)) - {children[0]}) == 2, 20)
    children = children_of(worker.pid)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert not any(map(is_alive, children))


def test_children_end_when_their_supervisor_is_killed(house: House) -> None:
    worker = house.start("-m", "wenlan", "worker", "--processes", "1")
    assert wait_for(lambda: len(children_of(worker.pid)) == 2, 30)
    children = children_of(worker.pid)
    time.sleep(2)  # until they have started and listen to signals
    worker.kill()
    worker.wait(10)
    assert wait_for(lambda: not any(map(is_alive, children)), 20)
