"""Addresses of the accounts room; signing up and in are allauth's."""

from __future__ import annotations

from django.urls import path

from wenlan.accounts import views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.profile_settings, name="settings"),
    path("become-author/", views.become_author, name="become_author"),
    path("language/", views.language, name="language"),
]
