"""Addresses of the demo's mailbox; config/urls.py routes them in a demo only."""

from __future__ import annotations

from django.urls import path

from wenlan.accounts import mailbox_views

app_name = "mailbox"

urlpatterns = [
    path("", mailbox_views.mailbox, name="list"),
    path("<str:file_name>/<int:number>/", mailbox_views.mailbox_message, name="message"),
]
