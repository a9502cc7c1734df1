"""From a share link to the commission that the sharer sees, in real browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Visit
from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import Order, ShareLink
from wenlan.orders.services import commission_set

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

#: Headless browsers say what they are, and are not counted.
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_mallory_shares_bob_buys_and_mallory_sees_what_it_brought(
    visit: Visit, published_document: Callable[..., Document], alice: User, bob: User, mallory: User
) -> None:
    document = published_document(title="海港年度工作总结", price_minor=400)
    give_money(bob, 400)
    author = visit(alice).page
    author.goto(f"/my/documents/{document.pk}/")
    author.get_by_role("link", name="Choose the commission").click()
    author.get_by_label("Commission in percent of the price").fill("10")
    author.get_by_role("button", name="Save").click()
    expect(author.get_by_text("The commission is saved.")).to_be_visible()

    sharer = visit(mallory).page
    url = _own_link(sharer, document)

    buyer = visit(user_agent=FIREFOX).page
    buyer.goto(url)
    expect(buyer.get_by_role("heading", level=1)).to_have_text(document.title)
    buyer.locator(".price-card").get_by_role("link", name="Buy and download").click()
    buyer.get_by_label("Email").fill(bob.email)
    buyer.get_by_label("Password", exact=True).fill(PASSWORD)
    buyer.get_by_role("main").get_by_role("button", name="Sign in").click()
    buyer.get_by_role("button", name="Pay ¥4.00 from the wallet").click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text("Ready to download")
    assert Order.objects.get().commission_minor == 40

    sharer.goto("/")
    sharer.locator("header details.menu summary").click()
    sharer.get_by_role("link", name="Share and earn").click()
    row = sharer.get_by_role("row", name=document.title)
    expect(row).to_contain_text("¥0.40")
    row.get_by_role("link").click()
    expect(sharer.locator(".share-figures")).to_contain_text("¥0.40")
    poster = sharer.locator("img.share-poster")
    poster.scroll_into_view_if_needed()
    sharer.wait_for_function(
        "image => image.complete && image.naturalHeight === 1440", arg=poster.element_handle()
    )


def _own_link(page: Page, document: Document) -> str:
    """Open the sheet of the share button, and read the link that it comes to show."""
    page.goto(document.get_absolute_url())
    page.locator("details.share > summary").click()
    expect(page.get_by_text("You earn ¥0.40 for each sale through it.")).to_be_visible()
    link = ShareLink.objects.get()
    expect(page.get_by_label("Your link to this document")).to_have_value(link.url)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    return link.url


def test_a_stranger_copies_the_plain_link_and_is_told_what_signing_in_would_earn(
    visit: Visit, published_document: Callable[..., Document], alice: User
) -> None:
    document = published_document(price_minor=400)
    commission_set(author=alice, basis_points=1000)
    page = visit().page
    page.goto(document.get_absolute_url())
    page.locator("details.share > summary").click()
    expect(page.get_by_role("link", name="Sign in to earn ¥0.40 for each sale.")).to_be_visible()
    assert page.get_by_label("Link to this document").input_value().endswith(document.get_absolute_url())
    assert not ShareLink.objects.exists()
