"""Small things every site has: its terms, its manifest, robots.txt, the choice of colours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from wenlan.web.themes import COOKIE_NAME, COOKIE_SECONDS, THEMES


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "web/terms.html")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web application manifest, https://www.w3.org/TR/appmanifest/."""
    return JsonResponse(
        {
            "name": settings.SITE_NAME,
            "start_url": reverse("web:home"),
            "display": "minimal-ui",
            "background_color": "#fbf9f4",
            "theme_color": "#fbf9f4",
            "icons": [{"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: pages of one person, actions, and endless combinations of filters."""
    return render(request, "web/robots.txt", content_type="text/plain; charset=utf-8")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of colours in a cookie of this browser and go back to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse("web:home")
    response = HttpResponseRedirect(target)
    choice = request.POST.get("theme")
    if choice in THEMES:
        response.set_cookie(
            COOKIE_NAME, choice, max_age=COOKIE_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
    return response
