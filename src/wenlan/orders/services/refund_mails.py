"""What readers are told when they get money back."""

from __future__ import annotations

from django.conf import settings

from wenlan.accounts.services import mail_template_send
from wenlan.orders.models import Refund


def refund_mail(refund: Refund) -> None:
    """Tell the buyer how much came back, why, and whether the document stays theirs."""
    order = refund.order
    mail_template_send(
        to=order.buyer.email,
        language=order.buyer.language,
        template="orders/mail/refund.txt",
        context={
            "refund": refund,
            "order": order,
            "url": settings.SITE_URL + order.get_absolute_url(),
        },
    )
