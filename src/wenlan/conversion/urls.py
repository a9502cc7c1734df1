"""Addresses of the conversion room."""

from __future__ import annotations

from django.urls import path

from wenlan.conversion import views

app_name = "conversion"

urlpatterns = [
    path("my/documents/conversions/", views.statuses, name="statuses"),
    path("my/documents/<row:pk>/conversion/", views.status, name="status"),
    path("my/documents/<row:pk>/conversion/retry/", views.retry, name="retry"),
    path("d/<row:pk>/slides/<row:revision_id>-<small:count>.svg", views.slides, name="slides"),
]
