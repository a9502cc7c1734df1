"""`script/demo --walk`: documents go through the whole site as people would take them, and everything is checked."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wenlan.demo import documents, library, money
from wenlan.demo.actors import Details, Reader, Reviewer, Visitor, Writer, structured_data
from wenlan.demo.browser import PageProblem
from wenlan.demo.money import Merchant, Operator
from wenlan.demo.site import Site
from wenlan.demo.steps import Steps

PRICE_MINOR = 400
REFUND_MINOR = 100
TOP_UP_AT_MOST = 10_000


@dataclass
class Travelling:
    """A document on its way."""

    file: Path
    original: bytes
    id: int = 0
    pages: int = 0

    @property
    def name(self) -> str:
        return self.file.name


def walk(site: Site, *, steps: Steps, files: list[Path]) -> None:
    """Take `files`, or one of our own documents of each format, from upload to disk and wallet.

    Raises PageProblem or AssertionError at the first step that does not hold.
    """
    with steps.step("Set up the database and the static files"):
        site.run("setup")
    site.configure_this_process()
    with steps.step("Start the web server and the workers"):
        site.start()
    library.create_categories()
    cast = _cast(site)
    with _travellers(files) as (travelling, left_out):
        with steps.step("Choose the documents") as step:
            step.detail = f"{len(travelling)} documents"
            if left_out:
                step.detail += f", {left_out} with the same bytes left out"
        _from_upload_to_review(cast, travelling, steps)
        _published_and_found(cast, travelling, steps)
        _bought_and_downloaded(cast, travelling, steps)
        _given_back_and_paid_out(cast, travelling, steps)
    with steps.step("Every ledger entry is as it should be") as step:
        step.detail = _check_the_ledger(travelling, cast)
    with steps.step("wenlan ledger verify"):
        site.run("ledger", "verify")
    with steps.step("Stop"):
        site.stop()


@dataclass
class Cast:
    """The people of one walk. Erin and Frank sign up on the way; the house has appointed Carol."""

    erin: Merchant
    carol: Reviewer
    dave: Operator
    frank: Reader
    grace: Reader
    mallory: Reader
    stranger: Visitor


def _cast(site: Site) -> Cast:
    """People of this walk only: a second one on the same data must not meet those of the first."""
    from wenlan.accounts.services import person_create

    mark, password = secrets.token_hex(3), secrets.token_urlsafe(12)

    def email(name: str) -> str:
        return f"{name}-{mark}@example.com"

    person_create(email=email("carol"), password=password, display_name="Carol", is_reviewer=True)
    person_create(email=email("dave"), password=password, display_name="Dave", is_operator=True)
    person_create(email=email("grace"), password=password, display_name="Grace")
    person_create(email=email("mallory"), password=password, display_name="Mallory")
    return Cast(
        erin=Merchant(site.address, email=email("erin"), password=password, language="zh-CN"),
        carol=Reviewer(site.address, email=email("carol"), password=password),
        dave=Operator(site.address, email=email("dave"), password=password),
        frank=Reader(site.address, email=email("frank"), password=password),
        grace=Reader(site.address, email=email("grace"), password=password),
        mallory=Reader(site.address, email=email("mallory"), password=password),
        stranger=Visitor(site.address),
    )


def _from_upload_to_review(cast: Cast, travelling: list[Travelling], steps: Steps) -> None:
    with steps.step("An author signs up, confirms by mail, signs in"):
        cast.erin.sign_up("Erin")
        cast.erin.become_author()
    for document in travelling:
        with steps.step(f"Upload and preview {document.name}") as step:
            document.id = cast.erin.upload(document.file)
            document.pages = cast.erin.wait_for_preview(document.id)
            step.detail = f"{document.pages} pages"
    with steps.step("The same bytes are not taken twice"):
        _same_bytes_are_refused(cast.erin, travelling[0])
    with steps.step("Describe, price and send to review"):
        for document in travelling:
            cast.erin.describe(
                document.id,
                Details(
                    description=f"随走 {document.name}",
                    tags="walk, 走查",
                    price=f"{PRICE_MINOR / 100:.2f}",
                    preview_pages="1",
                ),
            )


def _published_and_found(cast: Cast, travelling: list[Travelling], steps: Steps) -> None:
    with steps.step("Nobody sees them before review"):
        for document in travelling:
            _expect(cast.stranger, f"/d/{document.id}/", 404)
    with steps.step("A reviewer looks at every page and publishes"):
        cast.carol.sign_in()
        for document in travelling:
            cast.carol.publish(document.id)
    with steps.step("Strangers see the page and the preview, and no more"):
        for document in travelling:
            _look(cast.stranger, document)
    with steps.step("A reader signs up and finds each by search"):
        cast.frank.sign_up("Frank")
        for document in travelling:
            cast.frank.find(_title(document.id), document.id)


def _bought_and_downloaded(cast: Cast, travelling: list[Travelling], steps: Steps) -> None:
    with steps.step("The reader tops up the wallet"):
        _top_up(cast.frank, PRICE_MINOR * len(travelling))
    with steps.step("Nobody downloads before buying"):
        for document in travelling:
            cast.frank.may_not_download(document.id)
    with steps.step("The author leaves a commission, a reader shares, the other follows the link") as step:
        cast.erin.offer_commission()
        cast.grace.sign_in()
        link = money.share_link(cast.grace, travelling[0].id)
        step.detail = f"a poster of {money.poster_is_drawn(cast.grace, link) // 1000} kB"
        cast.frank.open(link)
    with steps.step("The reader buys each, twice pressing"):
        for document in travelling:
            cast.frank.buy(document.id)
            _press_again(cast.frank, document)
    with steps.step("The reader downloads each, whole and in ranges") as step:
        for document in travelling:
            cast.frank.download(document.id, document.original)
        step.detail = f"{sum(len(d.original) for d in travelling):,} bytes, each the same as uploaded"
    with steps.step("Others do not"):
        cast.mallory.sign_in()
        for document in travelling:
            cast.mallory.may_not_download(document.id)


@contextmanager
def _travellers(files: list[Path]) -> Iterator[tuple[list[Travelling], int]]:
    """The documents to take along, each different in its bytes, and how many were left out."""
    with tempfile.TemporaryDirectory(prefix="wenlan-walk-") as name:
        folder = Path(name)
        if not files:
            files = _own_files(folder)
        seen: dict[bytes, Travelling] = {}
        for file in files:
            original = file.read_bytes()
            seen.setdefault(hashlib.sha256(original).digest(), Travelling(file, original))
        yield list(seen.values()), len(files) - len(seen)


def _own_files(folder: Path) -> list[Path]:
    """One document of the demo library of each format."""
    written = documents.write_all(folder / "all")
    chosen = {file.suffix: file for file in sorted(written, key=lambda file: -file.stat().st_size)}
    return [Path(shutil.copy(file, folder)) for file in chosen.values()]


def _expect(visitor: Visitor, path: str, status: int) -> None:
    answered = visitor.browser.client.get(path).status_code
    if answered != status:
        raise PageProblem(f"{path} answered {answered} instead of {status}.")


def _same_bytes_are_refused(author: Writer, document: Travelling) -> None:
    try:
        author.upload(document.file, name=f"again{document.file.suffix}")
    except PageProblem as refusal:
        if str(document.id) in str(refusal) or _title(document.id) in str(refusal):
            return
        raise
    raise PageProblem("The same bytes were taken a second time.")


def _title(document_id: int) -> str:
    from wenlan.documents.models import Document

    return Document.objects.get(pk=document_id).title


def _look(stranger: Visitor, document: Travelling) -> None:
    """The public page: its facts, its first page's image, and nothing of the pages beyond the preview."""
    from wenlan.documents.models import Page as PageRow

    page = stranger.open(f"/d/{document.id}/")
    if structured_data(page).get("name") != _title(document.id):
        raise PageProblem(f"/d/{document.id}/ does not describe itself to search engines.")
    images = page.values("//img[contains(@src,'/pages/')]/@src")
    if not images:
        raise PageProblem(f"/d/{document.id}/ shows no page.")
    stranger.browser.client.get(images[0]).raise_for_status()
    for hidden in PageRow.objects.filter(revision_id=_revision(document.id), number__gt=1):
        _expect(stranger, images[0].replace("/1-", f"/{hidden.number}-"), 404)
        for line in (line[0].strip() for line in hidden.lines):
            if len(line) >= 24 and line in page.text and not _is_shown(document.id, line):
                raise PageProblem(f"/d/{document.id}/ gives away page {hidden.number}: {line[:40]}…")


def _revision(document_id: int) -> int:
    """The number of the revision readers see."""
    from wenlan.documents.models import Document

    revision_id = Document.objects.get(pk=document_id).current_revision_id
    if revision_id is None:
        raise PageProblem(f"Document {document_id} has no revision.")
    return revision_id


def _is_shown(document_id: int, line: str) -> bool:
    """Whether the line also stands on the page everybody sees, as headers and titles do."""
    from wenlan.documents.models import Page as PageRow

    first = PageRow.objects.get(revision_id=_revision(document_id), number=1)
    return any(line in shown[0] for shown in first.lines) or line in _title(document_id)


def _top_up(buyer: Reader, amount_minor: int) -> None:
    while amount_minor > 0:
        part = min(amount_minor, TOP_UP_AT_MOST)
        buyer.top_up(f"{part / 100:.2f}")
        amount_minor -= part


def _press_again(buyer: Reader, document: Travelling) -> None:
    """Post the purchase a second time, as an impatient reader does."""
    page = buyer.open(f"/d/{document.id}/")
    buyer.browser.client.post(
        f"/d/{document.id}/buy/",
        data={"csrfmiddlewaretoken": page.csrf_token(), "expected_price_minor": str(PRICE_MINOR)},
        headers={"Referer": page.address},
    )


def _given_back_and_paid_out(cast: Cast, travelling: list[Travelling], steps: Steps) -> None:
    from wenlan.orders.models import Order
    from wenlan.payments.models import Payout

    author = cast.erin.email
    with steps.step("The author gives a part of the last sale back"):
        order = Order.objects.get(seller__email=author, document=travelling[-1].id)
        cast.erin.give_back(order, f"{REFUND_MINOR / 100:.2f}")
    with steps.step("The time for complaints is over"):
        money.end_the_hold([author])
    with steps.step("The author takes the income out, the house pays it"):
        income_minor = _income_minor(travelling)
        cast.erin.ask_for_payout(f"{income_minor / 100:.2f}")
        cast.dave.sign_in()
        payout = Payout.objects.get(user__email=author)
        cast.dave.pay_out(payout.pk)
        payout.refresh_from_db()
        _same("the payout", (payout.state, payout.amount_minor), ("paid", income_minor))


def _commission_minor() -> int:
    """What the sharer gets of the first sale."""
    return PRICE_MINOR * money.COMMISSION_PERCENT // 100


def _income_minor(travelling: list[Travelling]) -> int:
    """What the author is left with: all sales, less the commission of the first and what went back of the last."""
    back_minor = REFUND_MINOR
    if len(travelling) == 1:  # the sharer gives back their part of it
        back_minor -= REFUND_MINOR * money.COMMISSION_PERCENT // 100
    return PRICE_MINOR * len(travelling) - _commission_minor() - back_minor


def _check_the_ledger(travelling: list[Travelling], cast: Cast) -> str:
    """Each sale took its price from the buyer once; author, sharer and buyer have what is theirs; nothing else moved."""
    from wenlan.ledger.models import Account, Entry
    from wenlan.orders.models import Entitlement, Order

    buyer, author, sharer = cast.frank.email, cast.erin.email, cast.grace.email
    total = PRICE_MINOR * len(travelling)
    entitlements = Entitlement.objects.filter(reader__email=buyer)
    _same("entitlements", entitlements.count(), len(travelling))
    orders = Order.objects.filter(buyer__email=buyer, state=Order.State.PAID)
    _same("paid orders", orders.count(), len(travelling))
    _same("paid", sum(order.price_minor for order in orders), total)
    taken = Entry.objects.filter(account__owner__email=buyer, amount_minor__lt=0)
    _same(
        "taken from the buyer",
        sorted(entry.amount_minor for entry in taken),
        [-PRICE_MINOR] * len(travelling),
    )

    def left(email: str) -> dict[str, int]:
        accounts = Account.objects.filter(owner__email=email).exclude(balance_minor=0)
        return dict(accounts.values_list("kind", "balance_minor"))

    commission = _commission_minor()
    if len(travelling) == 1:
        commission -= REFUND_MINOR * money.COMMISSION_PERCENT // 100
    _same("left to the buyer", left(buyer), {"wallet": REFUND_MINOR})
    _same("left to the sharer", left(sharer), {"earnings": commission})
    _same("left to the author", left(author), {})
    _same("sum of all entries", sum(Entry.objects.values_list("amount_minor", flat=True)), 0)
    return (
        f"{len(travelling)} sales of {total / 100:.2f}, {commission / 100:.2f} to the sharer,"
        f" {REFUND_MINOR / 100:.2f} given back, {_income_minor(travelling) / 100:.2f} paid out"
    )


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise PageProblem(f"{what}: {found} instead of {expected}")
