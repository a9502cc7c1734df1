"""A shop for the benchmark: documents on the shelf without files, and readers with money."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import uuid4

from django.utils import timezone

from benchmarks._money.crowd import readers_make
from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Revision
from wenlan.orders.services import document_buy

PRICE_MINOR = 400
DOCUMENTS = 200
READERS = 211
"""A prime number, so that purchase after purchase each reader meets each document once (see `Shop.pair`)."""
MOST_PURCHASES = DOCUMENTS * READERS


@dataclass(frozen=True)
class Shop:
    """Documents by as many authors, or all by one; every reader has money for all."""

    documents: list[Document]
    readers: list[User]

    def pair(self, number: int) -> tuple[User, Document]:
        """Who buys what in the purchase of that number: the next ones are of other readers and other documents."""
        turn, which = divmod(number, DOCUMENTS)
        return self.readers[(turn + number) % READERS], self.documents[which]

    def buy(self, number: int) -> object:
        reader, document = self.pair(number)
        return document_buy(reader=reader, document_id=document.pk, expected_price_minor=PRICE_MINOR)


def shop_open(*, authors: int) -> Shop:
    """`DOCUMENTS` documents by that many authors."""
    people = readers_make(authors, wallet_minor=1)
    documents = [document_publish(people[number % authors]) for number in range(DOCUMENTS)]
    return Shop(documents, readers_make(READERS, wallet_minor=PRICE_MINOR * DOCUMENTS))


def document_publish(author: User) -> Document:
    """A document on the shelf, of which there are rows and no file."""
    category, _is_new = Category.objects.get_or_create(
        slug="office", defaults={"name_zh": "公文写作", "name_en": "Official writing"}
    )
    document = Document.objects.create(
        author=author,
        title=f"工作总结 {uuid4().hex[:8]}",
        title_is_guess=False,
        category=category,
        currency="CNY",
        price_minor=PRICE_MINOR,
        preview_kind="pages",
        preview_value=3,
    )
    document.current_revision = Revision.objects.create(
        document=document,
        uploader=author,
        original_name="工作总结.doc",
        sha256=hashlib.sha256(document.title.encode()).hexdigest(),
        size_bytes=1,
        format="doc",
        media_type="application/msword",
        state=Revision.State.READY,
        page_count=1,
        pages_done=1,
        converted_at=timezone.now(),
        file=f"originals/{uuid4().hex}.doc",
    )
    document.state = Document.State.PUBLISHED
    document.published_at = timezone.now()
    document.save()
    return document
