"""The way of the money in a walk: a shared sale, a refund, the end of the hold, a payout."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wenlan.demo.actors import Reader, Visitor, Writer, until
from wenlan.demo.browser import PageProblem

if TYPE_CHECKING:
    from wenlan.orders.models import Order

COMMISSION_PERCENT = 10


class Merchant(Writer):
    """An author who earns: offers a commission, gives back, takes out."""

    def offer_commission(self) -> None:
        page = self.open("/my/commission/")
        self.browser.submit(page, "/my/commission/", basis_points=str(COMMISSION_PERCENT))

    def give_back(self, order: Order, amount: str) -> None:
        """Give a part of a sale back, through the page that asks again."""
        path = f"/my/sales/{order.pk}/refund/"
        asked = self.browser.submit(self.open(path), path, amount=amount, note="走查退款")
        self.browser.submit(asked, path)

    def ask_for_payout(self, amount: str) -> None:
        """Say where the money goes, and ask for it; the page that asks again tells the fee."""
        self.browser.submit(
            self.open("/my/earnings/account/"),
            "/my/earnings/account/",
            method="bank",
            holder="走查作者",
            number="6222020200112233445",
            bank="中国工商银行",
        )
        asked = self.browser.submit(self.open("/my/earnings/"), "/my/earnings/payout/", amount=amount)
        self.browser.submit(asked, "/my/earnings/payout/confirm/")


class Operator(Visitor):
    """Somebody of the house who pays authors."""

    def pay_out(self, payout_id: int) -> None:
        """Approve, put into the file for the bank, and note that it was paid."""
        path = f"/house/payouts/{payout_id}/"
        self.browser.submit(self.open(path), path, button=("decision", "approve"))
        self.browser.submit(self.open("/house/payouts/"), "/house/payouts/batches/new/")
        self.browser.submit(self.open(path), path, button=("decision", "paid"))


def share_link(sharer: Reader, document_id: int) -> str:
    """The path of the sharer's own link to a document."""
    page = sharer.browser.submit(sharer.open(f"/d/{document_id}/"), f"/d/{document_id}/share/")
    code = urlsplit(page.address).path.rstrip("/").rpartition("/")[2]
    return f"/s/{code}/"


def poster_is_drawn(sharer: Reader, link: str) -> int:
    """Fetch the poster of a share link; how many bytes it has."""
    answer = sharer.browser.client.get(f"/my/shares/{link.strip('/').rpartition('/')[2]}/poster.png")
    if answer.status_code != 200 or not answer.content.startswith(b"\x89PNG"):
        raise PageProblem(f"The poster was answered {answer.status_code}.")
    return len(answer.content)


def end_the_hold(emails: list[str]) -> None:
    """Let the days pass for which the income of these people is held, and wait until the workers have released it."""
    from django.utils import timezone

    from wenlan.orders.models import Order

    held = Order.objects.filter(seller__email__in=emails, released_at=None)
    held.update(release_at=timezone.now())
    until("The release of the income", lambda: None if held.exists() else True, seconds=60)
