"""Buying in the browser: with a coupon, at once, and without an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.conftest import Inbox
from tests.conftest import PASSWORD
from tests.e2e.conftest import Visit
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import verify
from wenlan.orders.models import Order
from wenlan.orders.services import coupon_create

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Factory = Callable[..., Document]


def _pay(page: Page, amount: str) -> None:
    page.get_by_role("button", name=f"Pay {amount} now").click()
    expect(page.get_by_text("No real money moves.")).to_be_visible()
    page.get_by_role("button", name=f"Pay {amount}").click()


def test_bob_buys_with_a_coupon(visit: Visit, published_document: Factory, alice: User, bob: User) -> None:
    coupon_create(author=alice, code="Spring", kind="percent", percent=25)
    document = published_document(price_minor=400)
    page = visit(bob).page
    page.goto(document.get_absolute_url())
    page.get_by_role("link", name="Buy and download").first.click()
    page.evaluate("window.stillTheSamePage = true")
    page.get_by_text("I have a coupon").click()
    page.get_by_label("Coupon").fill("autumn")
    page.get_by_role("button", name="Use the coupon").click()
    expect(page.get_by_text("There is no coupon with this code.")).to_be_visible()
    page.get_by_label("Coupon").fill("spring")
    page.get_by_role("button", name="Use the coupon").click()
    expect(page.get_by_text("−¥1.00")).to_be_visible()
    assert page.evaluate("window.stillTheSamePage")  # only the price was drawn anew
    _pay(page, "¥3.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to download")
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("main")).to_contain_text("Spring")
    assert Order.objects.get().price_minor == 300


def test_erin_buys_without_an_account_and_claims_it_by_the_link(
    visit: Visit, published_document: Factory, inbox: Inbox, post: Callable[[], int]
) -> None:
    document = published_document(price_minor=400, title="海港工作总结")
    page = visit().page
    page.goto(document.get_absolute_url())
    page.get_by_role("link", name="Buy and download").first.click()
    page.get_by_label("Your email address").fill("erin@example.com")
    _pay(page, "¥4.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, it is paid")
    expect(page.get_by_role("main")).to_contain_text("erin@example.com")

    assert post() == 1
    (link,) = re.findall(r"http://\S+/claim/\S+/", inbox.last_text)
    phone = visit(is_mobile=True, viewport={"width": 390, "height": 844}).page
    phone.goto(link)
    expect(phone.get_by_role("main")).to_contain_text("海港工作总结")
    phone.get_by_label("Name shown to others").fill("Erin")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Get what I bought").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Library")
    expect(phone.get_by_role("link", name="海港工作总结").first).to_be_visible()
    assert User.objects.get(email="erin@example.com").has_usable_password()
    assert verify().is_clean


def test_a_coupon_works_without_javascript(
    visit: Visit, published_document: Factory, alice: User, bob: User
) -> None:
    coupon_create(author=alice, code="Spring", kind="percent", percent=25)
    page = visit(bob, java_script_enabled=False).page
    page.goto(f"/d/{published_document(price_minor=400).pk}/buy/")
    page.get_by_text("I have a coupon").click()
    page.get_by_label("Coupon").fill("spring")
    page.get_by_role("button", name="Use the coupon").click()
    _pay(page, "¥3.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to download")
