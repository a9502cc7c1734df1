"""A title that promises what the text does not hold is noticed, and an honest one is left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.services import document_update
from wenlan.similarity.engine.promises import Content, Kind, mismatches
from wenlan.similarity.models import TitleCheck
from wenlan.similarity.title_checks import title_mismatches, titles_check, titles_sweep

Make = Callable[..., Document]

SPEECH = (
    "组工干部新形象发动发言 同志们：今年要花很大精力抓自身建设，改良作风，树组工干部新形象。"
    "部务会把今年确定为自身建设年，安排了一系列的具体措施，要一步一步地抓落实。"
) * 6
ENGLISH = "The cell divides, and each half grows. Membranes keep apart what must not meet. " * 8


def kinds(title: str, text: str = SPEECH, *, pages: int = 5, family: str = "doc") -> list[Kind]:
    return [found.kind for found in mismatches(title, Content(text, pages, family))]


@pytest.mark.parametrize(
    "title",
    [
        "2023年组工干部新形象动员发言范文",  # the text says 发动 where the title says 动员
        "組工幹部新形象",
        "自身建设年工作总结",
        "树新形象发言稿（5页）",
        "组工干部发言 Word版",
        "第3页的作风建设",
        "Building ourselves",  # an English title of a Chinese text
    ],
)
def test_an_honest_title_is_left_alone(title: str) -> None:
    assert kinds(title) == []


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("深度学习与图像识别", SPEECH, Kind.SUBJECT),
        ("Machine learning for chemists", ENGLISH, Kind.SUBJECT),
        ("2023年自身建设计划", SPEECH + "2019年3月。2019年4月。", Kind.YEAR),
        ("二〇二三年自身建设计划", SPEECH + "2019年3月。2018年4月。", Kind.YEAR),
        ("自身建设试题含答案", SPEECH, Kind.ANSWERS),
        ("自身建设发言稿（精选20篇）", SPEECH + "篇一 开头\n篇二 中间\n篇三 结尾", Kind.PARTS),
        ("自身建设发言稿共120页", SPEECH, Kind.PAGES),
        ("自身建设PPT", SPEECH, Kind.FORMAT),
        ("自身建设全文", SPEECH + "下载后可查看全文", Kind.BREAKS_OFF),
        ("建设 范文 模板 免费 下载 大全 总结", SPEECH, Kind.KEYWORDS),
    ],
)
def test_a_promise_that_is_not_kept_is_named(title: str, text: str, kind: Kind) -> None:
    assert kind in kinds(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("2023年自身建设计划", SPEECH + "2022年总结。2022年成绩。"),  # a plan tells of the year before
        ("2023年自身建设计划", SPEECH + "1998年创办。"),  # one year is no subject
        ("自身建设试题含答案", SPEECH + "1. A 2. B 3. D"),
        ("自身建设试题及参考答案", SPEECH + "【解析】选甲。"),
        ("自身建设发言稿（精选3篇）", SPEECH + "篇一 开头\n篇二 中间\n篇三 结尾"),
        ("自身建设5页", SPEECH),
        ("深度学习与图像识别", "短"),  # too short to say what is not in it
        ("深度学习与图像识别", ""),  # a scan
    ],
)
def test_a_promise_that_may_be_kept_is_not_doubted(title: str, text: str) -> None:
    assert kinds(title, text) == []


def test_evidence_names_words_as_the_title_writes_them() -> None:
    (found,) = mismatches("Machine learning for biologists", Content(ENGLISH, 3, "pdf"))
    assert found.promised == "machine、learning、biologists"


@pytest.mark.parametrize(
    "text", ["1" * 400_000, "篇" * 400_000, "a b " * 200_000, "20" * 300_000, "页 " * 300_000]
)
def test_a_text_of_one_sign_is_looked_through(text: str) -> None:
    mismatches("2023年（共20篇）含答案 120页 深度学习", Content(text, 3, "doc"))


@pytest.fixture
def document(published_document: Make) -> Document:
    return published_document(title="深度学习与图像识别", pages=[SPEECH])


@pytest.mark.django_db
def test_author_and_reviewer_read_what_does_not_fit_and_readers_do_not(
    document: Document, carol: User, client: Client
) -> None:
    assert titles_check(document_id=document.pk) == 1
    sentence = "标题说到“深度、学习、图像识别”，正文里没有。"

    client.force_login(document.author)
    assert sentence in client.get(reverse("documents:edit", args=[document.pk])).content.decode()
    client.force_login(carol)
    assert sentence in client.get(reverse("trust:review", args=[document.pk])).content.decode()
    client.logout()
    assert sentence not in client.get(document.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_another_title_is_checked_anew_and_the_old_check_is_gone(document: Document) -> None:
    titles_check(document_id=document.pk)
    assert titles_check(document_id=document.pk) == 0

    Document.objects.filter(pk=document.pk).update(title="组工干部新形象")
    assert titles_check(document_id=document.pk) == 1
    (check,) = TitleCheck.objects.all()
    assert (check.title, check.mismatches) == ("组工干部新形象", [])


@pytest.mark.django_db
def test_the_title_asked_for_is_checked_beside_the_one_readers_know(
    document: Document, published_document: Make
) -> None:
    document_update(
        actor=document.author,
        document_id=document.pk,
        title="机器翻译与语音合成",
        category=document.category,
        description=document.description,
    )
    titles_check(document_id=document.pk)
    revision = document.revisions.get()
    assert title_mismatches(revision=revision, title="机器翻译与语音合成")
    assert title_mismatches(revision=revision, title="深度学习与图像识别")


@pytest.mark.django_db
def test_documents_from_before_the_check_are_checked_by_the_sweep(
    document: Document, django_capture_on_commit_callbacks: Any
) -> None:
    cache.delete("similarity:titles")
    assert titles_sweep() == 1
    titles_check(document_id=document.pk)
    cache.delete("similarity:titles")
    assert titles_sweep() == 0


@pytest.mark.django_db
def test_an_operator_can_leave_a_rule_out(document: Document, settings: Any) -> None:
    settings.TITLE_CHECKS_IGNORED = ["subject"]
    titles_check(document_id=document.pk)
    assert TitleCheck.objects.get().mismatches == []


@pytest.mark.django_db
def test_a_deleted_document_is_no_error() -> None:
    assert titles_check(document_id=4711) == 0
