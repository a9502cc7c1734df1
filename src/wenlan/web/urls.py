"""Addresses of the web room."""

from __future__ import annotations

from django.urls import path

from wenlan.web.views import home

app_name = "web"

urlpatterns = [path("", home.home, name="home")]
