"""How allauth signs people up here and writes to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, get_supported_language_variant, override

from wenlan.accounts import services
from wenlan.accounts.limits import attempt_give_back, attempt_take, attempts_forget, client_address
from wenlan.accounts.models import User
from wenlan.core.handlers import handlers

WRONG_PASSWORDS = 5
WRONG_PASSWORDS_SECONDS = 300


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People have a name from the start, and mail goes through the outbox in the language of its reader.

    Who guesses passwords is kept from the account at the address they guess from, so that its owner still comes
    in elsewhere; only guesses from many addresses together (settings.ACCOUNT_RATE_LIMITS) close it to everybody.
    """

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.language = get_supported_language_variant(get_language() or settings.LANGUAGE_CODE)
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be led there after signing in. What is no address at all, such as `//[`, is not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        place = attempt_take(**_guesses(request, credentials.get("email", "")))
        if place is None:
            raise self.validation_error("too_many_login_attempts")
        was_wrong = False
        try:
            user: User | None = super().authenticate(request, **credentials)
            was_wrong = user is None
            return user
        finally:
            if not was_wrong:
                attempt_give_back(place)

    def set_password(self, user: User, password: str) -> None:
        """Also forget the guesses at the old one, made where the new one was just chosen."""
        super().set_password(user, password)
        attempts_forget(**_guesses(self.request, user.email))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        for signed_in in handlers("person_signed_in"):
            signed_in(request, user, response)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")


def _guesses(request: HttpRequest, email: str) -> dict[str, Any]:
    """What is counted of wrong passwords for `email`: those from this address."""
    return {
        "action": "wrong password",
        "who": f"{email.lower()} from {client_address(request)}",
        "limit": WRONG_PASSWORDS,
        "window_seconds": WRONG_PASSWORDS_SECONDS,
    }


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
