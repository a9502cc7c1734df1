"""Kill -9 at any moment of paying, releasing and refunding: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benchmarks._money.killing import Work, kill_loop
from django.test import override_settings

from wenlan.accounts.models import User
from wenlan.documents.models import Document


@pytest.mark.django_db(transaction=True)
@override_settings(HOUSE_FEE_BASIS_POINTS=0)
def test_whoever_is_killed_at_any_moment_loses_nothing_and_does_nothing_twice(
    published_document: Callable[..., Document], bob: User, thorough: bool
) -> None:
    work = Work(bob, published_document(price_minor=400))
    killed = kill_loop(work, kills=500 if thorough else 10, seed=7)
    assert killed.wrong == []
    assert killed.operations >= 10
