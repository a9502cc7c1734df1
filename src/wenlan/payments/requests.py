"""What a request says of who is about to pay."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from wenlan.payments.ports import Payer


def payer_of(request: HttpRequest) -> Payer:
    """Who pays, and on what: browsers of phones say `Mobi` (MDN, "Browser detection using the user agent").

    WeChat's own browser is taken for a desk: a company's page for phones does not open in it.
    """
    browser = request.headers.get("User-Agent", "")
    is_on_phone = "Mobi" in browser and "MicroMessenger" not in browser
    return Payer(is_on_phone=is_on_phone, address=get_adapter(request).get_client_ip(request))
