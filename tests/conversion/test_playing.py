"""Presentations that play: who gets how many slides, and under which isolation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from tests.conversion.conftest import Uploader
from tests.conversion.stand_in import Engine, convert, preview_files
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.conversion.engine import slides_cut
from wenlan.conversion.services import slides_open
from wenlan.conversion.services.playing import CUT_VERSION
from wenlan.documents.models import Document, Revision

ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]

NAMES = "lighthouse", "channel", "shipyard", "tides", "buoys"
_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:ooo="http://xml.openoffice.org/svg/export"'


def whole_view() -> str:
    """Five slides as the engine keeps them, each with a word of its own."""
    entries = "".join(f'<g id="ooo:meta_slide_{n}" ooo:slide="id{n}"/>' for n in range(5))
    drawn = "".join(
        f'<g><g><g id="id{n}" class="Slide"><text>{name}</text></g></g></g>' for n, name in enumerate(NAMES)
    )
    return (
        f'<?xml version="1.0"?><svg {_NAMESPACES}><defs><g id="ooo:meta_slides">{entries}</g></defs>'
        f'<g class="SlideGroup">{drawn}</g></svg>'
    )


@pytest.fixture
def deck(published_document: Factory) -> Document:
    """Five slides that play, of which three are the preview."""
    return with_slides(published_document())


def with_slides(document: Document) -> Document:
    revision = document.revisions.get()
    name = default_storage.save(f"previews/{revision.pk}/1/slides.svg", ContentFile(whole_view().encode()))
    Revision.objects.filter(pk=revision.pk).update(slides_file=name)
    document.refresh_from_db()
    return document


def address(document: Document, count: int) -> str:
    return reverse("conversion:slides", args=[document.pk, document.revisions.get().pk, count])


def words_of(response: Any) -> list[str]:
    content = b"".join(response).decode()
    return [name for name in NAMES if name in content]


def test_each_of_the_cast_plays_the_slides_that_are_theirs_and_no_others(
    client_as: ClientAs, deck: Document, alice: User, carol: User, dave: User, mallory: User
) -> None:
    for user, readable in ((None, 3), (mallory, 3), (alice, 5), (carol, 5), (dave, 5)):
        for count in range(7):
            response = client_as(user).get(address(deck, count))
            if count == readable:
                assert words_of(response) == list(NAMES[:readable]), user
            else:
                assert response.status_code == 404, (user, count)


@pytest.mark.parametrize("state", sorted(set(Document.State.values) - {Document.State.PUBLISHED}))
def test_the_slides_of_a_document_off_the_shelf_play_for_no_stranger(
    client: Client, published_document: Factory, state: str
) -> None:
    deck = with_slides(published_document(state=state))
    assert {client.get(address(deck, count)).status_code for count in range(7)} == {404}


def test_a_narrower_preview_holds_at_once(client: Client, deck: Document) -> None:
    assert client.get(address(deck, 3)).status_code == 200
    Document.objects.filter(pk=deck.pk).update(preview_kind="pages", preview_value=1)
    assert client.get(address(deck, 3)).status_code == 404
    assert words_of(client.get(address(deck, 1))) == ["lighthouse"]


def test_the_slides_come_in_an_origin_of_their_own(client: Client, deck: Document) -> None:
    response = client.get(address(deck, 3))
    policy = {part.split()[0]: part.split()[1:] for part in response["Content-Security-Policy"].split(";")}
    assert policy["sandbox"] == ["allow-scripts"]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert "connect-src" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Type"] == "image/svg+xml"
    assert "private" in response["Cache-Control"]


def test_every_other_page_may_be_framed_by_nobody(client: Client, deck: Document) -> None:
    response = client.get(deck.get_absolute_url())
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "frame-src 'self'" in response["Content-Security-Policy"]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many slides each cut had that was begun."""
    begun: list[int] = []

    def cut(kept: Path, target: Path, *, slides: int, **options: Any) -> None:
        begun.append(slides)
        slides_cut(kept, target, slides=slides, **options)

    monkeypatch.setattr("wenlan.conversion.services.playing.slides_cut", cut)
    return begun


def test_the_cut_is_made_once_and_goes_with_the_pages(
    client: Client, deck: Document, made: list[int]
) -> None:
    for _reader in range(3):
        assert client.get(address(deck, 3)).status_code == 200
    assert made == [3]
    folder = Path(default_storage.path(f"previews/{deck.revisions.get().pk}"))
    whole, cut = sorted(folder.glob("1/*.svg"), key=lambda path: len(path.name))
    assert (whole.name, cut.name) == ("slides.svg", f"slides-3-v{CUT_VERSION}.svg")
    assert "tides" not in cut.read_text()


def test_readers_who_come_at_once_have_the_cut_made_once(deck: Document, made: list[int]) -> None:
    revision = deck.revisions.get()
    files = at_once(4, lambda _number: slides_open(revision=revision, slides=3))
    assert [words_of(file) for file in files] == [list(NAMES[:3])] * 4
    assert made == [3]


def test_a_cut_that_fails_is_not_tried_again_for_every_reader(
    client: Client, deck: Document, made: list[int]
) -> None:
    whole = Path(default_storage.path(deck.revisions.get().slides_file))
    whole.write_text("no slides at all", encoding="utf-8")
    assert {client.get(address(deck, 3)).status_code for _reader in range(3)} == {404}
    assert made == [3]
    whole.write_text(whole_view(), encoding="utf-8")
    cache.clear()  # as after some minutes
    assert words_of(client.get(address(deck, 3))) == list(NAMES[:3])


def test_a_cut_made_by_an_earlier_version_is_not_shown(client: Client, deck: Document) -> None:
    default_storage.save(
        f"previews/{deck.revisions.get().pk}/1/slides-3.svg", ContentFile(whole_view().encode())
    )
    assert words_of(client.get(address(deck, 3))) == list(NAMES[:3])


def test_the_button_stands_where_slides_play_and_nowhere_else(
    client: Client, deck: Document, published_document: Factory
) -> None:
    english = {"Accept-Language": "en"}
    page = client.get(deck.get_absolute_url(), headers=english).content.decode()
    assert address(deck, 3) in page
    assert "2 more slides play after buying" in page or "2 more slides play after the download" in page
    other = published_document(title="An older one")
    assert "Play the slides" not in client.get(other.get_absolute_url(), headers=english).content.decode()


def test_who_has_the_whole_document_is_told_of_no_end(
    client_as: ClientAs, deck: Document, alice: User
) -> None:
    page = client_as(alice).get(deck.get_absolute_url()).content.decode()
    assert address(deck, 5) in page
    assert "data-beyond hidden>" not in page


@pytest.fixture
def playing_engine(engine: Engine, tmp_path: Path) -> Engine:
    path = tmp_path / "slides.svg"
    path.write_text(whole_view(), encoding="utf-8")
    engine.result = replace(engine.succeeded(), slides_path=path)
    return engine


def test_a_conversion_stores_the_slides_beside_the_pages(playing_engine: Engine, uploaded: Uploader) -> None:
    revision = convert(uploaded())
    assert revision.slides_file == f"previews/{revision.pk}/1/slides.svg"
    assert "1/slides.svg" in preview_files(revision)


def test_another_conversion_replaces_the_slides(playing_engine: Engine, uploaded: Uploader) -> None:
    revision = convert(uploaded())
    Revision.objects.filter(pk=revision.pk).update(state=Revision.State.PENDING)
    playing_engine.result = None
    revision = convert(revision)
    assert (revision.state, revision.slides_file) == (Revision.State.READY, "")
    assert not [name for name in preview_files(revision) if name.endswith(".svg")]


def test_a_revision_that_is_converted_again_has_no_slides_meanwhile(
    playing_engine: Engine, uploaded: Uploader
) -> None:
    revision = convert(uploaded())
    Revision.objects.filter(pk=revision.pk).update(state=Revision.State.PENDING)
    seen: list[str] = []
    playing_engine.before_page[1] = lambda: seen.append(Revision.objects.get(pk=revision.pk).slides_file)
    convert(revision)
    assert seen == [""]
