"""Addresses of payouts, part of those of the payments room."""

from __future__ import annotations

from django.urls import path

from wenlan.payments.payouts import house_views, views

payout_urls = [
    path("my/earnings/", views.earnings, name="earnings"),
    path("my/earnings/account/", views.account, name="payout_account"),
    path("my/earnings/payout/", views.ask, name="payout_ask"),
    path("my/earnings/payout/confirm/", views.request_, name="payout_request"),
    path("my/payouts/<row:pk>/cancel/", views.cancel, name="payout_cancel"),
    path("house/payouts/", house_views.queue, name="payout_queue"),
    path("house/payouts/<row:pk>/", house_views.payout, name="payout_review"),
    path("house/payouts/batches/new/", house_views.export, name="payout_export"),
    path("house/payouts/batches/<row:pk>/", house_views.batch, name="payout_batch"),
    path("house/payouts/batches/<row:pk>/file/", house_views.batch_download, name="payout_batch_file"),
]
