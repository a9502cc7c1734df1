"""Addresses of the delivery room."""

from __future__ import annotations

from django.urls import path

from wenlan.delivery import views

app_name = "delivery"

urlpatterns = [
    path("d/<int:pk>/download/", views.download, name="download"),
    path("f/<str:token>/<path:name>", views.file, name="file"),
]
