"""Why somebody is asked to sign in, told by the address they are on the way to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to


def sign_in_purpose(target: str) -> str:
    """What signing in is good for on the way to `target`, in the reader's language; empty if it tells nothing.

    A document is named only if everybody may see it.
    """
    match = _resolved(target)
    if match is None:
        return ""
    if match.view_name == "orders:buy" or (
        match.view_name == "web:document" and target.partition("#")[2].startswith("favourite")
    ):
        document = documents_visible_to(AnonymousUser()).filter(pk=match.kwargs["pk"]).first()
        return _about(document, is_order=match.view_name == "orders:buy") if document else ""
    if match.view_name == "documents:upload":
        return _("Sign in to upload documents")
    if match.view_name == "web:library":
        return _("Sign in to see your library")
    return ""


def way_back(target: str) -> str:
    """The part of `target` that may stand in a mail: the path of a page of this site; else empty.

    Nothing a stranger could write into a query comes with it.
    """
    return _path(target) if _resolved(target) is not None else ""


def page_to_return_to(request: HttpRequest, here: str) -> str:
    """Where signing in from the header of a page leads: to that page, which is at `here`; empty if that is home.

    The pages of signing in hand on where they lead themselves. Whatever comes out is an address of this site.
    """
    if request.resolver_match is None:
        return ""
    if (request.resolver_match.view_name or "").startswith("account_"):
        target = request.POST.get("next") or request.GET.get("next") or ""
    else:
        target = urlsplit(here)._replace(scheme="", netloc="").geturl()
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours and target != resolve_url(settings.LOGIN_REDIRECT_URL) else ""


def _path(target: str) -> str:
    return target.partition("#")[0].partition("?")[0]


def _resolved(address: str) -> ResolverMatch | None:
    """The view behind an address of this site that was given without its host."""
    try:
        return resolve(_path(address))
    except Resolver404:
        return None


def _about(document: Document, *, is_order: bool) -> str:
    title = document.title
    if (get_language() or "").startswith("zh"):
        # A title within a title takes single marks (GB/T 15834-2011, 4.15.3.4).
        title = title.translate({ord("《"): "〈", ord("》"): "〉"})
    if not is_order:
        return _("Sign in to save “%(title)s”") % {"title": title}
    if document.is_free:
        return _("Sign in to get “%(title)s” for free") % {"title": title}
    return _("Sign in to buy “%(title)s”") % {"title": title}
