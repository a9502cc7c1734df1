"""What changes about people."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from wenlan.accounts.models import User
from wenlan.core.text import clean_line, clean_paragraphs


@transaction.atomic
def person_create(
    *,
    email: str,
    password: str | None,
    display_name: str,
    language: str = "zh-hans",
    is_author: bool = False,
    is_reviewer: bool = False,
    is_operator: bool = False,
) -> User:
    """Store a person whose e-mail address counts as confirmed, so that they can sign in at once.

    Raises django.db.IntegrityError if the address, in any case, is taken.
    """
    user = User.objects.create_user(
        email,
        password,
        display_name=clean_line(display_name)[:60],
        language=language,
        is_author=is_author,
        is_reviewer=is_reviewer,
        is_staff=is_operator,
        is_superuser=is_operator,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def profile_update(*, user: User, display_name: str, bio: str, language: str) -> None:
    user.display_name = clean_line(display_name)
    user.bio = clean_paragraphs(bio)
    user.language = language
    user.save(update_fields=["display_name", "bio", "language"])


def language_choose(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


def author_become(*, user: User) -> None:
    """Let a reader upload; nothing changes for who is an author already."""
    User.objects.filter(pk=user.pk).update(is_author=True)
    user.is_author = True
