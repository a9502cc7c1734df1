"""Addresses of the trust room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "trust"

urlpatterns: list[URLPattern] = []
