"""Following share links, and the pages of who shares and of who pays for it."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenlan.accounts.limits import attempt_allowed
from wenlan.accounts.requests import signed_in
from wenlan.core.handlers import handlers
from wenlan.core.language import same_in_every_language
from wenlan.core.visits import is_by_a_person
from wenlan.documents.models import Document
from wenlan.documents.requests import is_htmx
from wenlan.documents.selectors import documents_visible_to
from wenlan.orders import services, share_selectors
from wenlan.orders.devices import device_remember
from wenlan.orders.lettering import NoFont
from wenlan.orders.models import ShareLink
from wenlan.orders.pricing import document_quote
from wenlan.orders.share_charts import share_chart
from wenlan.orders.share_forms import CommissionForm
from wenlan.orders.trails import Click, trail_begun, trail_write

LINKS_PER_PAGE = 20
POSTERS_PER_TEN_MINUTES = 30
TRIED_RATES = (500, 1000, 2000, 3000)
"""Commissions, in hundredths of a percent, whose price is shown to an author who chooses one."""


@require_safe
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the document of a share link, whose page tells when it is gone; a person is remembered to come by it."""
    link = get_object_or_404(ShareLink.objects.select_related("document", "sharer"), code=code)
    response = redirect(link.document)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    if request.method == "GET" and link.document.is_published and is_by_a_person(request):
        _follow(request, link, response)
    return response


def _follow(request: HttpRequest, link: ShareLink, response: HttpResponseBase) -> None:
    """Count the click and let the browser keep it, unless it is the sharer's own, or the author's on their document."""
    trail = trail_begun(request)
    if request.user.is_authenticated:
        services.device_note(user=signed_in(request), device_hash=trail.device_hash)
    is_own = request.user.pk in {
        link.sharer_id,
        link.document.author_id,
    } or services.device_is_of(user=link.sharer, device_hash=trail.device_hash)
    if not is_own:
        trail = trail.after(Click(link.document_id, link.pk, timezone.now()))
        for visitor_of_today in handlers("visitor_of_today"):
            services.share_click(link=link, visitor_hash=visitor_of_today(request))
    if not is_own or request.user.is_authenticated:
        trail_write(response, trail)


@require_safe
@same_in_every_language
@cache_control(max_age=86400, public=True)
def code_image(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a share link as a QR code (ISO/IEC 18004)."""
    link = get_object_or_404(ShareLink, code=code)
    drawing = io.BytesIO()
    segno.make(link.url, error="m", micro=False).save(
        drawing, kind="svg", border=2, dark="#1f1d1a", light="#ffffff", xmldecl=False, omitsize=True
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@require_POST
@login_required
def share_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the reader their link to a document: in the sheet of the share button, or on its page."""
    user = signed_in(request)
    document = get_object_or_404(documents_visible_to(user), pk=pk)
    link = services.share_link_for(sharer=user, document=document)
    if is_htmx(request):
        offer = share_selectors.share_offer(document, user)
        response = render(request, "orders/_share_sheet.html", {"share": offer, "document": document})
    else:
        response = redirect("orders:share_link", code=link.code)
    device_remember(request, user, response)
    return response


@login_required
@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """What the links of the reader who is signed in have brought."""
    user = signed_in(request)
    page = Paginator(share_selectors.share_links_of(user), LINKS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": share_selectors.links_with_brought(page.object_list),
        "totals": share_selectors.brought_totals(user),
        "click_count": share_selectors.click_count(user),
        "chart": share_chart(share_selectors.share_days(user)),
        "share_days": settings.SHARE_DAYS,
    }
    return render(request, "orders/shares.html", context)


@login_required
@require_safe
def share_link(request: HttpRequest, code: str) -> HttpResponse:
    """One link of the reader who is signed in: to copy, to scan, as a poster, and what it brought."""
    user = signed_in(request)
    link = get_object_or_404(share_selectors.share_links_of(user), code=code)
    context = {
        "link": link,
        "document": link.document,
        "share": share_selectors.share_offer(link.document, user),
        "brought": share_selectors.links_with_brought([link])[0].brought,
        "chart": share_chart(share_selectors.share_days(user, link=link)),
        "share_days": settings.SHARE_DAYS,
    }
    return render(request, "orders/share_link.html", context)


@login_required
@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """The poster of a link of the reader who is signed in, drawn when there is none; for documents on the shelf."""
    link = get_object_or_404(share_selectors.share_links_of(signed_in(request)), code=code)
    if not link.document.is_published:
        raise Http404
    name = services.poster_known(link)
    if not name:
        if not attempt_allowed(request, action="poster", limit=POSTERS_PER_TEN_MINUTES, window_seconds=600):
            return HttpResponse(status=429)
        try:
            name = services.poster_draw(link)
        except NoFont:
            raise Http404 from None
    response = FileResponse(
        default_storage.open(name, "rb"),
        content_type="image/png",
        as_attachment="download" in request.GET,
        filename=f"{link.document.title[:60]}.png",
    )
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def commission(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Choose what sharers get: of every sale through their links, or of those of one document."""
    author = signed_in(request)
    document = None if pk is None else get_object_or_404(Document, pk=pk, author=author)
    chosen = share_selectors.own_rate(author=author, document=document)
    data = request.POST if request.method == "POST" else None
    form = CommissionForm(data, basis_points=chosen, is_optional=document is not None)
    if request.method == "POST" and form.is_valid():
        services.commission_set(
            author=author, document=document, basis_points=form.cleaned_data["basis_points"]
        )
        messages.success(request, _("The commission is saved. It counts for sales from now on."))
        return redirect(request.path)
    example = document or share_selectors.example_document(author)
    context = {
        "form": form,
        "document": document,
        "chosen": chosen,
        "general": f"{(share_selectors.own_rate(author=author) or 0) / 100:g}",
        "others": [] if document else share_selectors.documents_with_rates(author),
        "price_minor": document_quote(example).price_minor if example else 0,
        "example": example if example and not example.is_free else None,
        "costs": share_selectors.commission_costs(example, TRIED_RATES) if example else [],
    }
    return render(request, "orders/commission.html", context)
