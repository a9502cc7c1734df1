"""What authors and readers are told of copies, and what reviewers do about them by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import compare, findings_of
from tests.similarity.test_rules import Rule, copied, rule, state_of
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.models import Document
from wenlan.documents.services import document_publish, document_submit, document_withdraw
from wenlan.similarity.deciding import finding_decide, finding_undo
from wenlan.similarity.models import Finding, FindingDecision
from wenlan.similarity.services import revision_comparison_request
from wenlan.trust.services import document_takedown

__all__ = ["copied", "rule"]
pytestmark = pytest.mark.django_db
ClientAs = Callable[[User | None], Client]
Make = Callable[..., Document]


def edit_page(client: Client, document: Document) -> str:
    return client.get(reverse("documents:edit", args=[document.pk])).text


def details(document: Document, **others: str) -> dict[str, str]:
    return {
        "title": document.title,
        "category": str(document.category_id),
        "price": "4",
        "preview_kind": "pages",
        "preview_pages": "3",
        "then": "submit",
        **others,
    }


def test_an_author_reads_before_submitting_which_document_has_the_text(
    client_as: ClientAs, copied: Make, mallory: User
) -> None:
    draft = copied()
    (finding,) = findings_of(draft)
    page = edit_page(client_as(mallory), draft)
    assert "原来的报告" in page
    assert f'href="/d/{finding.earlier.document_number}/"' in page
    assert f"文字（{finding.percent}%）见于文档 {finding.earlier.document_number}" in page


def test_of_a_text_that_is_not_public_its_author_says_nothing_to_others(
    client_as: ClientAs, copied: Make, mallory: User, alice: User
) -> None:
    draft = copied()
    (finding,) = findings_of(draft)
    document_withdraw(actor=alice, document_id=finding.earlier.document_number)
    page = edit_page(client_as(mallory), draft)
    assert "未公开的文本" in page
    assert "原来的报告" not in page
    assert f"/d/{finding.earlier.document_number}/" not in page


def test_who_uploads_a_text_twice_is_led_to_the_first(client_as: ClientAs, copied: Make, alice: User) -> None:
    draft = copied(author=alice)
    (finding,) = findings_of(draft)
    page = edit_page(client_as(alice), draft)
    assert "您已上传过这篇文本" in page
    assert f'href="/my/documents/{finding.earlier.document_number}/"' in page


def test_the_list_of_ones_documents_says_which_of_them_are_here_already(
    client_as: ClientAs, copied: Make, draft_document: Make, mallory: User
) -> None:
    draft = copied()
    (finding,) = findings_of(draft)

    def listed() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            page = client_as(mallory).get(reverse("documents:mine")).text
        return page, len(captured)

    page, queries = listed()
    assert f"{finding.percent}% 的文字文库中已有" in page
    for number in range(3):
        compare(draft_document(author=mallory, pages=[f"{ESSAY}{number}"]))
    assert listed()[1] == queries


def test_what_the_rules_ignore_is_not_told_in_the_list(
    client_as: ClientAs, copied: Make, rule: Rule, mallory: User
) -> None:
    rule("same_text", "ignore")
    copied()
    assert "文库中已有" not in client_as(mallory).get(reverse("documents:mine")).text


def test_where_a_file_was_uploaded_its_author_is_told_what_was_found_as_soon_as_it_is(
    client_as: ClientAs, copied: Make, rule: Rule, mallory: User
) -> None:
    rule("same_text", "refuse")
    draft = copied()
    draft.revisions.get().fingerprint.findings.all().delete()
    revision_comparison_request(draft.revisions.get().pk)
    client, found = client_as(mallory), reverse("similarity:found", args=[draft.pk])

    def part(address: str) -> str:
        return client.get(f"{address}?short=1", headers={"HX-Request": "true"}).text

    row = part(reverse("conversion:status", args=[draft.pk]))
    assert "预览已就绪" in row
    for place in (row, client.get(reverse("documents:mine")).text, part(found)):
        assert "正在与文库比对" in place
        assert f'hx-get="{found}?short=1"' in place

    compare(draft)
    (finding,) = findings_of(draft)
    for place in (part(reverse("conversion:status", args=[draft.pk])), part(found)):
        assert f"{finding.percent}% 的文字文库中已有" in place
        assert "state--bad" in place
        assert f"{reverse('documents:edit', args=[draft.pk])}#copies-found" in place
        assert "hx-get" not in place


def test_where_a_file_was_uploaded_it_is_said_too_that_nothing_was_found(
    client_as: ClientAs, draft_document: Make, alice: User
) -> None:
    draft = draft_document(pages=[OTHER])
    compare(draft)
    found = reverse("similarity:found", args=[draft.pk])
    answer = client_as(alice).get(f"{found}?short=1", headers={"HX-Request": "true"})
    assert "文库中未见雷同" in answer.text


def test_of_pages_without_a_word_nobody_is_told_that_their_text_is_new(
    client_as: ClientAs, draft_document: Make, alice: User
) -> None:
    scan = draft_document(pages=["", ""])
    compare(scan)
    client, found = client_as(alice), reverse("similarity:found", args=[scan.pk])
    page = edit_page(client, scan)
    assert "文件中没有文字，各页可能是图片" in page
    assert "未发现雷同" not in page
    part = client.get(f"{found}?short=1", headers={"HX-Request": "true"}).text
    assert "文件中没有文字" in part
    assert "未见雷同" not in part


def test_a_text_of_ones_own_is_said_to_be_found_nowhere(
    client_as: ClientAs, draft_document: Make, alice: User
) -> None:
    draft = draft_document(pages=[OTHER])
    compare(draft)
    assert "未发现雷同" in edit_page(client_as(alice), draft)


def test_the_page_asks_again_until_the_text_is_compared(
    client_as: ClientAs, copied: Make, mallory: User
) -> None:
    draft = copied()
    revision_comparison_request(draft.revisions.get().pk)
    found = reverse("similarity:found", args=[draft.pk])
    client = client_as(mallory)
    assert f'hx-get="{found}"' in edit_page(client, draft)
    compare(draft)
    part = client.get(found, headers={"HX-Request": "true"}).text
    assert "hx-get" not in part
    assert "原来的报告" in part
    assert client.get(found).status_code == 302


@pytest.mark.parametrize("person", ["bob", "alice", None])
def test_others_do_not_see_what_an_author_is_told(
    client_as: ClientAs, copied: Make, request: pytest.FixtureRequest, person: str | None
) -> None:
    client = client_as(request.getfixturevalue(person) if person else None)
    answer = client.get(reverse("similarity:found", args=[copied().pk]), headers={"HX-Request": "true"})
    assert answer.status_code == (404 if person else 302)


def test_a_refused_author_objects_and_a_reviewer_reads_why(
    client_as: ClientAs, copied: Make, rule: Rule, mallory: User, carol: User
) -> None:
    rule("same_text", "refuse")
    draft = copied()
    client = client_as(mallory)
    edit = reverse("documents:edit", args=[draft.pk])
    answer = client.post(edit, details(draft), headers={"Referer": f"http://testserver{edit}"}, follow=True)
    assert "已见于文库中的《原来的报告》" in answer.text
    assert state_of(draft) == Document.State.DRAFT

    client.post(edit, details(draft, objection="<b>我</b>写的。"))
    assert state_of(draft) == Document.State.IN_REVIEW
    assert "&lt;b&gt;我&lt;/b&gt;写的。" in edit_page(client, draft)
    review = client_as(carol).get(reverse("trust:review", args=[draft.pk])).text
    assert "&lt;b&gt;我&lt;/b&gt;写的。" in review


def test_a_warned_author_ticks_that_they_know(
    client_as: ClientAs, copied: Make, rule: Rule, mallory: User
) -> None:
    rule("same_text", "warn")
    draft = copied()
    client = client_as(mallory)
    edit = reverse("documents:edit", args=[draft.pk])
    assert 'name="knows"' in edit_page(client, draft)
    client.post(edit, details(draft), headers={"Referer": f"http://testserver{edit}"})
    assert state_of(draft) == Document.State.DRAFT
    client.post(edit, details(draft, knows="1"))
    assert state_of(draft) == Document.State.IN_REVIEW


@pytest.fixture
def confirmed(copied: Make, mallory: User, carol: User) -> Finding:
    """A published copy that Carol has called one."""
    draft = copied()
    document_submit(actor=mallory, document_id=draft.pk)
    document_publish(document_id=draft.pk)
    (finding,) = findings_of(draft)
    return finding_decide(actor=carol, finding_id=finding.pk, is_copy=True, reason="逐字相同。")


def test_readers_are_told_whose_text_a_copy_has(client_as: ClientAs, confirmed: Finding) -> None:
    earlier = confirmed.earlier.document_number
    page = client_as(None).get(f"/d/{confirmed.fingerprint.document_number}/").text
    assert f"与文档 {earlier} 内容相同" in page
    assert "内容相同" not in client_as(None).get(f"/d/{earlier}/").text


def test_readers_are_told_of_a_part(client_as: ClientAs, confirmed: Finding) -> None:
    Finding.objects.update(kind=Finding.Kind.PART_OF)
    page = client_as(None).get(f"/d/{confirmed.fingerprint.document_number}/").text
    assert f"内容是文档 {confirmed.earlier.document_number} 的一部分" in page


def test_readers_are_not_led_to_what_is_not_public(
    client_as: ClientAs, confirmed: Finding, alice: User
) -> None:
    document_withdraw(actor=alice, document_id=confirmed.earlier.document_number)
    assert "内容相同" not in client_as(None).get(f"/d/{confirmed.fingerprint.document_number}/").text


@pytest.mark.parametrize("state", ["open", "dismissed"])
def test_readers_are_told_nothing_that_nobody_confirmed(
    client_as: ClientAs, confirmed: Finding, state: str
) -> None:
    Finding.objects.update(state=state)
    assert "内容相同" not in client_as(None).get(f"/d/{confirmed.fingerprint.document_number}/").text


def test_carol_takes_her_decision_back_and_both_stay_on_record(
    client_as: ClientAs, confirmed: Finding, carol: User
) -> None:
    client = client_as(carol)
    page = client.get(reverse("trust:copy", args=[confirmed.pk])).text
    assert "逐字相同。" in page
    assert reverse("trust:copy_undo", args=[confirmed.pk]) in page
    client.post(reverse("trust:copy_undo", args=[confirmed.pk]))
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.decided_by) == (Finding.State.OPEN, None)
    assert "内容相同" not in client_as(None).get(f"/d/{confirmed.fingerprint.document_number}/").text
    finding_decide(actor=carol, finding_id=confirmed.pk, is_copy=False)
    assert [each.undone_at is None for each in FindingDecision.objects.all()] == [True, False]


def test_nobody_else_takes_it_back_and_nobody_after_a_quarter_of_an_hour(
    confirmed: Finding, carol: User, dave: User, mallory: User
) -> None:
    for person in (dave, mallory):
        with pytest.raises(NotAllowed):
            finding_undo(actor=person, finding_id=confirmed.pk)
    Finding.objects.update(decided_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(Conflict):
        finding_undo(actor=carol, finding_id=confirmed.pk)


@pytest.mark.parametrize("person", ["alice", "bob", "mallory", None])
def test_the_pages_about_copies_exist_for_reviewers_only(
    client_as: ClientAs, confirmed: Finding, request: pytest.FixtureRequest, person: str | None
) -> None:
    client = client_as(request.getfixturevalue(person) if person else None)
    assert client.get(reverse("trust:copies")).status_code == 404
    assert client.post(reverse("trust:copy_undo", args=[confirmed.pk])).status_code == 404


def test_a_reviewer_does_not_see_what_has_not_left_its_authors_desk(
    client_as: ClientAs, copied: Make, carol: User
) -> None:
    (finding,) = findings_of(copied())
    assert client_as(carol).get(reverse("trust:copy", args=[finding.pk])).status_code == 404


def test_the_queue_says_shortly_what_was_found(
    client_as: ClientAs, copied: Make, draft_document: Make, mallory: User, carol: User
) -> None:
    draft = copied()
    document_submit(actor=mallory, document_id=draft.pk)
    (finding,) = findings_of(draft)

    def queue() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            page = client_as(carol).get(reverse("trust:queue")).text
        return page, len(captured)

    page, queries = queue()
    percent = max(finding.percent, finding.earlier_percent)
    assert f"全文雷同，{percent}%：文档 {finding.earlier.document_number}" in page
    for number in range(3):
        another = draft_document(author=mallory, pages=[f"{ESSAY}{number}"], state="in_review")
        compare(another)
    assert queue()[1] == queries


def test_a_copy_found_after_publication_waits_for_a_reviewer(
    client_as: ClientAs, published_document: Make, mallory: User, carol: User
) -> None:
    compare(published_document(title="原来的报告", pages=[ESSAY]))
    copy = published_document(author=mallory, title="早已上架的抄本", pages=[ESSAY])
    compare(copy)
    client = client_as(carol)
    assert reverse("trust:copies") in client.get(reverse("trust:queue")).text
    assert "早已上架的抄本" in client.get(reverse("trust:copies")).text
    finding_decide(actor=carol, finding_id=Finding.objects.get().pk, is_copy=False)
    assert "早已上架的抄本" not in client.get(reverse("trust:copies")).text


def test_the_evidence_says_what_is_left_of_a_text_that_is_gone(
    client_as: ClientAs, published_document: Make, draft_document: Make, mallory: User, dave: User
) -> None:
    first = published_document(title="被投诉的报告", pages=[ESSAY])
    compare(first)
    document_takedown(operator=dave, document_id=first.pk, reason="Bob wrote it.", stays_down=True)
    first.delete()
    again = draft_document(author=mallory, pages=[ESSAY], state="in_review", content=b"other")
    compare(again)
    (finding,) = findings_of(again)
    page = client_as(dave).get(reverse("trust:copy", args=[finding.pk])).text
    assert f"其 {finding.marks_earlier} 个指纹点中有 {finding.marks_shared} 个相同" in page
    assert "已下架" in page


def test_dave_lets_a_text_stay_down(client_as: ClientAs, published_document: Make, dave: User) -> None:
    document = published_document(pages=[ESSAY])
    compare(document)
    takedown = reverse("trust:takedown", args=[document.pk])
    assert 'name="stays_down"' in client_as(dave).get(takedown).text
    client_as(dave).post(takedown, {"reason": "Bob wrote it.", "stays_down": "on"})
    assert document.revisions.get().fingerprint.stays_down
