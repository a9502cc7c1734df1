"""The demo's mailbox: everybody's mail, for everybody. Never routed on a site with real readers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from wenlan.accounts.mailbox import mail_stored, mails_stored


@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/mailbox.html", {"mails": mails_stored()})


@never_cache
def mailbox_message(request: HttpRequest, file_name: str, number: int) -> HttpResponse:
    mail = mail_stored(file_name=file_name, number=number)
    if mail is None:
        raise Http404
    return render(request, "accounts/mailbox_message.html", {"mail": mail})
