"""Another preview of a ready revision: the one it has stays until the new one is complete."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from tests.conversion.conftest import Uploader
from tests.conversion.stand_in import FAILING_AFTER_THE_COMMIT, Engine, convert, preview_files
from wenlan.conversion import services
from wenlan.conversion.engine import Status
from wenlan.conversion.tasks import revision_convert
from wenlan.core.errors import Conflict
from wenlan.documents.models import Revision

State = Revision.State


@pytest.fixture
def asked(engine: Engine, uploaded: Uploader) -> Revision:
    """A ready revision, of two pages, that is to be drawn again, with three pages then."""
    revision = convert(uploaded())
    services.revision_redraw_request(revision_id=revision.pk)
    engine.texts = ("new one", "new two", "new three")
    return revision


def _texts(revision: Revision) -> list[str]:
    return list(revision.pages.order_by("number").values_list("text", flat=True))


def redraw(revision: Revision) -> Revision:
    revision_convert.call(revision.pk)
    revision.refresh_from_db()
    return revision


def test_the_new_preview_takes_the_place_of_the_old_one(asked: Revision) -> None:
    redraw(asked)

    assert (asked.state, asked.page_count, asked.pages_done) == (State.READY, 3, 3)
    assert _texts(asked) == ["new one", "new two", "new three"]
    assert {name.partition("/")[0] for name in preview_files(asked)} == {"2"}
    assert not asked.is_being_redrawn


def test_readers_see_the_whole_old_preview_until_the_new_one_is_complete(
    asked: Revision, engine: Engine
) -> None:
    seen: list[Any] = []

    def look() -> None:
        now = Revision.objects.get(pk=asked.pk)
        seen.append((now.state, now.page_count, _texts(now), len(preview_files(now)) >= 4))

    for number in (1, 2, 3):
        engine.before_page[number] = look
    redraw(asked)

    assert seen == [(State.READY, 2, ["第一页的文字", "page two"], True)] * 3


@pytest.mark.parametrize("fails", ["engine", "fault"])
def test_the_old_preview_stays_when_no_new_one_can_be_made(
    asked: Revision, engine: Engine, fails: str
) -> None:
    def break_down() -> None:
        raise RuntimeError("a fault of ours")

    if fails == "engine":
        engine.result = Engine.failed(Status.TIMED_OUT)
    else:
        engine.before_page[2] = break_down
    redraw(asked)

    assert (asked.state, asked.page_count, _texts(asked)) == (State.READY, 2, ["第一页的文字", "page two"])
    assert {name.partition("/")[0] for name in preview_files(asked)} == {"1"}
    assert not asked.is_being_redrawn


def test_a_machine_that_cannot_convert_leaves_it_to_another(asked: Revision, engine: Engine) -> None:
    engine.result = Engine.failed(Status.FAILED, "no_office")
    redraw(asked)

    assert asked.is_being_redrawn
    assert (asked.claimed_until, asked.attempt_count) == (None, 0)


def test_a_worker_that_was_overtaken_changes_nothing(asked: Revision, engine: Engine) -> None:
    def overtake() -> None:
        Revision.objects.filter(pk=asked.pk).update(claim_token=99)

    engine.before_page[3] = overtake
    redraw(asked)

    assert _texts(asked) == ["第一页的文字", "page two"]
    assert {name.partition("/")[0] for name in preview_files(asked)} == {"1"}


def test_a_revision_over_which_workers_die_keeps_its_preview(asked: Revision, settings: Any) -> None:
    for _attempt in range(settings.CONVERSION_CRASH_LIMIT):
        assert services.revision_redraw_claim_next() is not None
        assert services.revision_redraw_claim_next() is None  # somebody is at work
        Revision.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert services.revision_redraw_claim_next() is None
    asked.refresh_from_db()
    assert (asked.state, asked.is_being_redrawn, asked.pages.count()) == (State.READY, False, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", ["ringing", "clean-up", "stopped"])
def test_a_new_preview_stays_whatever_fails_once_it_is_in_its_place(
    asked: Revision, settings: Any, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    refusals = iter([PermissionError("read-only") if fails == "clean-up" else SystemExit(0)])
    delete = FileSystemStorage.delete

    def refuse(storage: FileSystemStorage, name: str) -> None:
        for refusal in refusals:
            raise refusal
        delete(storage, name)

    if fails == "ringing":
        settings.WENLAN_HANDLERS = settings.WENLAN_HANDLERS | FAILING_AFTER_THE_COMMIT
    else:
        monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    with suppress(SystemExit):
        redraw(asked)

    asked.refresh_from_db()
    assert (asked.state, asked.is_being_redrawn, _texts(asked)[0]) == (State.READY, False, "new one")
    shown = {image["name"] for page in asked.pages.all() for image in page.images}
    assert shown
    assert all(default_storage.exists(name) for name in shown)


def test_what_dead_workers_drew_goes_when_their_drawing_is_given_up(asked: Revision, settings: Any) -> None:
    for _attempt in range(settings.CONVERSION_CRASH_LIMIT):
        claim = services.revision_redraw_claim_next()
        assert claim is not None
        default_storage.save(f"previews/{asked.pk}/{claim.token}/1-720.webp", ContentFile(b"half a preview"))
        Revision.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    before = {name.partition("/")[0] for name in preview_files(asked)}

    assert services.revision_redraw_claim_next() is None
    assert len(before) == 1 + settings.CONVERSION_CRASH_LIMIT
    assert {name.partition("/")[0] for name in preview_files(asked)} == {"1"}


def test_nothing_is_drawn_again_twice_at_once_nor_within_an_hour(asked: Revision) -> None:
    with pytest.raises(Conflict):
        services.revision_redraw_request(revision_id=asked.pk)
    redraw(asked)
    with pytest.raises(Conflict):
        services.revision_redraw_request(revision_id=asked.pk)

    Revision.objects.update(redrawn_at=timezone.now() - timedelta(hours=1, seconds=1))
    services.revision_redraw_request(revision_id=asked.pk)


def test_new_files_come_first(asked: Revision, engine: Engine, uploaded: Uploader) -> None:
    fresh = uploaded("another text")
    redraw(asked)
    fresh.refresh_from_db()
    assert (fresh.state, asked.is_being_redrawn) == (State.READY, True)


def test_the_sweep_rings_for_what_waits_to_be_drawn_again(
    asked: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wenlan.conversion.services import claims

    rung: list[int] = []
    monkeypatch.setattr(claims, "revision_conversion_request", rung.append)
    monkeypatch.setattr(claims, "_revisions_in_queue", set)
    services.revisions_sweep()
    assert rung == [asked.pk]


def test_the_file_that_is_drawn_again_is_the_original(asked: Revision, engine: Engine) -> None:
    redraw(asked)
    assert engine.sources[0] == engine.sources[1]
