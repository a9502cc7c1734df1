"""Pages about the person who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from wenlan.accounts import services
from wenlan.accounts.forms import BecomeAuthorForm, LanguageForm, ProfileForm
from wenlan.accounts.models import User
from wenlan.accounts.requests import safe_next, signed_in
from wenlan.core.errors import WenlanError


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the site, for this browser and, if signed in, for this person's mail too."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise WenlanError(_("Choose one of the languages offered."))
    chosen = form.cleaned_data["language"]
    response = redirect(safe_next(request, form.cleaned_data["next"]))
    _remember_language(response, chosen)
    if isinstance(request.user, User):
        services.language_choose(user=request.user, language=chosen)
    return response


@login_required
def profile_settings(request: HttpRequest) -> HttpResponse:
    """Name, a few words about oneself, language; the way to everything else about the account."""
    user = signed_in(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.profile_update(user=user, **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are saved."))
        response = redirect("accounts:settings")
        _remember_language(response, form.cleaned_data["language"])
        return response
    return render(request, "accounts/settings.html", {"form": form, "become_author_form": BecomeAuthorForm()})


@require_POST
@login_required
def become_author(request: HttpRequest) -> HttpResponse:
    form = BecomeAuthorForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Accept the house rules to become an author."))
        return redirect(f"{reverse('accounts:settings')}#become-author")
    services.author_become(user=signed_in(request))
    messages.success(request, _("You are an author now. Upload your first document."))
    return redirect(safe_next(request, request.POST.get("next", "") or reverse("accounts:settings")))
