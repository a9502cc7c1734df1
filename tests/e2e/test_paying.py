"""Bob pays at a company, in a real browser, and comes back to a page that knows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.payments.gateway import companies, gateway, gateway_environment, gateway_server
from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Company
from wenlan.demo.gateway.gateway import Gateway
from wenlan.ledger.selectors import wallet_balance_minor

__all__ = ["companies", "gateway", "gateway_environment", "gateway_server"]

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "user_agent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
}


@pytest.mark.parametrize("way", ["Card (Stripe)", "Alipay"])
def test_bob_pays_on_the_page_of_the_company(gateway: Gateway, visit: Visit, bob: User, way: str) -> None:
    visitor = visit(bob)
    visitor.open("/wallet/")
    visitor.page.get_by_label(way).check()
    visitor.page.get_by_role("button", name="Go to payment").click()
    visitor.page.wait_for_url("**/cashier/**")
    visitor.page.get_by_role("button", name="Pay").click()
    expect(visitor.page.get_by_role("heading", name="The money has arrived")).to_be_visible()
    visitor.page.get_by_role("link", name="Go on").click()
    expect(visitor.page.get_by_role("heading", name="Wallet").first).to_be_visible()
    assert wallet_balance_minor(bob) == 2000


def test_the_page_with_the_code_sees_by_itself_that_it_was_paid(
    gateway: Gateway, visit: Visit, bob: User
) -> None:
    visitor = visit(bob)
    visitor.open("/wallet/")
    visitor.page.get_by_label("WeChat Pay").check()
    visitor.page.get_by_role("button", name="Go to payment").click()
    expect(visitor.page.get_by_role("img", name="QR code for WeChat Pay")).to_be_visible()
    (payment,) = gateway.books.of(Company.WECHAT)
    gateway.pay(Company.WECHAT, payment.reference)
    expect(visitor.page.get_by_role("heading", name="The money has arrived")).to_be_visible()


def test_bob_pays_in_wechat_on_his_phone(gateway: Gateway, visit: Visit, bob: User) -> None:
    visitor = visit(bob, **PHONE)
    visitor.open("/wallet/")
    visitor.page.get_by_label("WeChat Pay").check()
    visitor.page.get_by_role("button", name="Go to payment").click()
    visitor.page.wait_for_url("**/cashier/**")
    visitor.page.get_by_role("button", name="Pay").click()
    expect(visitor.page.get_by_role("heading", name="The money has arrived")).to_be_visible()
    assert wallet_balance_minor(bob) == 2000


def test_bob_pays_without_javascript(gateway: Gateway, visit: Visit, bob: User) -> None:
    visitor = visit(bob, java_script_enabled=False)
    visitor.open("/wallet/")
    visitor.page.get_by_label("WeChat Pay").check()
    visitor.page.get_by_role("button", name="Go to payment").click()
    (payment,) = gateway.books.of(Company.WECHAT)
    gateway.pay(Company.WECHAT, payment.reference)
    visitor.page.get_by_role("button", name="I have paid").click()
    expect(visitor.page.get_by_role("heading", name="The money has arrived")).to_be_visible()
