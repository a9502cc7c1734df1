"""What the pictures show besides the fresh demo library: things returned, withdrawn, failed, asked and paid halfway."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from wenlan.demo import people
from wenlan.demo.actors import Details, Visitor, Writer, until
from wenlan.demo.shared import shared
from wenlan.demo.site import Site

if TYPE_CHECKING:
    from wenlan.accounts.models import User
    from wenlan.documents.models import Category, Document
    from wenlan.similarity.models import Finding

_LETTER = """关于开放阅览室的几点说明

一、阅览室每天早上八点开放，晚上十点关闭，节假日照常。
二、读者可以带自己的书进来，离开时请把书架上的书放回原处。
三、需要复印的读者请在服务台登记，当天可取。
"""


#: What a writer puts who passes off another's text as their own.
_SWAPPED = {
    "工作": "事务", "管理": "治理", "提高": "提升", "学习": "研习", "方法": "办法", "时间": "时刻", "需要": "须要",
    "重要": "紧要", "问题": "疑问", "可以": "能够", "开始": "起头", "使用": "采用", "每天": "天天", "选择": "挑选",
}  # fmt: skip


def addresses() -> dict[str, str]:
    """The pages of the library as it is: documents of several kinds, an author, an order, a mail."""
    from wenlan.documents.models import Document
    from wenlan.orders.models import Order

    published = Document.objects.filter(state=Document.State.PUBLISHED).select_related(
        "category", "current_revision"
    )
    long = published.filter(price_minor__gt=0, preview_kind="pages", current_revision__page_count__gte=6)
    # One that the reader of the pictures has not bought: it shows what strangers see.
    paid = (
        long.filter(language="zh-hans", current_revision__format="docx")
        .exclude(entitlements__reader__email=people.READER.email)
        .order_by("pk")
        .first()
    )
    free = published.filter(price_minor=0).first()
    slides = published.exclude(current_revision__slides_file="").order_by("-price_minor", "pk").first()
    sheet = published.filter(current_revision__format__in=["xls", "xlsx"]).first()
    waiting = Document.objects.filter(state=Document.State.IN_REVIEW).first()
    order = Order.objects.filter(buyer__email=people.READER.email, price_minor__gt=0).order_by("pk").first()
    if not (paid and free and slides and sheet and waiting and order) or paid.category is None:
        raise SystemExit("The demo library is not there yet: run script/demo once.")
    own = published.filter(author__email=people.WRITERS[0].email).order_by("pk").first() or paid
    return {
        "doc": paid.get_absolute_url(),
        "free": free.get_absolute_url(),
        "slides": slides.get_absolute_url(),
        "sheet": sheet.get_absolute_url(),
        "bought": order.document.get_absolute_url(),
        "own": own.get_absolute_url(),
        "category": paid.category.get_absolute_url(),
        "author": f"/u/{paid.author_id}/",
        "edit": f"/my/documents/{own.pk}/",
        "review": f"/review/{waiting.pk}/",
        "order": f"/orders/{order.pk}/",
    }


def play(site: Site, *, password: str, folder: Path) -> dict[str, str]:
    """Let people do what the fresh library does not show yet; files are written to `folder`.

    Returns the addresses of what came of it. The library is changed: play on a copy.
    """
    return {
        **_returned_and_failed(site, password=password, folder=folder),
        **_copied(site, password=password, folder=folder),
        **_withdrawn_and_amended(site, password=password),
        **_asked_and_paid_halfway(),
        **_mailed(site, password=password),
        **shared(),
    }


def _published(*, bought: bool, author: str = "") -> Document:
    """A published document, of `author` if given, which somebody paid for, or nobody."""
    from wenlan.documents.models import Document

    sales = {"sale_count__gt": 0} if bought else {"sale_count": 0}
    found = Document.objects.filter(state=Document.State.PUBLISHED, **sales)
    if author:
        found = found.filter(author__email=author)
    document = found.order_by("-pk").first()
    if document is None:
        raise SystemExit("The demo library is not there yet: run script/demo once.")
    return document


def _returned_and_failed(site: Site, *, password: str, folder: Path) -> dict[str, str]:
    """One text that the reviewer returned, one that waits as a draft, one file that is damaged inside."""
    from wenlan.documents.models import Category
    from wenlan.trust.services import review_decide

    writer = Writer(site.address, email=people.WRITERS[0].email, password=password)
    writer.sign_in()
    returned = _uploaded(writer, folder / "阅览室开放说明.txt", _LETTER.encode())
    writer.wait_for_preview(returned)
    category = Category.objects.order_by("position").first()
    writer.describe(returned, Details(category=category.name_en if category else ""))
    draft = _uploaded(writer, folder / "阅览室开放说明（草稿）.txt", (_LETTER * 2).encode())
    writer.wait_for_preview(draft)
    damaged = _uploaded(writer, folder / "扫描件.pdf", b"%PDF-1.7\n" + secrets.token_bytes(4000))
    until("The failure of a damaged file", lambda: _has_failed(damaged))
    review_decide(
        reviewer=_person(people.REVIEWER.email),
        document_id=returned,
        decision="returned",
        reason="正文只有半页。请补上各楼层的开放时间，再送来。",
    )
    return {
        "returned": f"/my/documents/{returned}/",
        "draft": f"/my/documents/{draft}/",
        "failed": f"/my/documents/{damaged}/",
        "delete": f"/my/documents/{draft}/delete/",
    }


def _copied(site: Site, *, password: str, folder: Path) -> dict[str, str]:
    """A text of another author, disguised word by word, that waits for a decision; and the evidence against it."""
    from wenlan.documents.models import Document

    author = _person(people.WRITERS[1].email)
    source = (
        Document.objects.filter(
            state=Document.State.PUBLISHED, language="zh-hans", current_revision__page_count__gte=3
        )
        .exclude(author=author)
        .order_by("-current_revision__character_count", "pk")
        .first()
    )
    if source is None or source.current_revision is None:
        raise SystemExit("The demo library is not there yet: run script/demo once.")
    text = "\n".join(source.current_revision.pages.order_by("number").values_list("text", flat=True)[:3])
    for word, other in _SWAPPED.items():
        text = text.replace(word, other)
    writer = Writer(site.address, email=author.email, password=password)
    writer.sign_in()
    number = _uploaded(writer, folder / "最新整理版.txt", text.encode())
    writer.wait_for_preview(number)
    category = source.category
    writer.describe(number, Details(category=category.name_en if category else ""))
    finding = until("The comparison with the library", lambda: _finding(number))
    return {
        "copied": f"/review/{number}/",
        "copied_edit": f"/my/documents/{number}/",
        "copy": f"/review/copies/{finding.pk}/",
        "copy_told": _confirmed(writer, text[: len(text) // 2], folder, category),
    }


def _confirmed(writer: Writer, text: str, folder: Path, category: Category | None) -> str:
    """A part of a text that is published although a reviewer knows it: its page says whose part it is."""
    from wenlan.similarity.deciding import finding_decide
    from wenlan.trust.services import review_decide

    number = _uploaded(writer, folder / "节选.txt", text.encode())
    writer.wait_for_preview(number)
    writer.describe(number, Details(category=category.name_en if category else ""))
    finding = until("The comparison of a part", lambda: _finding(number, earlier_is_public=True))
    until("The end of the comparison", lambda: _is_compared(number))
    reviewer = _person(people.REVIEWER.email)
    finding_decide(actor=reviewer, finding_id=finding.pk, is_copy=True, reason="逐字相同。")
    review_decide(reviewer=reviewer, document_id=number, decision="published")
    return f"/d/{number}/"


def _finding(document_id: int, *, earlier_is_public: bool = False) -> Finding | None:
    from wenlan.similarity.models import Finding

    found = Finding.objects.filter(fingerprint__document_number=document_id)
    if earlier_is_public:
        found = found.filter(earlier__revision__document__state="published")
    return found.first()


def _is_compared(document_id: int) -> bool | None:
    from wenlan.similarity.models import Fingerprint

    compared = Fingerprint.objects.filter(document_number=document_id, state=Fingerprint.State.COMPARED)
    return compared.exists() or None


def _uploaded(writer: Writer, file: Path, content: bytes) -> int:
    file.write_bytes(content)
    return writer.upload(file)


def _has_failed(document_id: int) -> bool | None:
    from wenlan.documents.models import Revision

    return Revision.objects.filter(document_id=document_id, state=Revision.State.FAILED).exists() or None


def _person(email: str) -> User:
    from wenlan.accounts.models import User

    return User.objects.get(email=email)


def _withdrawn_and_amended(site: Site, *, password: str) -> dict[str, str]:
    """A document that its author took off the shelf, and one for which other words were asked."""
    from wenlan.documents.services import document_withdraw

    withdrawn = _published(bought=True)
    document_withdraw(actor=withdrawn.author, document_id=withdrawn.pk)
    amended = _published(bought=False, author=people.WRITERS[0].email)
    writer = Writer(site.address, email=people.WRITERS[0].email, password=password)
    writer.sign_in()
    path = f"/my/documents/{amended.pk}/"
    writer.browser.submit(
        writer.open(path),
        path,
        title=f"{amended.title}（修订）",
        description=f"{amended.description}\n\n附表已更新。",
    )
    return {
        "gone": withdrawn.get_absolute_url(),
        "withdraw": f"/my/documents/{amended.pk}/withdraw/",
        "amended": path,
        "amendment": f"/review/{amended.pk}/",
        "takedown": f"/d/{amended.pk}/takedown/",
    }


def _asked_and_paid_halfway() -> dict[str, str]:
    """A question that the house answered and one it did not yet, a payment that was begun, a download link."""
    from wenlan.delivery.services import link_make
    from wenlan.payments.services import top_up_start
    from wenlan.trust.services import ticket_answer, ticket_open

    reader = _person(people.READER.email)
    ticket = ticket_open(
        kind="report",
        subject="第 3 页的表格看不清",
        body="放大以后，表格右边的两列还是叠在一起。原件也是这样吗？",
        email=reader.email,
        reporter=reader,
        document=_published(bought=True),
    )
    ticket_answer(
        ticket_id=ticket.pk,
        operator=_person(people.OPERATOR.email),
        body="原件里两列是分开的。预览已经重新生成，请再看一次；如果还有问题，就在这里回复。",
    )
    ticket_open(
        kind="help",
        subject="能开发票吗？",
        body="我们学校想一次买十份教案，需要一张发票。请问怎么办理？",
        email="frank@example.com",
    )
    _pages_reported(reader)
    top_up = top_up_start(user=reader, amount_minor=2000, provider="simulated")
    link = link_make(user=reader, document=_published(bought=True))
    return {
        "ticket": ticket.get_absolute_url(),
        "payment": f"/pay/simulated/{top_up.reference}/",
        "expired": link,
    }


def _pages_reported(reader: User) -> None:
    """Two pages that look wrong to readers, one of them to two."""
    from wenlan.trust.page_problems import page_problem_report

    revision = _published(bought=True).current_revision
    assert revision is not None  # noqa: S101 - what is published has one; tells the type checker
    said = ((1, "标题下面的横线压住了第一行字。", reader), (1, "第一行看不全。", None), (2, "", None))
    for number, body, person in said:
        page_problem_report(revision=revision, page_number=number, body=body, reporter=person)


def _mailed(site: Site, *, password: str) -> dict[str, str]:
    """The links of a confirmation mail and of a mail for a forgotten password, and where such a mail is shown."""
    from wenlan.accounts.mailbox import mails_stored

    newcomer = Visitor(site.address, email="erin@example.com", password=secrets.token_urlsafe(12))
    page = newcomer.open("/account/signup/")
    newcomer.browser.submit(
        page, "/account/signup/", email=newcomer.email, password1=newcomer.password, display_name="Erin"
    )
    page = newcomer.open("/account/password/reset/")
    # Somebody who does not sign in for the pictures: signing in ends what such a link is good for.
    newcomer.browser.submit(page, "/account/password/reset/", email=people.WRITERS[-1].email)

    def link(part: str) -> str | None:
        found = (re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", mail.body) for mail in mails_stored())
        return next((match[1] for match in found if match), None)

    mailbox = newcomer.open("/dev/mail/")
    return {
        "confirm": until("The confirmation mail", lambda: link("/confirm-email/")),
        "new_password": until("The mail for a forgotten password", lambda: link("/password/reset/key/")),
        "mail": mailbox.links("/dev/mail/")[-1],
    }
