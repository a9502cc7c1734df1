"""Addresses of the insights room."""

from __future__ import annotations

from django.urls import path

from wenlan.insights import views

app_name = "insights"

urlpatterns = [
    path("d/<int:pk>/reading/", views.reading, name="reading"),
    path("library/history/clear/", views.history_clear, name="history_clear"),
]
