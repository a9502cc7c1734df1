"""What authors are told about their payouts by mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.accounts.services import mail_template_send
from wenlan.payments.models import Payout, PayoutAccount


def payout_mail(payout: Payout) -> None:
    """Tell its author that a payout is held, rejected, paid or has come back, and why."""
    template = "payout_held" if payout.is_held else f"payout_{payout.state}"
    _mail(payout.user, template, {"payout": payout})


def account_changed_mail(account: PayoutAccount) -> None:
    """Tell a person that their money goes somewhere else from now on: whoever did it may be somebody else."""
    _mail(account.owner, "payout_account", {"account": account})


def _mail(user: User, template: str, context: dict[str, Any]) -> None:
    mail_template_send(
        to=user.email,
        language=user.language,
        template=f"payments/mail/{template}.txt",
        context={
            "name": user.display_name,
            "url": settings.SITE_URL + reverse("payments:earnings"),
            "help_url": settings.SITE_URL + reverse("trust:help"),
            **context,
        },
    )
