"""The payment providers this code knows, by the names used in the settings."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from wenlan.core.errors import NotAllowed
from wenlan.payments.ports import PaymentProvider

PROVIDERS = {
    "alipay": "wenlan.payments.backends.alipay.AlipayProvider",
    "simulated": "wenlan.payments.backends.simulated.SimulatedProvider",
    "stripe": "wenlan.payments.backends.stripe.StripeProvider",
    "wechat": "wenlan.payments.backends.wechat.WeChatProvider",
}


def provider_named(name: str) -> PaymentProvider:
    """The provider of that name. Raises NotAllowed unless the settings offer it."""
    if name not in settings.PAYMENT_PROVIDERS or name not in PROVIDERS:
        raise NotAllowed(_("This way to pay is not offered here."))
    provider: PaymentProvider = import_string(PROVIDERS[name])()
    return provider


def providers_offered() -> list[PaymentProvider]:
    """Every provider of the settings, in their order."""
    return [provider_named(name) for name in settings.PAYMENT_PROVIDERS if name in PROVIDERS]


def provider_label(name: str) -> str:
    """What a provider is called on the pages, also one that is no longer offered."""
    return str(import_string(PROVIDERS[name]).label) if name in PROVIDERS else name
