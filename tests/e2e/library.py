"""A small library with something to see on every page, and the list of its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_update, favourite_toggle
from wenlan.insights.services import reading_record
from wenlan.orders.models import Bundle, Coupon, Order, ShareLink
from wenlan.orders.services import (
    bundle_create,
    commission_set,
    coupon_create,
    document_buy,
    sale_price_add,
    share_click,
    share_link_for,
)
from wenlan.payments.models import TopUp
from wenlan.payments.services import top_up_start
from wenlan.trust.models import Ticket
from wenlan.trust.services import review_decide, ticket_answer, ticket_open

Factory = Callable[..., Document]


@dataclass(frozen=True)
class Place:
    """One page of the site and who looks at it; `who` None is a stranger."""

    name: str
    path: str
    who: User | None = None
    status: int = 200


@dataclass(frozen=True)
class Library:
    """Alice's documents by their state, what Bob bought, and what he asked."""

    alice: User
    bob: User
    carol: User
    dave: User
    paid: Document
    free: Document
    closed: Document
    draft: Document
    failed: Document
    in_review: Document
    returned: Document
    withdrawn: Document
    bought: Document
    amended: Document
    bundle: Bundle
    coupon: Coupon
    order: Order
    link: ShareLink
    top_up: TopUp
    ticket: Ticket

    @property
    def people(self) -> list[User | None]:
        return [None, self.bob, self.alice, self.carol, self.dave]

    @property
    def written(self) -> list[str]:
        """What people wrote that a page may show among its own words, longest first."""
        documents = [value for value in vars(self).values() if isinstance(value, Document)]
        texts = (
            ["改名之后的教案"]
            + [document.title for document in documents]
            + [document.description for document in documents]
        )
        texts += [self.bundle.title, self.coupon.code, self.ticket.subject]
        return sorted({text for text in texts if text}, key=len, reverse=True)

    def places(self) -> list[Place]:
        """Every page that a person can come to, each person's pages together."""
        return [
            *self._public_places(),
            *self._reader_places(),
            *self._author_places(),
            *self._house_places(),
        ]

    def _public_places(self) -> list[Place]:
        category = self.paid.category
        assert category is not None
        return [
            Place("home", reverse("web:home")),
            Place("category", category.get_absolute_url()),
            Place("author", reverse("web:author", args=[self.alice.pk])),
            Place("document for sale", self.paid.get_absolute_url()),
            Place("document for free", self.free.get_absolute_url()),
            Place("document without preview", self.closed.get_absolute_url()),
            Place("document searched in", f"{self.paid.get_absolute_url()}?q=正文&pages=all"),
            Place("search", reverse("search:results") + "?q=正文"),
            Place("search without words", reverse("search:results")),
            Place("search without finds", reverse("search:results") + "?q=zzzzqqq&format=pdf"),
            Place("help", reverse("trust:help")),
            Place("buy without an account", reverse("orders:buy", args=[self.paid.pk])),
            Place("bundle", self.bundle.get_absolute_url()),
            Place("lost link", reverse("orders:claim_lost")),
            Place("report", reverse("trust:report", args=[self.paid.pk])),
            Place("search narrowed", reverse("search:results") + "?q=正文+-2019+pages:>0&price=..5"),
            Place("search tips", reverse("search:tips")),
            Place("terms", reverse("web:terms")),
            Place("sign in", reverse("account_login")),
            Place("sign up", reverse("account_signup")),
            Place("forgotten password", reverse("account_reset_password")),
            Place("password mail sent", reverse("account_reset_password_done")),
            Place("confirmation mail sent", reverse("account_email_verification_sent")),
            Place("useless confirmation", reverse("account_confirm_email", args=["nonsense"])),
            Place("nowhere", "/nowhere/", status=404),
        ]

    def _reader_places(self) -> list[Place]:
        return [
            Place("home of a reader", reverse("web:home"), self.bob),
            Place("library", reverse("web:library"), self.bob),
            Place("favourites", reverse("web:library") + "?tab=favourites", self.bob),
            Place("history", reverse("web:library") + "?tab=history", self.bob),
            Place("document to buy", self.paid.get_absolute_url(), self.bob),
            Place("document bought", self.bought.get_absolute_url(), self.bob),
            Place("buy", reverse("orders:buy", args=[self.paid.pk]), self.bob),
            Place(
                "buy with a coupon", reverse("orders:buy", args=[self.paid.pk]) + "?coupon=harbour", self.bob
            ),
            Place("bundle to buy", self.bundle.get_absolute_url(), self.bob),
            Place("take", reverse("orders:buy", args=[self.free.pk]), self.bob),
            Place("bought", reverse("orders:buy", args=[self.bought.pk]), self.bob),
            Place("receipt", reverse("orders:order", args=[self.order.pk]), self.bob),
            Place("wallet", reverse("payments:wallet"), self.bob),
            Place("shares", reverse("orders:shares"), self.bob),
            Place("share link", reverse("orders:share_link", args=[self.link.code]), self.bob),
            Place("payment", reverse("payments:pay", args=[self.top_up.reference]), self.bob),
            Place("simulated payment", reverse("payments:simulated", args=[self.top_up.reference]), self.bob),
            Place("settings", reverse("accounts:settings"), self.bob),
            Place("addresses", reverse("account_email"), self.bob),
            Place("sign out", reverse("account_logout"), self.bob),
            Place("become an author", reverse("documents:upload"), self.bob),
            Place("help of a reader", reverse("trust:help"), self.bob),
            Place("ticket", self.ticket.get_absolute_url(), self.bob),
        ]

    def _author_places(self) -> list[Place]:
        drafts = {"draft": self.draft, "failed": self.failed, "returned": self.returned}
        return [
            Place("upload", reverse("documents:upload"), self.alice),
            Place("my documents", reverse("documents:mine"), self.alice),
            *(
                Place(f"edit a {state} document", reverse("documents:edit", args=[document.pk]), self.alice)
                for state, document in drafts.items()
            ),
            Place("edit a published document", reverse("documents:edit", args=[self.paid.pk]), self.alice),
            Place("change in review", reverse("documents:edit", args=[self.amended.pk]), self.alice),
            Place("document in review", reverse("documents:edit", args=[self.in_review.pk]), self.alice),
            Place("withdraw", reverse("documents:withdraw", args=[self.paid.pk]), self.alice),
            Place("delete", reverse("documents:delete", args=[self.draft.pk]), self.alice),
            Place("own document", self.withdrawn.get_absolute_url(), self.alice),
            Place("sales", reverse("orders:sales"), self.alice),
            Place("price", reverse("orders:price", args=[self.paid.pk]), self.alice),
            Place("coupons", reverse("orders:coupons"), self.alice),
            Place("bundles", reverse("orders:bundles"), self.alice),
            Place("no share link yet", reverse("orders:shares"), self.alice),
            Place("commission", reverse("orders:commission"), self.alice),
            Place(
                "commission of a document",
                reverse("orders:document_commission", args=[self.paid.pk]),
                self.alice,
            ),
            Place("earnings", reverse("payments:wallet") + "?account=earnings", self.alice),
        ]

    def _house_places(self) -> list[Place]:
        return [
            Place("review queue", reverse("trust:queue"), self.carol),
            Place("review", reverse("trust:review", args=[self.in_review.pk]), self.carol),
            Place("review decided before", reverse("trust:review", args=[self.returned.pk]), self.carol),
            Place("review of a change", reverse("trust:review", args=[self.amended.pk]), self.carol),
            Place("takedown", reverse("trust:takedown", args=[self.paid.pk]), self.dave),
            Place("document of another for the house", self.paid.get_absolute_url(), self.dave),
            Place("tickets", reverse("trust:tickets"), self.dave),
            Place("ticket of a reader", self.ticket.get_absolute_url(), self.dave),
        ]


def library_fill(
    *, alice: User, bob: User, carol: User, dave: User, draft: Factory, published: Factory
) -> Library:
    """Documents in every state, a sale, a favourite, a page read, a payment to make and an answered question."""
    paid = published(title="海港工作总结", description="写给每年都要写总结的人。")
    paid = document_update(
        actor=alice,
        document_id=paid.pk,
        title=paid.title,
        description=paid.description,
        category=paid.category,
        tags=["总结", "海港"],
        price_minor=400,
        preview_value=2,
    )
    free = published(title="免费的通知范文", price_minor=0)
    closed = published(title="不让先看的合同", preview_kind="none", preview_value=0)
    bought = published(title="买到手的制度汇编")
    amended = published(title="改名之前的教案")
    document_update(
        actor=alice,
        document_id=amended.pk,
        title="改名之后的教案",
        category=amended.category,
        price_minor=400,
    )
    failed = draft(title="打不开的文件")
    Revision.objects.filter(document=failed).update(
        state=Revision.State.FAILED, error_code="damaged", page_count=None
    )
    in_review = draft(title="等待审核的方案", state=Document.State.IN_REVIEW)
    returned = draft(title="退回的报告", state=Document.State.IN_REVIEW)
    review_decide(
        reviewer=carol,
        document_id=returned.pk,
        revision_id=returned.current_revision_id,
        decision="returned",
        reason="标题与内容不符。",
    )
    withdrawn = published(title="下架的讲话稿", state=Document.State.WITHDRAWN, withdrawn_by=alice)

    give_money(bob, 500)
    entitlement = document_buy(reader=bob, document_id=bought.pk, expected_price_minor=bought.price_minor)
    assert entitlement.order is not None
    coupon = coupon_create(author=alice, code="HARBOUR", kind="percent", percent=25)
    bundle = bundle_create(
        author=alice, title="海港文档一套", price_minor=600, document_ids=[paid.pk, bought.pk]
    )
    now = timezone.now()
    sale_price_add(
        actor=alice,
        document_id=closed.pk,
        price_minor=300,
        starts_at=now,
        ends_at=now + timedelta(days=7),
    )
    commission_set(author=alice, basis_points=1000)
    link = share_link_for(sharer=bob, document=paid)
    share_click(link=link, visitor_hash="somebody")
    favourite_toggle(reader=bob, document=free)
    reading_record(user=bob, document=bought, page_number=3)
    top_up = top_up_start(user=bob, amount_minor=1000, provider="simulated")
    ticket = ticket_open(
        kind=Ticket.Kind.HELP, subject="预览和原文不一样", body="第二页的表格。", email="", reporter=bob
    )
    ticket_answer(ticket_id=ticket.pk, operator=dave, body="已经重新转换。")
    return Library(
        alice=alice,
        bob=bob,
        carol=carol,
        dave=dave,
        paid=paid,
        free=free,
        closed=closed,
        draft=draft(title="刚写完的草稿"),
        failed=failed,
        in_review=in_review,
        returned=Document.objects.get(pk=returned.pk),
        withdrawn=withdrawn,
        bought=bought,
        amended=amended,
        bundle=bundle,
        coupon=coupon,
        order=entitlement.order,
        link=link,
        top_up=top_up,
        ticket=ticket,
    )
