"""What operators see of people and of the mail to them."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wenlan.accounts import services
from wenlan.accounts.forms import DisplayNameField
from wenlan.accounts.models import OutgoingMail, ReaderGroup, User

# Operators sign in on the same page as everybody, with the same limit on attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)  # the roles of this house are columns of the person


class PersonCreationForm(BaseUserCreationForm[User]):
    display_name = DisplayNameField()

    class Meta:
        model = User
        fields = ["email", "display_name"]
        field_classes = {"email": forms.EmailField}

    def clean_email(self) -> str:
        return _free_address(self.cleaned_data["email"], None)


class PersonChangeForm(UserChangeForm[User]):
    display_name = DisplayNameField()

    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField}

    def clean_email(self) -> str:
        return _free_address(self.cleaned_data["email"], self.instance.pk)


def _free_address(email: str, person_id: int | None) -> str:
    email = email.lower()
    same = User.objects.filter(email__iexact=email)
    if (same.exclude(pk=person_id) if person_id else same).exists():
        raise forms.ValidationError(_("Somebody else has this address."), code="unique")
    return email


class LanguageFilter(admin.SimpleListFilter):
    """Languages by their names."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = [
        "email",
        "display_name",
        "is_author",
        "is_reviewer",
        "is_staff",
        "is_active",
        "joined",
    ]
    list_filter = ["is_author", "is_reviewer", "is_staff", "is_active", LanguageFilter]
    search_fields = ["email", "display_name"]
    ordering = ["-date_joined"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = (
        (None, {"fields": ["email", "password", "display_name", "bio", "language"]}),
        (_("Roles"), {"fields": ["is_author", "is_reviewer", "is_staff", "is_superuser", "is_active"]}),
        (_("Times"), {"fields": ["last_login", "date_joined"]}),
    )
    add_fieldsets = (
        (None, {"classes": ["wide"], "fields": ["email", "display_name", "password1", "password2"]}),
    )

    @admin.display(description=_("joined"), ordering="date_joined")
    def joined(self, person: User) -> str:
        return timezone.localtime(person.date_joined).strftime("%Y-%m-%d")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People have bought and written things that stay; who must go may no longer sign in."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An address an operator wrote counts as confirmed."""
        super().save_model(request, obj, form, change)
        if change and "display_name" in form.changed_data:
            services.name_announce(user=obj)
        if "email" in form.changed_data:
            services.person_email_set(user=obj, email=obj.email)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin[OutgoingMail]):
    """The text is not shown: it may hold the link that resets a password."""

    list_display = ["subject", "to", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = ["state"]
    search_fields = ["to", "subject"]
    date_hierarchy = "created_at"
    exclude = ["body"]
    actions = ["try_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    @admin.action(description=_("Try again what was given up"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        count = services.mail_retry(mail_ids=queryset.values_list("pk", flat=True))
        messages.success(
            request,
            ngettext("%(count)d mail is tried again.", "%(count)d mails are tried again.", count)
            % {"count": count},
        )


@admin.register(ReaderGroup)
class ReaderGroupAdmin(admin.ModelAdmin[ReaderGroup]):
    list_display = ["name", "member_count"]
    search_fields = ["name"]
    autocomplete_fields = ["members"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReaderGroup]:
        return super().get_queryset(request).annotate(people=Count("members"))

    @admin.display(description=_("members"), ordering="people")
    def member_count(self, group: ReaderGroup) -> int:
        people: int = group.people  # type: ignore[attr-defined] # annotated above
        return people
