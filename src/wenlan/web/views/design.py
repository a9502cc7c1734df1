"""The living page of the design language: every component and state, drawn with the site's own parts."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenlan.documents.selectors import documents_published
from wenlan.web.forms import SpecimenForm
from wenlan.web.icons import ICONS

#: The custom properties of tokens.css that hold a colour of the page.
COLOURS = (
    "paper", "sheet", "wash", "ink", "ink-soft", "ink-faint", "rule", "edge",
    "seal", "seal-wash", "jade", "jade-wash", "amber", "amber-wash", "alarm", "alarm-wash", "mark",
)  # fmt: skip


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    context = {
        "colours": COLOURS,
        "icons": sorted(ICONS),
        "form": SpecimenForm(),
        "form_with_errors": SpecimenForm({"title": "", "price": "-1"}, auto_id="id_wrong_%s"),
        "documents": documents_published().order_by("-published_at")[:4],
        "page_obj": Paginator(range(200), 20).get_page(request.GET.get("page", 4)),
    }
    return render(request, "web/design.html", context)
