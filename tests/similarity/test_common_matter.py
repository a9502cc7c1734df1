"""Templates, laws, lists and forms that many texts have make none of them a copy; a real copy beside them is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.similarity.writing import CONTENTS, CONTRACT, DECLARATION, LAW, REFERENCES, pages_of, prose
from wenlan.accounts.models import User
from wenlan.similarity.deciding import finding_decide
from wenlan.similarity.models import Finding

pytestmark = pytest.mark.django_db
Upload = Callable[..., list[Finding]]


def thesis(seed: int) -> list[str]:
    """A text of its own with what every thesis has: a declaration, contents, the law it is about, references."""
    own = prose(seed, 120)
    half = len(own) // 2
    return [DECLARATION, CONTENTS, *pages_of(own[:half] + LAW + own[half:]), REFERENCES]


def contract(seed: int) -> str:
    return f"合同编号：{seed}\n甲方：{prose(seed, 1)}乙方：{prose(seed + 1, 1)}{CONTRACT}附件：{prose(seed + 2, 8)}"


def form(seed: int) -> str:
    own = [sentence for sentence in prose(seed, 8).split("。") if sentence]
    asked = ["姓名", "出生日期", "工作单位", "联系电话", "主要工作经历", "申请理由", "单位意见", "备注"]
    return "项目申报表\n" + "\n".join(
        f"{question}：{answer}" for question, answer in zip(asked, own, strict=True)
    )


def test_two_theses_that_quote_the_same_law_are_no_copies(upload: Upload) -> None:
    assert upload(*thesis(1)) == []
    assert upload(*thesis(2)) == []


def test_a_thesis_that_is_a_copy_but_for_its_title_page_is_found_among_them(upload: Upload) -> None:
    upload(*thesis(1))
    upload(*thesis(2))
    (finding,) = upload("另一所大学\n另一个题目\n", *thesis(2))
    assert finding.kind == Finding.Kind.SAME_TEXT
    assert finding.share > 0.95


@pytest.mark.parametrize(
    "common", [CONTENTS, REFERENCES, DECLARATION], ids=["contents", "references", "declaration"]
)
def test_what_stands_before_and_after_every_text_makes_no_copy(upload: Upload, common: str) -> None:
    upload(common, *pages_of(prose(3, 80)))
    assert upload(common, *pages_of(prose(4, 80))) == []
    (finding,) = upload(common, *pages_of(prose(3, 60)))
    assert finding.share > 0.9


def test_contracts_of_one_template_are_no_copies_of_each_other(upload: Upload) -> None:
    for seed in range(0, 60, 10):
        upload(contract(seed))
    assert upload(contract(70)) == []
    copied = upload(contract(30).replace("30", "31"))
    assert copied[0].share > 0.9


def test_a_form_that_two_people_filled_in_is_no_copy(upload: Upload) -> None:
    upload(form(1))
    assert upload(form(2)) == []
    assert len(upload(form(1) + "\n盖章处")) == 1


def test_once_a_reviewer_has_called_it_a_template_nobody_is_asked_again(
    upload: Upload, carol: User, bob: User, mallory: User
) -> None:
    upload(contract(0))
    (finding,) = upload(contract(10), author=bob)
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=False)
    assert upload(contract(20), author=mallory) == []
    copied = upload(contract(10), author=mallory)
    assert [found.earlier_id for found in copied] == [finding.fingerprint_id]


def test_two_versions_of_one_author_do_not_hide_that_somebody_copied_them(
    upload: Upload, carol: User, mallory: User
) -> None:
    upload(prose(5, 30))
    (finding,) = upload(prose(5, 20) + prose(6, 10))
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=False)
    assert upload(prose(5, 30), author=mallory)


def test_texts_that_were_called_the_same_by_right_hide_no_third_one(
    upload: Upload, carol: User, bob: User, mallory: User
) -> None:
    upload(prose(5, 30))
    (finding,) = upload(prose(5, 30), author=bob)
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=False)
    assert upload(prose(5, 30), author=mallory)
