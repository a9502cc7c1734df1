from __future__ import annotations

import pytest
from django.conf import settings

from wenlan.core.handlers import handlers


@pytest.mark.parametrize("name", sorted(settings.WENLAN_HANDLERS))
def test_every_handler_the_settings_name_is_there(name: str) -> None:
    assert [callable(handler) for handler in handlers(name)] == [True] * len(settings.WENLAN_HANDLERS[name])


def test_news_nobody_waits_for_reaches_nobody() -> None:
    assert handlers("nothing of this name") == ()
