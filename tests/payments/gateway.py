"""The payment companies of the demo, as the tests of this room use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Company
from wenlan.demo.gateway.gateway import Gateway
from wenlan.demo.gateway.server import GatewayServer
from wenlan.payments.models import TopUp
from wenlan.payments.ports import Payer
from wenlan.payments.services import top_up_start

Begin = Callable[..., TopUp]


@pytest.fixture(scope="session")
def gateway_server() -> Iterator[GatewayServer]:
    """One server for all tests: its keys take a moment to make."""
    with GatewayServer() as server:
        yield server


@pytest.fixture(scope="session")
def gateway_environment(
    gateway_server: GatewayServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    return gateway_server.gateway.keys.environment(
        address=gateway_server.address, folder=tmp_path_factory.mktemp("keys")
    )


@pytest.fixture
def companies(gateway_server: GatewayServer, gateway_environment: dict[str, str], settings: Any) -> Gateway:
    """Three companies that know nothing yet, and a site that asks them; what they tell reaches nobody."""
    gateway = gateway_server.gateway
    gateway.books.clear()
    gateway.stripe.webhook_url = "http://127.0.0.1:9/"
    settings.PAYMENT_PROVIDERS = ["stripe", "wechat", "alipay"]
    settings.PAYMENT_TIMEOUT_SECONDS = 1
    settings.WECHAT_PHONE_PAY = True
    for variable, value in gateway_environment.items():
        name = variable.removeprefix("WENLAN_")
        if name != "WECHAT_PHONE_PAY":
            setattr(settings, name, Path(value) if name.endswith("_FILE") else value)
    return gateway


@pytest.fixture
def gateway(companies: Gateway, settings: Any, live_server: LiveServer) -> Gateway:
    """The same, and their messages reach the site over HTTP."""
    settings.SITE_URL = live_server.url
    companies.stripe.webhook_url = f"{live_server.url}/pay/stripe/notify/"
    return companies


@pytest.fixture(params=["stripe", "wechat", "alipay"])
def company(request: pytest.FixtureRequest) -> Company:
    return Company(request.param)


@pytest.fixture
def begin(bob: User, company: Company) -> Begin:
    """Bob begins to pay at the company; at Alipay he opens its page, by which it first hears of the payment."""

    def start(amount_minor: int = 500, *, on_phone: bool = False) -> TopUp:
        top_up = top_up_start(
            user=bob, amount_minor=amount_minor, provider=company.value, payer=Payer(is_on_phone=on_phone)
        )
        open_the_page(top_up)
        return top_up

    return start


def open_the_page(top_up: TopUp) -> None:
    """What a reader's browser does, or the app that scans the code."""
    import requests

    requests.get(top_up.pay_url or top_up.qr_text, timeout=10).raise_for_status()
