"""Carol decides about documents before readers see them; nobody else does."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import OutgoingMail, User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_submit, document_take_back, document_update
from wenlan.trust import selectors, services
from wenlan.trust.models import Review

ClientAs = Callable[[User | None], Client]
MakeDocument = Callable[..., Document]


@pytest.fixture
def waiting(draft_document: MakeDocument) -> MakeDocument:
    """A document of Alice's that waits for a decision."""

    def make(**columns: Any) -> Document:
        return draft_document(
            **{"state": Document.State.IN_REVIEW, "submitted_at": timezone.now(), **columns}
        )

    return make


def _decide(client: Client, document: Document, decision: str, **fields: Any) -> Any:
    return client.post(reverse("trust:review", args=[document.pk]), {"decision": decision, **fields})


def _publish(reviewer: User, document: Document, **options: Any) -> Review:
    return services.review_decide(reviewer=reviewer, document_id=document.pk, decision="published", **options)


@pytest.mark.parametrize("person", ["carol", "dave"])
def test_reviewers_and_operators_see_the_queue_and_the_document(
    client_as: ClientAs, request: pytest.FixtureRequest, waiting: MakeDocument, person: str
) -> None:
    document = waiting(title="秋天的账目")
    client = client_as(request.getfixturevalue(person))

    assert "秋天的账目" in client.get(reverse("trust:queue")).content.decode()
    page = client.get(reverse("trust:review", args=[document.pk])).content.decode()
    revision = document.current_revision
    assert revision is not None
    assert revision.sha256 in page
    for number in range(1, 6):
        assert reverse("documents:page_image", args=[document.pk, revision.pk, number, 72]) in page


@pytest.mark.parametrize("person", ["alice", "bob", "mallory", None])
def test_for_everybody_else_the_review_pages_do_not_exist(
    client_as: ClientAs, request: pytest.FixtureRequest, waiting: MakeDocument, person: str | None
) -> None:
    document = waiting()
    client = client_as(request.getfixturevalue(person) if person else None)

    assert client.get(reverse("trust:queue")).status_code == 404
    assert client.get(reverse("trust:review", args=[document.pk])).status_code == 404
    assert _decide(client, document, "published").status_code == 404
    document.refresh_from_db()
    assert document.state == Document.State.IN_REVIEW


def test_a_draft_stays_its_authors_affair(
    client_as: ClientAs, carol: User, draft_document: MakeDocument
) -> None:
    document = draft_document()

    assert client_as(carol).get(reverse("trust:review", args=[document.pk])).status_code == 404


def test_carol_publishes_and_alice_hears_of_it_in_her_language(
    client_as: ClientAs, carol: User, alice: User, waiting: MakeDocument
) -> None:
    User.objects.filter(pk=alice.pk).update(language="en")
    document = waiting(title="Autumn accounts")
    client = client_as(carol)
    client.cookies["django_language"] = "zh-hans"

    answer = _decide(client, document, "published", revision=document.current_revision_id)

    assert answer["Location"] == reverse("trust:queue")
    document.refresh_from_db()
    assert document.state == Document.State.PUBLISHED
    mail = OutgoingMail.objects.get()
    assert mail.to == "alice@example.com"
    assert mail.subject == "“Autumn accounts” is published"
    assert document.get_absolute_url() in mail.body
    review = Review.objects.get()
    assert (review.decision, review.reviewer, review.revision_id) == (
        "published",
        carol,
        document.current_revision_id,
    )


def test_carol_returns_with_reasons_and_alice_reads_them_in_her_language(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    client = client_as(carol)
    client.cookies["django_language"] = "en"

    _decide(client, document, "returned", presets=["title", "rights"], text="第三页是空白的。")

    document.refresh_from_db()
    assert document.state == Document.State.RETURNED
    reason = "标题与内容不符。\n这似乎是他人的作品，请说明您享有何种发布权利。\n第三页是空白的。"
    assert document.return_reason == reason
    mail = OutgoingMail.objects.get()
    assert reason in mail.body
    assert reverse("documents:edit", args=[document.pk]) in mail.body
    assert "审核员" in mail.body


def test_a_return_needs_a_reason(client_as: ClientAs, carol: User, waiting: MakeDocument) -> None:
    document = waiting()

    answer = _decide(client_as(carol), document, "returned", text=" \u200b ")

    assert answer.status_code == 200
    assert answer.context["form"].errors
    document.refresh_from_db()
    assert document.state == Document.State.IN_REVIEW
    assert not OutgoingMail.objects.exists()


def test_the_service_asks_for_a_reason_too(carol: User, waiting: MakeDocument) -> None:
    document = waiting()

    with pytest.raises(services.EmptyMessage):
        services.review_decide(reviewer=carol, document_id=document.pk, decision="returned", reason="\n ")

    assert not Review.objects.exists()


def test_after_a_decision_the_longest_waiting_document_follows(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    first = waiting()
    waiting(author=carol, submitted_at=timezone.now() - datetime.timedelta(days=2))
    third = waiting(submitted_at=timezone.now() - datetime.timedelta(days=1))

    answer = _decide(client_as(carol), first, "published")

    assert answer["Location"] == reverse("trust:review", args=[third.pk])


def test_a_reviewer_does_not_decide_about_an_own_document(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting(author=carol)
    client = client_as(carol)

    page = client.get(reverse("trust:review", args=[document.pk]))
    assert page.context["can_decide"] is False
    assert _decide(client, document, "published").status_code == 403
    with pytest.raises(NotAllowed):
        _publish(carol, document)

    document.refresh_from_db()
    assert document.state == Document.State.IN_REVIEW


def test_an_operator_alone_in_the_house_publishes_an_own_document(
    client_as: ClientAs, dave: User, waiting: MakeDocument
) -> None:
    document = waiting(author=dave)

    assert client_as(dave).get(reverse("trust:review", args=[document.pk])).context["can_decide"] is True
    _publish(dave, document)

    document.refresh_from_db()
    assert document.state == Document.State.PUBLISHED


@pytest.mark.parametrize("person", ["alice", "bob", "mallory"])
def test_the_service_asks_who_decides(
    request: pytest.FixtureRequest, waiting: MakeDocument, person: str
) -> None:
    document = waiting()

    with pytest.raises(NotAllowed):
        _publish(request.getfixturevalue(person), document)


def test_of_two_reviewers_the_second_is_told(
    client_as: ClientAs, carol: User, dave: User, waiting: MakeDocument
) -> None:
    document = waiting()
    _publish(carol, document)

    with pytest.raises(Conflict):
        services.review_decide(reviewer=dave, document_id=document.pk, decision="returned", reason="too late")
    client = client_as(dave)
    origin = reverse("trust:review", args=[document.pk])
    answer = client.post(
        origin, {"decision": "returned", "text": "late"}, headers={"referer": f"http://testserver{origin}"}
    )

    assert answer["Location"].endswith(origin)
    page = client.get(origin)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert page.context["can_decide"] is False
    assert Review.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_decision_about_a_file_that_was_exchanged_meanwhile_does_not_count(
    carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    seen = document.current_revision
    assert seen is not None
    newer = Revision.objects.get(pk=seen.pk)
    newer.pk, newer.number, newer.sha256 = None, 2, "0" * 64
    newer.save()

    with pytest.raises(Conflict):
        _publish(carol, document, revision_id=seen.pk)

    document.refresh_from_db()
    assert document.state == Document.State.IN_REVIEW
    assert not Review.objects.exists()


def test_a_document_without_a_preview_waits_outside_the_queue(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    Revision.objects.filter(document=document).update(state=Revision.State.CONVERTING)

    assert list(selectors.documents_to_review(carol)) == []
    assert selectors.queue_counts(carol) == selectors.QueueCounts(waiting=0, own=0, in_conversion=1)
    client = client_as(carol)
    assert client.get(reverse("trust:queue")).status_code == 200
    assert client.get(reverse("trust:review", args=[document.pk])).context["can_decide"] is False
    with pytest.raises(Conflict):
        _publish(carol, document)


def test_a_decision_that_is_none_changes_nothing(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()

    assert _decide(client_as(carol), document, "burned").status_code == 302
    with pytest.raises(ValueError, match="burned"):
        services.review_decide(reviewer=carol, document_id=document.pk, decision="burned")

    document.refresh_from_db()
    assert document.state == Document.State.IN_REVIEW


def test_a_document_that_is_gone_is_a_conflict(carol: User) -> None:
    with pytest.raises(WenlanError):
        services.review_decide(reviewer=carol, document_id=123456, decision="published")


def test_carol_reads_facts_and_no_names_of_machines(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    revision = document.current_revision
    assert revision is not None
    revision.character_count, revision.recorded_pages = 4069, None
    revision.save()
    page = client_as(carol).get(reverse("trust:review", args=[document.pk])).text
    assert "4,069" in page
    assert revision.media_type not in page
    assert "文件记录的页数" not in page


def test_carol_sees_how_the_author_fared_before(
    alice: User, carol: User, waiting: MakeDocument, published_document: MakeDocument
) -> None:
    published_document()
    for _time in range(2):
        document = waiting()
        services.review_decide(
            reviewer=carol, document_id=document.pk, decision="returned", reason="A page is missing."
        )

    history = selectors.author_history(alice)

    assert (history.published, history.withdrawn, history.returns) == (1, 0, 2)


def test_a_title_with_markup_and_header_lines_stays_a_title(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting(title="<script>alert(1)</script>\r\nBcc: x@example.com")
    client = client_as(carol)

    for path in (reverse("trust:queue"), reverse("trust:review", args=[document.pk])):
        assert "<script>alert" not in client.get(path).content.decode()
    _decide(client, document, "published")

    assert "\n" not in OutgoingMail.objects.get().subject


def test_the_queue_and_the_page_ask_the_database_no_more_for_more_rows(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting(pages=["one"])
    client = client_as(carol)
    queue, page = reverse("trust:queue"), reverse("trust:review", args=[document.pk])

    counts = {path: _query_count(client, path) for path in (queue, page)}
    for _number in range(10):
        waiting()
    longer = waiting(pages=[f"page {number}" for number in range(60)])

    assert _query_count(client, queue) == counts[queue]
    assert _query_count(client, reverse("trust:review", args=[longer.pk])) <= counts[page]


def _query_count(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("revision", ["", "x", "\x00", "9" * 5000, "-1"])
def test_a_forged_revision_number_breaks_nothing(
    client_as: ClientAs, carol: User, waiting: MakeDocument, revision: str
) -> None:
    assert _decide(client_as(carol), waiting(), "published", revision=revision).status_code < 500


@pytest.mark.parametrize("page", ["", "0", "-1", "9999", "x"])
def test_a_page_of_the_queue_that_does_not_exist_is_the_nearest(
    client_as: ClientAs, carol: User, waiting: MakeDocument, page: str
) -> None:
    waiting()

    assert client_as(carol).get(reverse("trust:queue"), {"page": page}).status_code == 200


@pytest.fixture
def amended(alice: User, published_document: MakeDocument) -> Document:
    """A published document for which Alice asks for another title."""
    document = published_document(title="As it was")
    document_update(
        actor=alice, document_id=document.pk, title="Other words", category=document.category, price_minor=400
    )
    return document


def _decide_as_shown(client: Client, document: Document, decision: str, **fields: Any) -> Any:
    """Decide about what the review page shows now."""
    page = client.get(reverse("trust:review", args=[document.pk]))
    submitted = page.context["submitted_at"].isoformat()
    return _decide(client, document, decision, submitted=submitted, **fields)


def test_carol_finds_a_change_in_the_queue_and_accepts_it(
    client_as: ClientAs, carol: User, amended: Document
) -> None:
    client = client_as(carol)
    assert list(client.get(reverse("trust:queue")).context["page_obj"]) == [amended]
    assert selectors.queue_counts(carol) == selectors.QueueCounts(waiting=1, own=0, in_conversion=0)
    assert "Other words" in client.get(reverse("trust:review", args=[amended.pk])).text

    _decide_as_shown(client, amended, "published")

    amended.refresh_from_db()
    assert (amended.title, amended.state) == ("Other words", Document.State.PUBLISHED)
    assert Review.objects.get().decision == "accepted"
    assert OutgoingMail.objects.get().to == "alice@example.com"
    assert selectors.queue_counts(carol).waiting == 0


def test_carol_returns_a_change_and_alice_reads_why(
    client_as: ClientAs, carol: User, amended: Document
) -> None:
    _decide_as_shown(client_as(carol), amended, "returned", text="第三页不是这样。")

    amended.refresh_from_db()
    assert (amended.title, amended.state) == ("As it was", Document.State.PUBLISHED)
    assert "第三页不是这样。" in OutgoingMail.objects.get().body
    assert amended.amendment.return_reason == "第三页不是这样。"


@pytest.mark.parametrize("person", ["alice", "bob", "mallory"])
def test_nobody_else_lets_a_change_pass(
    request: pytest.FixtureRequest, amended: Document, person: str
) -> None:
    with pytest.raises(NotAllowed):
        services.amendment_decide(
            reviewer=request.getfixturevalue(person),
            document_id=amended.pk,
            decision="accepted",
            submitted_at=amended.amendment.submitted_at,
        )


def test_who_looked_at_the_document_does_not_let_a_change_pass_unseen(
    client_as: ClientAs, carol: User, amended: Document
) -> None:
    client = client_as(carol)
    for fields in (
        {},
        {"submitted": "2020-01-01T00:00:00+00:00"},
        {"submitted": "x"},
        {"submitted": "2020-01-01"},
    ):
        assert _decide(client, amended, "published", **fields).status_code == 409

    amended.refresh_from_db()
    assert amended.title == "As it was"


def test_a_document_that_was_taken_back_and_sent_again_is_looked_at_again(
    client_as: ClientAs, alice: User, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    seen = document.submitted_at
    assert seen is not None
    document_take_back(actor=alice, document_id=document.pk)
    document_update(actor=alice, document_id=document.pk, title="Quite another", category=document.category)
    document_submit(actor=alice, document_id=document.pk)

    assert _decide(client_as(carol), document, "published", submitted=seen.isoformat()).status_code == 409


@pytest.mark.parametrize("decision", ["published", "returned"])
def test_carol_takes_a_decision_back_and_alice_hears_of_it(
    client_as: ClientAs, carol: User, waiting: MakeDocument, decision: str
) -> None:
    document = waiting()
    client = client_as(carol)
    after = client.post(
        reverse("trust:review", args=[document.pk]), {"decision": decision, "text": "No."}, follow=True
    )
    review = Review.objects.get()
    assert reverse("trust:undo", args=[review.pk]) in after.text

    answer = client.post(reverse("trust:undo", args=[review.pk]))

    assert answer["Location"] == reverse("trust:review", args=[document.pk])
    document.refresh_from_db()
    assert (document.state, document.published_at, document.return_reason) == ("in_review", None, "")
    review.refresh_from_db()
    assert review.undone_at is not None
    assert OutgoingMail.objects.count() == 2
    page = client.get(reverse("trust:review", args=[document.pk]))
    assert page.context["can_decide"] is True
    assert reverse("trust:undo", args=[review.pk]) not in page.text
    assert client.post(reverse("trust:undo", args=[review.pk])).status_code == 409


def test_an_accepted_change_is_taken_back(client_as: ClientAs, carol: User, amended: Document) -> None:
    client = client_as(carol)
    _decide_as_shown(client, amended, "published")
    client.post(reverse("trust:undo", args=[Review.objects.get().pk]))

    amended.refresh_from_db()
    assert (amended.title, amended.amendment.title) == ("As it was", "Other words")


def test_after_a_quarter_of_an_hour_a_decision_stands(
    client_as: ClientAs, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    review = _publish(carol, document)
    Review.objects.update(decided_at=timezone.now() - datetime.timedelta(minutes=16))

    assert reverse("trust:undo", args=[review.pk]) not in client_as(carol).get(reverse("trust:queue")).text
    with pytest.raises(Conflict):
        services.review_undo(reviewer=carol, review_id=review.pk)


def test_nobody_takes_back_what_another_decided(
    client_as: ClientAs, alice: User, carol: User, dave: User, waiting: MakeDocument
) -> None:
    review = _publish(carol, waiting())

    assert client_as(alice).post(reverse("trust:undo", args=[review.pk])).status_code == 404
    assert client_as(dave).post(reverse("trust:undo", args=[review.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        services.review_undo(reviewer=dave, review_id=review.pk)


def test_what_an_author_went_on_from_is_not_taken_back(
    alice: User, carol: User, waiting: MakeDocument
) -> None:
    document = waiting()
    review = services.review_decide(
        reviewer=carol, document_id=document.pk, decision="returned", reason="A page is missing."
    )
    document_submit(actor=alice, document_id=document.pk)

    with pytest.raises(Conflict):
        services.review_undo(reviewer=carol, review_id=review.pk)
    review.refresh_from_db()
    assert review.undone_at is None
