"""Addresses of the insights room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "insights"

urlpatterns: list[URLPattern] = []
