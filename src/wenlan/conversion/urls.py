"""Addresses of the conversion room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "conversion"

urlpatterns: list[URLPattern] = []
