"""Addresses of the similarity room."""

from __future__ import annotations

from django.urls import path

from wenlan.similarity import views

app_name = "similarity"

urlpatterns = [
    path("my/documents/<row:pk>/copies/", views.found, name="found"),
    path("my/documents/<row:pk>/summary/", views.digest, name="digest"),
]
