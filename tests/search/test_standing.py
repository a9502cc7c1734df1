"""How good documents are, by what the rooms count of them, and what that does to the order of results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.conversion.stand_in import Engine
from wenlan.accounts.models import User
from wenlan.conversion.services import converting, revision_redraw_request
from wenlan.conversion.signals import quality_signals as signals_of_previews
from wenlan.conversion.tasks import revision_convert
from wenlan.documents.models import Document, Favourite, Revision
from wenlan.documents.services import document_delete
from wenlan.documents.services._common import announce_change
from wenlan.insights.models import Reading
from wenlan.orders.models import Entitlement
from wenlan.search.models import Standing
from wenlan.search.standing import standings_count, standings_due_count, standings_sweep
from wenlan.search.tasks import standing_count
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.trust.models import PageProblem, Review, Ticket
from wenlan.trust.services import review_decide

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]

SEE_PAGES = {"format": "doc", "missing_glyphs": {"pages": [2], "characters": ["囧"], "count": 1}}
FAITHFUL = {"format": "doc", "missing_glyphs": {"pages": [], "characters": [], "count": 0}}


def counted(document: Document) -> dict[str, Any]:
    standings_count([document.pk])
    signals: dict[str, Any] = Standing.objects.get(pk=document.pk).signals
    return signals


def previewed(document: Document, report: dict[str, Any]) -> Document:
    Revision.objects.filter(document=document).update(report=report)
    return document


def copied(document: Document, earlier: Document) -> Finding:
    """An open finding that `document` copies `earlier`."""
    texts = [
        Fingerprint.objects.create(
            revision=one.current_revision,
            document_number=one.pk,
            owner=one.author,
            title=one.title,
            sha256=one.current_revision.sha256 if one.current_revision else "",
            stored_at=one.created_at,
        )
        for one in (document, earlier)
    ]
    return Finding.objects.create(
        fingerprint=texts[0],
        earlier=texts[1],
        kind=Finding.Kind.SAME_TEXT,
        share=0.9,
        earlier_share=0.9,
        strength=99,
    )


def count_what_was_asked_for() -> None:
    """Do what a worker is rung for about single documents."""
    for work in DBTaskResult.objects.filter(task_path="wenlan.search.tasks.standing_count"):
        standing_count.call(*work.args_kwargs["args"])


def test_a_new_document_has_nothing_counted_and_is_neutral(published_document: Make) -> None:
    document = published_document()
    assert counted(document) == {}
    assert Standing.objects.get(pk=document.pk).quality == 0


def test_readers_count_and_the_author_does_not(
    published_document: Make, alice: User, bob: User, carol: User
) -> None:
    document = published_document(price_minor=0)
    for person in (alice, bob, carol):
        Favourite.objects.create(reader=person, document=document)
        Reading.objects.create(user=person, document=document)
        Entitlement.objects.create(reader=person, document=document, source=Entitlement.Source.FREE)

    assert counted(document) == {"favourites": 2, "readers": 2, "sales": 2}


def test_what_an_author_gave_away_is_no_sale(published_document: Make, bob: User) -> None:
    document = published_document()
    Entitlement.objects.create(reader=bob, document=document, source=Entitlement.Source.AUTHOR)
    assert counted(document) == {}


@pytest.mark.parametrize(("report", "level"), [(FAITHFUL, 1), (FAITHFUL | {"media": 1}, 0), (SEE_PAGES, -1)])
def test_the_fidelity_report_counts(published_document: Make, report: dict[str, Any], level: int) -> None:
    assert counted(previewed(published_document(), report)) == {"fidelity": level}


def test_a_preview_that_could_not_be_measured_is_neutral(published_document: Make) -> None:
    assert signals_of_previews([published_document().pk]) == {"fidelity": {}}


def test_somebody_who_complains_again_and_again_counts_once(
    published_document: Make, alice: User, bob: User, carol: User
) -> None:
    document = published_document()
    report = {"document": document, "kind": Ticket.Kind.REPORT, "email": "x@example.com", "subject": "x"}
    for reporter in (alice, bob, bob, None, None):
        Ticket.objects.create(reporter=reporter, **report)
    for reporter in (bob, carol):
        PageProblem.objects.create(revision=document.revisions.get(), page_number=1, reporter=reporter)
    Ticket.objects.create(reporter=None, **report | {"kind": Ticket.Kind.HELP})

    assert counted(document) == {"complaints_open": 3}  # Bob, Carol and somebody without an account

    Ticket.objects.update(state=Ticket.State.CLOSED)
    PageProblem.objects.update(state=PageProblem.State.DISMISSED)
    assert counted(document) == {}


def test_a_confirmed_copy_counts_as_soon_as_it_is_decided(
    published_document: Make, alice: User, carol: User, mallory: User, django_capture_on_commit_callbacks: Any
) -> None:
    finding = copied(published_document(author=mallory), published_document(author=alice))
    document_id = finding.fingerprint.document_number
    standings_count([document_id])
    assert not Standing.objects.get(pk=document_id).signals

    with django_capture_on_commit_callbacks(execute=True):
        finding_decide(actor=carol, finding_id=finding.pk, is_copy=True)
    count_what_was_asked_for()

    assert Standing.objects.get(pk=document_id).signals == {"complaints_upheld": 1}


def test_a_document_is_counted_as_soon_as_it_is_on_the_shelf(
    draft_document: Make, carol: User, django_capture_on_commit_callbacks: Any
) -> None:
    document = previewed(draft_document(state=Document.State.IN_REVIEW), FAITHFUL)
    with django_capture_on_commit_callbacks(execute=True):
        review_decide(reviewer=carol, document_id=document.pk, decision=Review.Decision.PUBLISHED)
    count_what_was_asked_for()

    assert Standing.objects.get(pk=document.pk).signals == {"fidelity": 1}


def test_a_document_is_counted_anew_as_soon_as_it_is_drawn_again(
    published_document: Make,
    bob: User,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.CONVERSION_JOBS_DIR = tmp_path / "jobs"
    engine = Engine()
    engine.result = replace(engine.succeeded(), report=FAITHFUL)
    monkeypatch.setattr(converting, "convert", engine.convert)
    document = previewed(published_document(), SEE_PAGES)
    revision = document.revisions.get()
    PageProblem.objects.create(
        revision=revision, page_number=2, reporter=bob, state=PageProblem.State.REDRAWING
    )
    assert counted(document) == {"fidelity": -1, "complaints_open": 1}

    revision_redraw_request(revision_id=revision.pk)
    with django_capture_on_commit_callbacks(execute=True):
        revision_convert.call(revision.pk)
    count_what_was_asked_for()

    assert Standing.objects.get(pk=document.pk).signals == {"fidelity": 1}


def test_what_nobody_can_find_is_not_counted(
    draft_document: Make, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    draft = draft_document()
    with django_capture_on_commit_callbacks(execute=True):
        announce_change(draft.pk)
    count_what_was_asked_for()
    assert not Standing.objects.exists()


def test_ones_own_text_again_is_nobodys_complaint(published_document: Make, carol: User) -> None:
    finding = copied(published_document(), published_document())
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=True)
    assert counted(Document.objects.get(pk=finding.fingerprint.document_number)) == {}


def test_every_signal_that_a_room_counts_is_one_of_the_formula(
    published_document: Make, settings: Any
) -> None:
    document = published_document()
    settings.WENLAN_HANDLERS = settings.WENLAN_HANDLERS | {"quality_signals": [f"{__name__}.misnamed"]}
    with pytest.raises(ValueError, match="fidelty"):
        standings_count([document.pk])


def misnamed(document_ids: list[int]) -> dict[str, dict[int, int]]:
    return {"fidelty": dict.fromkeys(document_ids, 1)}


def test_the_sweep_counts_the_new_ones_and_those_counted_long_ago(
    published_document: Make, draft_document: Make
) -> None:
    new, old, fresh = published_document(), published_document(), published_document()
    draft_document()
    standings_count([old.pk, fresh.pk])
    long_ago = timezone.now() - timedelta(days=1)
    Standing.objects.filter(pk=old.pk).update(counted_at=long_ago)

    assert standings_sweep() == 2
    assert standings_sweep() == 0  # rests for a while
    assert standings_due_count() == 2
    assert Standing.objects.get(pk=old.pk).counted_at > long_ago
    assert Standing.objects.filter(pk=new.pk).exists()
    cache.clear()
    assert standings_sweep() == 0


def test_counting_does_not_ask_more_for_more_documents(
    published_document: Make, django_assert_num_queries: Any
) -> None:
    one = [published_document().pk]
    many = [published_document().pk for _ in range(20)]
    with django_assert_num_queries(11):
        standings_count(one)
    with django_assert_num_queries(11):
        standings_count(many)


def test_a_deleted_document_takes_its_standing_along_and_is_not_counted(
    draft_document: Make, alice: User
) -> None:
    document = draft_document()
    standings_count([document.pk])
    document_delete(actor=alice, document_id=document.pk)
    assert not Standing.objects.exists()
    assert standings_count([document.pk]) == 1
    assert not Standing.objects.exists()
