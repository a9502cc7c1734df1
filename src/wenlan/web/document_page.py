"""Everything the document page says, gathered in a number of queries that does not grow with the document."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import Document, Favourite, Revision
from wenlan.documents.selectors import revision_shown_to, slides_of
from wenlan.insights.selectors import last_page_read
from wenlan.orders.models import Entitlement
from wenlan.orders.selectors import Offer, document_offer, entitlement_of, prices_load
from wenlan.similarity.models import Finding
from wenlan.similarity.related import Related, documents_related
from wenlan.similarity.selectors import copies_told
from wenlan.web.document_find import Found, found_in_document
from wenlan.web.fidelity import VerdictWords, fidelity_verdict, preview_fonts
from wenlan.web.reader import ReaderView, paragraphs, reader_view
from wenlan.web.structured_data import document_data

RELATED_LIMIT = 6
TEXT_PAGES = 40
"""Preview pages whose text stands in the page for search engines and for reading as plain text."""
DESCRIPTION_LENGTH = 150
THREE_LINES_NARROW, THREE_LINES_WIDE = 120, 240
"""So wide are three lines on a phone and on a desk, in halves of a Chinese character."""


@dataclass(frozen=True)
class TextPage:
    """The text of one preview page as paragraphs."""

    number: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """An entry of the outline that points into the pages this reader may open."""

    title: str
    level: int
    page: int
    url: str


@dataclass(frozen=True)
class Outline:
    """The headings this reader may see; of the others only how many there are."""

    headings: list[Heading]
    beyond: int


@dataclass(frozen=True)
class Slides:
    """A presentation that plays: the address of what this reader may see of it, and how much more there is."""

    url: str
    count: int
    beyond: int


@dataclass(frozen=True)
class DocumentPage:
    """What `web/document.html` draws."""

    document: Document
    revision: Revision | None
    reader: ReaderView | None
    offer: Offer
    entitlement: Entitlement | None
    is_favourite: bool
    last_page: int
    outline: Outline
    slides: Slides | None
    fidelity_verdict: VerdictWords | None
    fonts: list[str]
    same_as: list[Finding]
    text_pages: list[TextPage]
    related: list[Related]
    found: Found | None
    url: str
    description: str
    image_url: str
    structured_data: dict[str, Any]

    @property
    def continue_page(self) -> int:
        """Where this reader stopped, if that is further than the pages shown and still open to them; else 0."""
        reader = self.reader
        return self.last_page if reader and reader.last < self.last_page <= reader.readable else 0

    @property
    def continue_url(self) -> str:
        return self.reader.page_url(self.continue_page) if self.reader else ""

    @property
    def about_length(self) -> Literal["", "short", "long"]:
        """How far the author's description runs: past three lines on a phone (`short`), everywhere (`long`), nowhere."""
        width = sum(_paragraph_width(line) for line in self.document.description.splitlines())
        if width <= THREE_LINES_NARROW:
            return ""
        return "short" if width <= THREE_LINES_WIDE else "long"


def document_page(
    *,
    document: Document,
    user: User | AnonymousUser,
    first: int,
    last: int,
    query: str,
    may_search: bool = True,
) -> DocumentPage:
    """The page of `document` for `user`, showing pages `first` to `last` with the words of `query` marked.

    Unless it `may_search`, nothing is said of where else they are. Beyond the pages open to this reader the last of them is shown.
    """
    revision = revision_shown_to(document=document, user=user)
    reader = None
    if revision is not None:
        view = partial(reader_view, document=document, revision=revision, user=user, query=query)
        reader = view(first=first, last=last)
        if first > reader.readable > 0:
            reader = view(first=reader.readable, last=reader.readable)
    found = None
    if revision is not None and query:
        found = Found(query=query, is_refused=True)
        if may_search:
            found = found_in_document(document=document, revision=revision, user=user, query=query)
    related = documents_related(document=document, user=user, limit=RELATED_LIMIT)
    prices_load([document, *(item.document for item in related)])
    offer = document_offer(document=document, user=user)
    text_pages = _text_pages(document, revision)
    url = settings.SITE_URL + document.get_absolute_url()
    description = _description(document, text_pages)
    image_url = _image_url(document, revision, reader)
    return DocumentPage(
        document=document,
        revision=revision,
        reader=reader,
        offer=offer,
        entitlement=_entitlement(document, user, offer),
        is_favourite=_is_favourite(document, user),
        last_page=last_page_read(user=user, document=document),
        outline=_outline(revision, reader),
        slides=_slides(document, revision, user),
        fidelity_verdict=fidelity_verdict(revision) if revision else None,
        fonts=preview_fonts(revision) if revision else [],
        same_as=copies_told(revision) if revision else [],
        text_pages=text_pages,
        related=related,
        found=found,
        url=url,
        description=description,
        image_url=image_url,
        structured_data=document_data(
            document=document,
            revision=revision,
            url=url,
            description=description,
            image_url=image_url,
            quote=offer.quote,
        ),
    )


def _paragraph_width(line: str) -> int:
    """The room a paragraph takes: its characters, Chinese ones double, and at least one line of a phone."""
    width = sum(2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in line)
    return max(width, THREE_LINES_NARROW // 3)


def _text_pages(document: Document, revision: Revision | None) -> list[TextPage]:
    """The text of the pages everybody may see, whoever is reading: bought pages never stand in here."""
    if revision is None:
        return []
    public = document.preview_policy.visible_pages(revision.page_count or revision.pages_done)
    rows = revision.pages.filter(number__lte=min(public, TEXT_PAGES)).order_by("number")
    pages = [TextPage(number, paragraphs(text)) for number, text in rows.values_list("number", "text")]
    return [page for page in pages if page.paragraphs]


def _description(document: Document, text_pages: list[TextPage]) -> str:
    """A line for search results: the author's own words, or else the beginning of the preview."""
    text = document.description or " ".join(
        paragraph for page in text_pages[:1] for paragraph in page.paragraphs[:6]
    )
    text = " ".join(text.split())
    return text if len(text) <= DESCRIPTION_LENGTH else text[: DESCRIPTION_LENGTH - 1].rstrip() + "…"


def _image_url(document: Document, revision: Revision | None, reader: ReaderView | None) -> str:
    """The whole address of the first page's image, if everybody may see it."""
    if revision is None or reader is None or not document.is_for_everyone:
        return ""
    if not document.preview_policy.visible_pages(reader.total) or not reader.pages:
        return ""
    first = reader.pages[0]
    return settings.SITE_URL + first.src if first.number == 1 and first.src else ""


def _slides(document: Document, revision: Revision | None, user: User | AnonymousUser) -> Slides | None:
    count = slides_of(document=document, revision=revision, user=user) if revision else 0
    if revision is None or not count:
        return None
    url = reverse("conversion:slides", args=[document.pk, revision.pk, count])
    return Slides(url=url, count=count, beyond=(revision.page_count or count) - count)


def _entitlement(document: Document, user: User | AnonymousUser, offer: Offer) -> Entitlement | None:
    """Since when the document is this reader's; nothing for its author, and for who works on it without owning it."""
    if offer.kind != "entitled" or not isinstance(user, User):
        return None
    return entitlement_of(user=user, document=document)


def _is_favourite(document: Document, user: User | AnonymousUser) -> bool:
    if not user.is_authenticated:
        return False
    return Favourite.objects.filter(reader_id=user.pk, document=document).exists()


def _outline(revision: Revision | None, reader: ReaderView | None) -> Outline:
    if revision is None or reader is None:
        return Outline(headings=[], beyond=0)
    headings = [
        Heading(
            title=item["title"],
            level=min(int(item["level"]), 4),
            page=item["page"],
            url=reader.page_url(item["page"]),
        )
        for item in revision.outline
        if item["page"] <= reader.readable
    ]
    return Outline(headings=headings, beyond=len(revision.outline) - len(headings))
