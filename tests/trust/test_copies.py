"""Carol judges by the evidence whether one text is a copy of another; nobody else sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import compare
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.models import Document
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.evidence import rows_of, side_by_side
from wenlan.similarity.models import Finding, Fingerprint

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User | None], Client]
Make = Callable[..., Document]

DISGUISED = ESSAY.replace("培训", "训练")


@pytest.fixture
def found(published_document: Make) -> Finding:
    """A disguised copy of an earlier document, both of Alice's."""
    for title, text in (("原来的报告", ESSAY), ("换了词的<b>报告</b>", OTHER + DISGUISED)):
        compare(published_document(title=title, pages=[text]))
    return Finding.objects.get()


def test_the_reviewer_sees_what_was_found_beside_the_document(
    client_as: ClientAs, carol: User, found: Finding
) -> None:
    page = client_as(carol).get(reverse("trust:review", args=[found.fingerprint.document_number]))
    text = page.content.decode()
    assert reverse("trust:copy", args=[found.pk]) in text
    assert f"{found.percent}%" in text
    assert "之后出现的雷同文档" not in text
    earlier = client_as(carol).get(reverse("trust:review", args=[found.earlier.document_number]))
    assert reverse("trust:copy", args=[found.pk]) in earlier.text
    assert "之后出现的雷同文档" in earlier.text


def test_the_passages_stand_side_by_side_with_the_swapped_words(
    client_as: ClientAs, carol: User, found: Finding
) -> None:
    text = client_as(carol).get(reverse("trust:copy", args=[found.pk])).content.decode()
    assert "<mark>训练</mark>" in text
    assert "<mark>培训</mark>" in text
    assert "培训 → 训练 ×2" in text
    assert "&lt;b&gt;报告" in text
    assert "<b>报告" not in text


@pytest.mark.parametrize(("seconds", "said"), [(20, "不到一分钟"), (7200, "2 小时")])
def test_it_is_said_how_much_earlier_the_other_text_was_here(
    client_as: ClientAs, carol: User, found: Finding, seconds: int, said: str
) -> None:
    later = found.earlier.stored_at + timedelta(seconds=seconds)
    Fingerprint.objects.filter(pk=found.fingerprint_id).update(stored_at=later)
    text = client_as(carol).get(reverse("trust:copy", args=[found.pk])).text.replace("\xa0", " ")
    assert f"较早的文本早入库{said}".replace(" ", "") in text.replace(" ", "")


def test_the_decision_is_kept_and_shown(client_as: ClientAs, carol: User, found: Finding) -> None:
    client = client_as(carol)
    response = client.post(reverse("trust:copy", args=[found.pk]), {"decision": "confirmed"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("trust:review", args=[found.fingerprint.document_number])
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (Finding.State.CONFIRMED, carol)
    assert "It is a copy" not in client.get(reverse("trust:copy", args=[found.pk])).content.decode()
    with pytest.raises(Conflict):
        finding_decide(actor=carol, finding_id=found.pk, is_copy=False)


def test_no_word_is_no_decision(client_as: ClientAs, carol: User, found: Finding) -> None:
    client_as(carol).post(reverse("trust:copy", args=[found.pk]), {"decision": "whatever"})
    found.refresh_from_db()
    assert found.state == Finding.State.OPEN


def test_nobody_decides_about_their_own(alice: User, found: Finding) -> None:
    with pytest.raises(NotAllowed):
        finding_decide(actor=alice, finding_id=found.pk, is_copy=False)
    found.refresh_from_db()
    assert found.state == Finding.State.OPEN


@pytest.mark.parametrize("person", ["alice", "bob", "mallory", None])
def test_others_do_not_see_that_there_is_evidence(
    client_as: ClientAs, request: pytest.FixtureRequest, found: Finding, person: str | None
) -> None:
    client = client_as(request.getfixturevalue(person) if person else None)
    address = reverse("trust:copy", args=[found.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"decision": "confirmed"}).status_code == 404
    found.refresh_from_db()
    assert found.state == Finding.State.OPEN


def test_the_queries_do_not_grow_with_what_was_found(
    client_as: ClientAs, carol: User, published_document: Make, found: Finding
) -> None:
    def queries(document_number: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            client_as(carol).get(reverse("trust:review", args=[document_number]))
        return len(captured)

    few = queries(found.fingerprint.document_number)
    for number in range(4):
        last = published_document(title=f"又一份 {number}", pages=[DISGUISED])
        compare(last)
    assert Finding.objects.filter(fingerprint__document_number=last.pk).count() > 3
    assert queries(last.pk) == few


def test_pieces_make_up_the_whole_passages() -> None:
    for mine, earlier in ((ESSAY, DISGUISED), (ESSAY, OTHER), ("", ESSAY), ("，。", "。")):
        both = side_by_side(mine, earlier)
        assert "".join(piece.text for piece in both.mine) == mine
        assert "".join(piece.text for piece in both.earlier) == earlier
    assert [piece.text for piece in side_by_side(DISGUISED, ESSAY).mine if piece.differs] == ["训练", "训练"]
    # Of a longer word only what differs is marked, and of several in a row not what stands between them.
    marked = side_by_side("他们去汇报事务，那里有须要。", "他们去汇报工作，那里有需要。").mine
    assert [piece.text for piece in marked if piece.differs] == ["事务", "须要"]
    contents = side_by_side(f"第一章航道{'.' * 80}3，{ESSAY}", ESSAY).mine
    assert "".join(piece.text for piece in contents) == f"第一章航道…3，{ESSAY}"
    assert side_by_side("字" * 5000, "字" * 5000).mine[-1].text.endswith("…")


def test_a_long_passage_stands_in_rows_that_belong_together() -> None:
    rows = list(rows_of(ESSAY + OTHER, DISGUISED + OTHER))
    assert len(rows) > 2
    assert [row.differs for row in rows].count(True) == 1
    for row in rows[:-1]:
        assert row.mine[-1].text[-1] in "。；"
        assert row.earlier[-1].text[-1] in "。；"
    assert "".join(piece.text for row in rows for piece in row.earlier) == DISGUISED + OTHER


@pytest.mark.parametrize(
    ("words", "told"), [(0, "没有可以比对的文字"), (400_000, "只比对了前 400,000 个词"), (100, "")]
)
def test_the_reviewer_learns_how_much_could_be_compared(
    client_as: ClientAs, carol: User, published_document: Make, words: int, told: str
) -> None:
    document = published_document(pages=["……"])
    compare(document)
    Fingerprint.objects.update(word_count=words)
    page = client_as(carol).get(reverse("trust:review", args=[document.pk])).content.decode()
    assert told in page
    assert ("比对的文字" in page or "只比对了" in page) == bool(told)
