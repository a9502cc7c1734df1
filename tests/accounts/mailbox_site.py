"""The addresses of a demo: the site's own, and the mailbox."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("dev/mail/", include("wenlan.accounts.mailbox_urls")),
    path("", include("wenlan.config.urls")),
]
