"""Addresses of the search room."""

from __future__ import annotations

from django.urls import path

from wenlan.search import views

app_name = "search"

urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/tips/", views.tips, name="tips"),
]
