"""Addresses of the search room."""

from __future__ import annotations

from django.urls import path

from wenlan.search import views

app_name = "search"

urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("search/forget/", views.recent_forget, name="recent_forget"),
    path("search/tips/", views.tips, name="tips"),
]
