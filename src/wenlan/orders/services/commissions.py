"""What authors leave to those who bring them buyers."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed, WenlanError
from wenlan.documents.models import Document
from wenlan.orders.models import CommissionRate


class CommissionTooHigh(WenlanError):
    """More of the price would go to sharers than this site allows; nothing was changed."""

    code = "commission_too_high"

    def __init__(self) -> None:
        percent = settings.COMMISSION_BASIS_POINTS_MAX / 100
        super().__init__(
            _("At most %(percent)s %% of the price can go to sharers.") % {"percent": f"{percent:g}"}
        )


@transaction.atomic
def commission_set(*, author: User, basis_points: int | None, document: Document | None = None) -> None:
    """Choose the commission for sales through share links from now on: in general, or for one document.

    None takes the choice back: a document then has its author's general rate, and an author none. What was sold
    already stays as it was. Raises CommissionTooHigh, and NotAllowed for the document of somebody else.
    """
    if document is not None and document.author_id != author.pk:
        raise NotAllowed(_("This document is not your own."))
    if basis_points is not None and not 0 <= basis_points <= settings.COMMISSION_BASIS_POINTS_MAX:
        raise CommissionTooHigh
    whose = {"author": author} if document is None else {"document": document}
    if basis_points is None:
        CommissionRate.objects.filter(**whose).delete()
    else:
        CommissionRate.objects.update_or_create(**whose, defaults={"basis_points": basis_points})


def commission_basis_points(document: Document) -> int:
    """The commission for a sale of `document` now, in hundredths of a percent of the price."""
    rates = CommissionRate.objects.filter(Q(document=document) | Q(author=document.author_id))
    chosen = max(rates, key=lambda rate: rate.document_id is not None, default=None)
    return min(chosen.basis_points, settings.COMMISSION_BASIS_POINTS_MAX) if chosen else 0
