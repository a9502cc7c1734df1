"""Template filters and tags that know the words, units and icons of the site."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page as ListPage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.documents.formats import format_shown
from wenlan.documents.models import Document
from wenlan.web import sign_in
from wenlan.web.icons import FILLED, ICONS

register = template.Library()


@register.filter
def money(amount_minor: int, currency: str = "") -> str:
    """`{{ 400|money }}` → ¥4.00; the site's currency unless another is named."""
    return format_money(int(amount_minor), currency or settings.CURRENCY)


@register.filter
def file_size(size_bytes: int) -> str:
    """Binary units as file managers show them, `33.5 KB`; exact bytes below one KB."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= 1024
        if size < 1024 or unit == "GB":
            break
    return f"{size:.1f} {unit}" if size < 100 else f"{size:.0f} {unit}"


@register.filter
def thousands(number: int) -> str:
    """`1204` → `1,204`, as it is grouped in both languages of the site."""
    return f"{number:,}"


register.filter("format_shown", format_shown)


@register.simple_tag
def income_note(whose: str = "author") -> str:
    """Who gets what readers pay, with the house fee where there is one: the only wording of it on the site.

    `whose` says who is spoken of: the `author` of any document, of this `document`, the people the reader pays
    (`paid`), the author who is reading (`yours`); `short` stands beside a price.
    """
    fee = settings.HOUSE_FEE_BASIS_POINTS
    note = (_INCOME_NOTES_WITH_FEE if fee else _INCOME_NOTES)[whose]
    return note % {"income": f"{(10_000 - fee) / 100:g}", "fee": f"{fee / 100:g}"} if fee else str(note)


_INCOME_NOTES = {
    "author": _("What a document earns goes to its author."),
    "document": _("What this document earns goes to its author."),
    "paid": _("What you pay goes to the people who wrote them."),
    "yours": _("What your documents earn is yours."),
    "short": _("goes to the author"),
}
_INCOME_NOTES_WITH_FEE = {
    "author": _("%(income)s%% of what a document earns goes to its author, %(fee)s%% to the site."),
    "document": _("%(income)s%% of what this document earns goes to its author, %(fee)s%% to the site."),
    "paid": _("%(income)s%% of what you pay goes to the people who wrote them, %(fee)s%% to the site."),
    "yours": _("%(income)s%% of what your documents earn is yours, %(fee)s%% goes to the site."),
    "short": _("%(income)s%% goes to the author"),
}


@register.simple_tag
def gap() -> str:
    """`{% gap %}` stands between two sentences: a space, but for Chinese, whose full stop brings its own room."""
    return "" if (get_language() or "").startswith("zh") else " "


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: one of ours, in the size and colour of the text around it. It says nothing to
    a screen reader: the words beside it do."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r} in wenlan.web.icons.")
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>',
        " icon--filled" if name in FILLED else "",
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings, no part of them comes from outside
    )


@register.simple_tag
def page_numbers(page: ListPage[Any]) -> Iterable[int | str]:
    """The numbers a long list links to: the ends, the neighbours, an ellipsis between them."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag
def document_lang(document: Document) -> str | SafeString:
    """The `lang` attribute of what a document says, so that it is set and read aloud in its own language."""
    if document.language == Document.Language.OTHER:
        return ""
    return format_html(' lang="{}"', document.language)


@register.simple_tag
def sign_in_purpose(target: str | None) -> str:
    """Why somebody on the way to `target` is asked to sign in; empty when that tells nothing."""
    return sign_in.sign_in_purpose(target or "")


@register.simple_tag
def way_back(request: HttpRequest | None) -> str:
    """`?next=…` for a link in a mail: the page that whoever asked for it was on the way to; empty if there is none."""
    target = (request.POST.get("next") or request.GET.get("next") or "") if request else ""
    path = sign_in.way_back(target)
    return f"?{urlencode({'next': path})}" if path else ""


@register.simple_tag(takes_context=True)
def and_return(context: template.Context) -> str:
    """`?next=…` for a link to sign in or up: back to this page; empty where there is nothing to come back to."""
    request, here = context.get("request"), context.get("here")
    target = sign_in.page_to_return_to(request, here) if request and here else ""
    return f"?{urlencode({'next': target}, safe='/')}" if target else ""


@dataclass(frozen=True)
class Cover:
    """The picture on a document's card: the smallest image of its first page."""

    url: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        return self.width > self.height


@register.simple_tag
def document_cover(document: Document) -> Cover | None:
    """The cover of `document`; None when its preview shows no page, or `documents_with_covers` was not asked."""
    revision = document.current_revision
    pages = getattr(revision, "cover_pages", None)
    if revision is None or not pages or not document.preview_policy.visible_pages(revision.page_count or 0):
        return None
    if not pages[0].images:
        return None
    image = pages[0].images[0]
    return Cover(
        url=reverse("documents:page_image", args=[document.pk, revision.pk, 1, image["width"]]),
        width=image["width"],
        height=image["height"],
    )


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """A block of https://json-ld.org data. It is data and not a script: a browser does not run it, and nothing in
    it can close the element, since `<`, `>` and `&` are written as escapes."""
    text = json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


_SCRIPT_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
