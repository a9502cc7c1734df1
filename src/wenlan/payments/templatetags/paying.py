"""The buttons that pay for something at once."""

from __future__ import annotations

from typing import Any, Literal

from django import forms, template
from django.urls import reverse

from wenlan.orders.forms import GuestForm
from wenlan.payments.backends import providers_offered

register = template.Library()


@register.inclusion_tag("payments/_pay_now.html", takes_context=True)
def pay_now(
    context: template.Context,
    what: Literal["document", "bundle"],
    pk: int,
    form: forms.Form,
    amount_minor: int,
    currency: str,
    *,
    guest: bool = False,
) -> dict[str, Any]:
    """`{% pay_now "document" document.pk form missing currency %}`: one button for each way to pay.

    `form` says what is agreed to; a `guest` writes an address, too.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "action": reverse(f"payments:pay_{what}", args=[pk]),
        "form": form,
        "guest_form": GuestForm() if guest else None,
        "amount_minor": amount_minor,
        "currency": currency,
        "ways": providers_offered(),
    }
