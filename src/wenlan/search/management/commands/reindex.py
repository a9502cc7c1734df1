"""`wenlan reindex`: rebuild the search index while the site runs."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from wenlan.search.ports import SearchUnavailable
from wenlan.search.services import index_rebuild

BAR_CHARACTERS = 30


class Command(BaseCommand):
    help = "Rebuild the search index beside the live one and put it in its place. The site keeps running."

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        try:
            count = index_rebuild(self._show_progress)
        except SearchUnavailable as error:
            raise CommandError(
                _("The index could not be rebuilt; the old one is as it was. %(error)s") % {"error": error}
            ) from error
        self.stdout.write(
            _("%(count)d documents can be found (%(seconds).1f s).")
            % {"count": count, "seconds": time.monotonic() - start}
        )

    def _show_progress(self, done: int, total: int) -> None:
        if not self.stdout.isatty():
            return
        filled = BAR_CHARACTERS * done // max(total, 1)
        bar = "█" * filled + "░" * (BAR_CHARACTERS - filled)
        self.stdout.write(f"\r{bar} {done:,}/{total:,}", ending="\n" if done == total else "")
        self.stdout.flush()
