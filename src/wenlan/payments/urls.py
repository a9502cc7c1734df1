"""Addresses of the payments room."""

from __future__ import annotations

from django.urls import path

from wenlan.payments import paying, views
from wenlan.payments.payouts.urls import payout_urls
from wenlan.payments.statements.urls import statement_urls

app_name = "payments"

urlpatterns = [
    path("wallet/", views.wallet, name="wallet"),
    path("wallet/top-up/", views.top_up, name="top_up"),
    path("pay/<slug:provider>/notify/", views.notify, name="notify"),
    path("pay/<slug:reference>/", views.pay, name="pay"),
    path("d/<row:pk>/pay/", paying.pay_document, name="pay_document"),
    path("bundles/<row:pk>/pay/", paying.pay_bundle, name="pay_bundle"),
    path("pay/simulated/<slug:reference>/", views.simulated, name="simulated"),
    *payout_urls,
    *statement_urls,
]
