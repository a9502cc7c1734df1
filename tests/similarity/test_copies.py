"""A copy is found, whatever it is called and however it is disguised, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils.translation import override

from tests.similarity.test_comparing import ESSAY, OTHER
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_delete, document_withdraw
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.models import Finding, Fingerprint, Mark
from wenlan.similarity.services import (
    comparisons_sweep,
    fingerprint_compare,
    revision_comparison_request,
)

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]

FORM = (
    "甲方委托乙方提供本合同所列服务，双方在平等自愿的基础上经协商一致订立如下条款，共同遵守执行。"
    "因不可抗力致使本合同不能履行的，遇有不可抗力的一方应当及时通知对方并提供证明文件。"
    "本合同自双方签字盖章之日起生效，一式两份，双方各执一份，具有同等法律效力。"
)


@pytest.fixture
def compared(published_document: Make) -> Callable[..., Document]:
    """A published document with this text that has been compared with those before it."""

    def make(*pages: str, **columns: Any) -> Document:
        document = published_document(pages=list(pages), **columns)
        compare(document)
        return document

    return make


def compare(document: Document) -> list[Finding]:
    revision = document.revisions.get()
    revision_comparison_request(revision.pk)
    return fingerprint_compare(fingerprint_id=revision.fingerprint.pk)


def findings_of(document: Document) -> list[Finding]:
    return list(Finding.objects.filter(fingerprint__document_number=document.pk))


def test_a_disguised_copy_is_found_with_its_evidence(compared: Make) -> None:
    first = compared(ESSAY)
    disguised = ESSAY.replace("培训", "训练").replace("共同提高", "一起进步").replace("职责", "责任")
    second = compared("工作报告封面\n", disguised + OTHER[:40])

    assert findings_of(first) == []
    (finding,) = findings_of(second)
    assert (finding.kind, finding.earlier.document_number) == (Finding.Kind.SAME_TEXT, first.pk)
    assert finding.share > 0.6
    assert finding.earlier_share > 0.9
    assert ["培训", "训练", 2] in finding.swapped
    ((own, earlier), *_others) = finding.passages
    assert any("训练" in mine and "培训" in other for mine, other in finding.passages)
    assert own in "工作报告封面\n" + disguised + OTHER
    assert earlier in ESSAY


def test_a_chapter_and_a_merger_are_told_apart(compared: Make) -> None:
    whole = compared(ESSAY + OTHER)
    chapter = compared(OTHER)
    (part,) = findings_of(chapter)
    assert (part.kind, part.earlier.document_number) == (Finding.Kind.PART_OF, whole.pk)

    merger = compared(OTHER, FORM * 2, ESSAY)
    kinds = {finding.earlier.document_number: finding.kind for finding in findings_of(merger)}
    assert kinds[chapter.pk] == Finding.Kind.CONTAINS


def test_texts_of_their_own_are_no_copies(compared: Make) -> None:
    for text in (ESSAY, OTHER, FORM):
        assert findings_of(compared(text)) == []


def test_a_form_that_many_use_makes_none_a_copy(compared: Make) -> None:
    words = [
        "海边灯塔渔船航道岩石风暴", "花园月季牡丹草坪灌溉修剪", "桥梁混凝土钢筋桥墩伸缩缝养护",
        "算法数据索引缓存队列线程锁", "旅行地图帐篷背包溪流山谷露营",
    ]  # fmt: skip
    documents = [
        compared(f"{FORM}{each}。" + "，".join(each[place:] + each[:place] for place in range(12)))
        for each in words
    ]
    assert findings_of(documents[-1]) == []


def test_the_earlier_upload_is_the_earlier_text_whichever_is_compared_first(
    compared: Make, published_document: Make
) -> None:
    first = published_document(pages=[ESSAY])
    second = published_document(pages=[ESSAY])
    Revision.objects.filter(document=second).update(created_at=first.created_at.replace(year=2031))
    compare(second)
    compare(first)
    (finding,) = Finding.objects.all()
    assert (finding.fingerprint.document_number, finding.earlier.document_number) == (second.pk, first.pk)


def test_a_withdrawn_work_is_still_compared_with(compared: Make, alice: User) -> None:
    first = compared(ESSAY)
    document_withdraw(actor=alice, document_id=first.pk)
    assert [finding.earlier.document_number for finding in findings_of(compared(ESSAY))] == [first.pk]


def test_comparing_again_keeps_a_decision_and_forgets_what_no_longer_holds(
    compared: Make, carol: User
) -> None:
    compared(ESSAY)
    second = compared(ESSAY)
    (finding,) = findings_of(second)
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=True)
    assert [again.pk for again in compare(second)] == [finding.pk]
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by) == (Finding.State.CONFIRMED, carol)

    third = compared(ESSAY)
    assert len(findings_of(third)) == 2
    third.revisions.get().pages.update(text=OTHER)
    assert compare(third) == []
    assert findings_of(third) == []


def test_another_file_of_the_same_document_is_no_copy_of_the_one_before(compared: Make) -> None:
    document = compared(ESSAY)
    before = document.revisions.get()
    Revision.objects.filter(pk=before.pk).update(state=Revision.State.REPLACED)
    after = Revision.objects.create(
        document=document, number=2, uploader=document.author, file="again", original_name="again.txt",
        sha256="a" * 64, size_bytes=1, format="txt", media_type="text/plain", state="ready", page_count=1,
    )  # fmt: skip
    page = before.pages.first()
    assert page is not None
    page.pk, page.revision = None, after
    page.save()
    revision_comparison_request(after.pk)
    assert fingerprint_compare(fingerprint_id=after.fingerprint.pk) == []
    assert after.fingerprint.marks.exists()


def test_only_one_reviewer_decides(compared: Make, carol: User, dave: User) -> None:
    compared(ESSAY)
    (finding,) = findings_of(compared(ESSAY))
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=False)
    with pytest.raises(Conflict):
        finding_decide(actor=dave, finding_id=finding.pk, is_copy=True)
    finding.refresh_from_db()
    assert finding.state == Finding.State.DISMISSED


def test_a_fingerprint_outlives_its_document(compared: Make) -> None:
    document = compared(ESSAY)
    document_withdraw(actor=document.author, document_id=document.pk)
    document_delete(actor=document.author, document_id=document.pk)
    fingerprint = Fingerprint.objects.get()
    assert fingerprint.revision is None
    assert Mark.objects.filter(fingerprint=fingerprint).exists()
    assert fingerprint_compare(fingerprint_id=fingerprint.pk) == []


def test_what_was_here_before_comparing_was_is_compared_in_time(published_document: Make) -> None:
    document = published_document(pages=[ESSAY])
    cache.clear()
    comparisons_sweep()
    assert document.revisions.get().fingerprint.state == Fingerprint.State.WAITING
    assert comparisons_sweep() == 0  # not again so soon


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_file_outside_the_library_is_compared_by_a_command(compared: Make, tmp_path: Path) -> None:
    document = compared(ESSAY)
    copy, own, broken = tmp_path / "copy.txt", tmp_path / "own.txt", tmp_path / "broken.docx"
    copy.write_text(ESSAY.replace("培训", "训练"), encoding="gb18030")
    own.write_text(OTHER, encoding="utf-8")
    broken.write_bytes(b"PK\x03\x04 nothing")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("copies", str(copy), str(own), str(broken), "--json", stdout=out)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["status"] for row in rows] == ["ok", "ok", "damaged"]
    (found,) = rows[0]["copies"]
    assert found["id"] == document.pk
    assert min(found["share"], found["other_share"]) > 0.9
    assert ["培训", "训练", 2] in found["swapped"]
    assert rows[1]["copies"] == []


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("language", "missing", "nothing"),
    [
        ("zh-hans", "没有这个文件。", "没有可以比对的文字。"),
        ("en", "There is no such file.", "There is no text to compare."),
    ],
)
def test_what_cannot_be_compared_is_said_in_the_language_of_the_site(
    tmp_path: Path, language: str, missing: str, nothing: str
) -> None:
    dots, out = tmp_path / "dots.txt", StringIO()
    dots.write_text("……。", encoding="utf-8")
    with override(language), pytest.raises(SystemExit) as left:
        call_command("copies", str(dots), str(tmp_path / "gone.pdf"), stdout=out)
    assert left.value.code == 1
    assert out.getvalue().splitlines() == [f"{dots}: {nothing}", f"{tmp_path / 'gone.pdf'}: {missing}"]
