"""How allauth signs people up here and writes to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_supported_language_variant, override

from wenlan.accounts import services
from wenlan.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People have a name from the start, and mail goes through the outbox in the language of its reader."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.language = get_supported_language_variant(get_language() or settings.LANGUAGE_CODE)
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        with override(_language_of(email, context)):
            message = self.render_mail(
                template_prefix,
                email,
                {
                    "email": email,
                    "site_name": settings.SITE_NAME,
                    "site_url": settings.SITE_URL,
                    **_links_to_this_site(context),
                },
            )
        services.mail_send(to=email, subject=str(message.subject), body=str(message.body))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")


def _links_to_this_site(context: dict[str, Any]) -> dict[str, Any]:
    """`context` with the site's own address in every link, whatever host the request claimed to be for.

    allauth builds links from the request, and whoever asks for a mail to somebody else writes that request.
    """
    links = {
        name: settings.SITE_URL + urlsplit(value)._replace(scheme="", netloc="").geturl()
        for name, value in context.items()
        if name.endswith("_url")
    }
    return {**context, **links}


def _language_of(email: str, context: dict[str, Any]) -> str:
    """The language of the person a mail is for; of the request when nobody is known by that address."""
    user = context.get("user") or User.objects.filter(email__iexact=email).first()
    return user.language if user else get_language() or settings.LANGUAGE_CODE
