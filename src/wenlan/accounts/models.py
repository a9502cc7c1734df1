"""People."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import ManyRelatedManager


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Store a person who signs in with `email`; no password means that none will ever match.

        Without a `display_name` others see what stands before the @.
        """
        fields.setdefault("display_name", email.partition("@")[0][:60])
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Store an operator, whose address counts as confirmed: it was written at the machine's own terminal."""
        from allauth.account.models import EmailAddress

        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Everybody reads; an author uploads, a reviewer decides, an operator (`is_staff`) runs the house.

    The roles are independent of each other: one person may have all of them. A guest (`is_guest`) has bought something
    without an account: there is no address, no password and no way to sign in until they claim it.
    """

    email = models.EmailField(_("email"), unique=True)
    display_name = models.CharField(_("name shown to others"), max_length=60)
    bio = models.CharField(_("about"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_author = models.BooleanField(_("author"), default=False)
    is_reviewer = models.BooleanField(_("reviewer"), default=False)
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_guest = models.BooleanField(
        _("bought without an account"), default=False, db_default=False, editable=False
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case"),
            models.CheckConstraint(condition=~models.Q(display_name=""), name="accounts_user_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(is_guest=False) | models.Q(is_active=False),
                name="accounts_guest_signs_in_nowhere",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name


class ReaderGroup(models.Model):
    """Readers that an author can publish for alone, such as a class or a department; operators keep them."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    members: ManyRelatedManager[User, models.Model] = models.ManyToManyField(  # type: ignore[assignment]
        User, verbose_name=_("members"), blank=True, related_name="reader_groups"
    )

    class Meta:
        verbose_name = _("group of readers")
        verbose_name_plural = _("groups of readers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OutgoingMail(models.Model):
    """One mail on its way to one person. The row is the truth; the queue only rings.

    ::

        queued ──accepted by the mail server──► sent
          │ ▲                                  (the text is erased)
          │ └─ try again ── failed
          └── refused for good, or tried too often ──► failed

    A while after the end of either way the row is forgotten, and with it the text of what was never sent.

    `attempts` grows when a worker takes the row and says whose later write counts; until `next_attempt_at` nobody
    else takes it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="accounts_mail_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
