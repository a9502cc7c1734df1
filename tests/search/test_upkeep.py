"""An index that is lost, damaged, shared, rebuilt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django_tasks_db.models import DBTaskResult

from wenlan.documents.models import Document
from wenlan.search import services
from wenlan.search.index import search_index
from wenlan.search.models import IndexState
from wenlan.search.ports import SearchFilters, SearchUnavailable
from wenlan.search.selectors import Results, documents_search
from wenlan.search.services import document_index_request, index_rebuild, index_sweep, wanted_index

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def search(query: str) -> Results:
    return documents_search(query=query, user=AnonymousUser())


def live_folder(root: Path) -> Path:
    return root / (root / "CURRENT").read_text()


@pytest.fixture
def root(settings: object) -> Path:
    return Path(settings.SEARCH_INDEX_DIR)  # type: ignore[attr-defined]


def remove_everything(root: Path) -> None:
    shutil.rmtree(root)


def remove_the_segments(root: Path) -> None:
    for path in live_folder(root).glob("*.*"):
        if path.name != "meta.json":
            path.unlink()


def cut_every_file_short(root: Path) -> None:
    for path in live_folder(root).glob("*.*"):
        os.truncate(path, path.stat().st_size // 2)


def cut_the_segments_short(root: Path) -> None:
    for path in live_folder(root).glob("*.*"):
        if path.suffix != ".json":
            os.truncate(path, 0)


def overwrite_the_segments(root: Path) -> None:
    for path in live_folder(root).glob("*.*"):
        if path.suffix != ".json":
            path.write_bytes(b"\xff" * path.stat().st_size)


def write_nonsense_into_the_pointer(root: Path) -> None:
    (root / "CURRENT").write_text("../../../etc")


def put_a_file_in_its_place(root: Path) -> None:
    shutil.rmtree(live_folder(root))
    live_folder(root).write_text("not a folder")


@pytest.mark.parametrize(
    "damage",
    [
        remove_everything,
        remove_the_segments,
        cut_every_file_short,
        cut_the_segments_short,
        overwrite_the_segments,
        write_nonsense_into_the_pointer,
        put_a_file_in_its_place,
    ],
)
def test_a_lost_or_damaged_index_is_survived_and_repaired(
    client: Client, indexed_document: Make, root: Path, damage: Callable[[Path], None]
) -> None:
    document = indexed_document(title="合同范本", pages=["甲方"])
    assert search("甲方").total == 1
    damage(root)

    response = client.get("/search/", {"q": "合同"}, headers={"accept-language": "en"})
    assert response.status_code == 200
    assert "Search is catching up" in response.content.decode()
    assert [row.document for row in response.context["results"].page] == [document]
    assert DBTaskResult.objects.filter(task_path="wenlan.search.tasks.index_wanted").count() == 1

    wanted_index()
    results = search("甲方")
    assert [row.document for row in results.page] == [document]
    assert not results.is_catching_up


def test_reindex_repairs_it_too(
    indexed_document: Make, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    indexed_document(title="合同范本")
    shutil.rmtree(root)
    call_command("reindex")

    assert search("合同").total == 1
    assert not IndexState.objects.filter(indexed_version=0).exists()
    assert [path.name for path in root.iterdir() if path.is_dir()] == [live_folder(root).name]


def test_an_index_that_cannot_be_written_says_so_and_the_wish_remains(
    published_document: Make, root: Path, client: Client
) -> None:
    document = published_document(title="合同范本")
    root.write_text("a file where the folder should be")
    document_index_request(document.pk)

    with pytest.raises(SearchUnavailable):
        wanted_index()
    with pytest.raises(CommandError):
        call_command("reindex")
    assert not IndexState.objects.get().is_current
    assert "范本" in client.get("/search/", {"q": "合同"}).content.decode()

    root.unlink()
    wanted_index()
    assert IndexState.objects.get().is_current


def test_filters_work_while_search_is_catching_up(published_document: Make, root: Path) -> None:
    free = published_document(title="合同范本 甲", price_minor=0)
    paid = published_document(title="合同范本 乙", price_minor=100, pages=["一"] * 9)

    def found(query: str, filters: SearchFilters) -> list[Document]:
        results = documents_search(query=query, user=AnonymousUser(), filters=filters)
        assert results.is_catching_up
        return [row.document for row in results.page]

    assert found("合同 甲", SearchFilters()) == [free]
    assert found("合同", SearchFilters(price_min=1, pages_min=9, pages_max=9)) == [paid]
    assert found("", SearchFilters(category="office", format="doc", price_max=0, language="zh-hans")) == [
        free
    ]


def test_documents_published_before_there_was_an_index_are_found(published_document: Make) -> None:
    published_document(title="合同范本")
    wanted_index()
    assert search("合同").total == 1


def test_readers_of_another_process_see_what_was_written(indexed_document: Make, root: Path) -> None:
    from wenlan.search.backends.tantivy import TantivyIndex

    reader = TantivyIndex(root)
    indexed_document(title="合同范本")
    assert reader.count() == 1
    indexed_document(title="合同范本")
    assert reader.count() == 2
    index_rebuild()
    assert reader.count() == 2


def test_the_sweep_rings_for_what_was_forgotten(published_document: Make) -> None:
    wanted_index()
    assert index_sweep() == 0
    assert not DBTaskResult.objects.exists()

    document_index_request(published_document().pk)
    IndexState.objects.update(requested_at="2020-01-01T00:00:00Z")
    assert index_sweep() == 1
    assert DBTaskResult.objects.get().task_path == "wenlan.search.tasks.index_wanted"


def test_a_change_during_the_rebuild_is_in_the_rebuilt_index(
    indexed_document: Make, published_document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = indexed_document(title="报告 甲")
    withdrawn = indexed_document(title="报告 乙")
    renamed = indexed_document(title="报告 丙")
    catch_up = services._catch_up

    def change_then_catch_up(*arguments: object) -> None:
        Document.objects.filter(pk=withdrawn.pk).update(state=Document.State.WITHDRAWN)
        Document.objects.filter(pk=renamed.pk).update(title="信函 丙")
        for number in (withdrawn.pk, renamed.pk, published_document(title="信函 丁").pk):
            document_index_request(number)
        catch_up(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_catch_up", change_then_catch_up)
    assert index_rebuild() == 3
    assert [row.document for row in search("报告").page] == [kept]
    assert search("信函").total == 2
    assert all(state.is_current for state in IndexState.objects.all())


def test_a_failed_rebuild_leaves_the_live_index_alone(
    indexed_document: Make, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed_document(title="合同范本")
    before = live_folder(root)

    def fail(*arguments: object) -> None:
        raise SearchUnavailable(SearchUnavailable.Reason.UNWRITABLE, "disk full")

    monkeypatch.setattr(services, "_catch_up", fail)
    with pytest.raises(CommandError, match="disk full"):
        call_command("reindex")
    assert live_folder(root) == before
    assert not list(root.glob("building-*"))
    assert search("合同").total == 1


def test_two_rebuilds_at_once_are_refused(indexed_document: Make) -> None:
    indexed_document()
    with search_index().rebuilding(), pytest.raises(CommandError):
        call_command("reindex")


WRITER = """
import sys
from pathlib import Path
from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.entries import entry_of
root, first = Path(sys.argv[1]), int(sys.argv[2])
index = TantivyIndex(root)
for number in range(first, first + 15):
    with index.writing(timeout_seconds=60):
        index.prepare()
        index.replace([entry_of(document_id=number, title=f"document {number}", pages=["text"])])
"""


def test_two_processes_writing_at_once_lose_nothing(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(first)], env=environment)
        for first in (100, 200)
    ]
    assert [writer.wait(timeout=90) for writer in writers] == [0, 0]
    assert search_index().count() == 30


def test_a_killed_writer_lets_go_of_the_index(root: Path) -> None:
    code = WRITER.replace(
        "index.replace(", "print('holding', flush=True); __import__('time').sleep(60); index.replace("
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(root), "1"], env=environment, stdout=subprocess.PIPE
    )
    assert writer.stdout
    assert writer.stdout.readline() == b"holding\n"
    index = search_index()
    with pytest.raises(SearchUnavailable, match="busy"), index.writing(timeout_seconds=0.1):
        pass
    writer.kill()
    writer.wait()
    with index.writing(timeout_seconds=1):
        assert index.prepare() is False
    writer.stdout.close()


def test_a_worker_that_finds_another_writing_leaves_the_work_to_it(
    published_document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_WRITING_TIMEOUT_SECONDS", 0.05)
    document_index_request(published_document().pk)
    with search_index().writing(timeout_seconds=1):
        result: list[int] = []
        result.append(wanted_index())
    assert result == [0]
    assert wanted_index() == 1
