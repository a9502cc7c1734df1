"""Addresses of the web room."""

from __future__ import annotations

from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.urls import path

import wenlan.documents.urls  # noqa: F401 - its import registers the `row` converter
from wenlan.web.sitemaps import SECTIONS
from wenlan.web.views import catalogue, design, document, home, library, site

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("documents/", catalogue.documents, name="documents"),
    path("c/<slug:slug>/", catalogue.category, name="category"),
    path("u/<row:pk>/", catalogue.author, name="author"),
    path("d/<row:pk>/", document.document, name="document"),
    path("d/<row:pk>/pages/", document.pages, name="document_pages"),
    path("d/<row:pk>/find/", document.find, name="document_find"),
    path("d/<row:pk>/share.svg", document.share_code, name="share_code"),
    path("library/", library.library, name="library"),
    path("design/", design.design, name="design"),
    path("terms/", site.terms, name="terms"),
    path("theme/", site.theme, name="theme"),
    path("site.webmanifest", site.manifest, name="manifest"),
    path("robots.txt", site.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemap_index,
        {"sitemaps": SECTIONS, "sitemap_url_name": "web:sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap_section, {"sitemaps": SECTIONS}, name="sitemap_section"),
]
