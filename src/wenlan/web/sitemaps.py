"""What search engines should know of: published documents, their categories and authors.

The sitemap protocol: https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, on_the_shelf


class SiteSitemap(Sitemap[Any]):
    """Addresses as the world knows them, whatever host a request came in by."""

    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_latest_lastmod(self) -> datetime | None:
        """Not told for the whole: that would load every row for one line of the index."""
        return None


class DocumentSitemap(SiteSitemap):
    def items(self) -> QuerySet[Document]:
        published = Document.objects.filter(on_the_shelf())
        return published.only("pk", "updated_at").order_by("pk")

    def lastmod(self, item: Document) -> datetime:
        return item.updated_at


class CategorySitemap(SiteSitemap):
    def items(self) -> QuerySet[Category]:
        with_documents = Category.objects.filter(on_the_shelf("documents__"))
        return with_documents.annotate(newest=Max("documents__published_at")).order_by("pk")

    def lastmod(self, item: Category) -> datetime:
        newest: datetime = item.newest  # type: ignore[attr-defined] # annotated above
        return newest


class AuthorSitemap(SiteSitemap):
    def items(self) -> QuerySet[User]:
        authors = Document.objects.filter(on_the_shelf()).values("author")
        return User.objects.filter(pk__in=authors, is_active=True).only("pk").order_by("pk")

    def location(self, item: User) -> str:
        return reverse("web:author", args=[item.pk])


class HouseSitemap(SiteSitemap):
    def items(self) -> list[str]:
        return [reverse("web:home"), reverse("web:terms")]

    def location(self, item: str) -> str:
        return item


SECTIONS: dict[str, type[SiteSitemap]] = {
    "house": HouseSitemap,
    "categories": CategorySitemap,
    "authors": AuthorSitemap,
    "documents": DocumentSitemap,
}
