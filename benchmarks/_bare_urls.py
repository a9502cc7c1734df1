"""The site with one more address: a view that makes one query and writes one line. What Django itself costs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from wenlan.config import urls
from wenlan.documents.models import Document


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Document.objects.filter(pk=1).values_list("title", flat=True).first() or "")


urlpatterns = [path("bare/", bare), path("", include("wenlan.config.urls"))]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
