"""The addresses of the site: each room names its own."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

urlpatterns = [
    path("", include("wenlan.web.urls")),
    path("", include("wenlan.search.urls")),
    path("", include("wenlan.documents.urls")),
    path("", include("wenlan.conversion.urls")),
    path("", include("wenlan.similarity.urls")),
    path("", include("wenlan.orders.urls")),
    path("", include("wenlan.payments.urls")),
    path("", include("wenlan.delivery.urls")),
    path("", include("wenlan.trust.urls")),
    path("", include("wenlan.insights.urls")),
    path("account/", include("wenlan.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["wenlan.web"]), name="javascript-catalog"),
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns.append(path("dev/mail/", include("wenlan.accounts.mailbox_urls")))

handler400 = "wenlan.web.views.errors.bad_request"
handler403 = "wenlan.web.views.errors.permission_denied"
handler404 = "wenlan.web.views.errors.page_not_found"
handler500 = "wenlan.web.views.errors.server_error"
