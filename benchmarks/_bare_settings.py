"""The site's settings with the addresses of `_bare_urls`, and without a limit on searches."""

from wenlan.config.settings import *  # noqa: F403 — a settings module that is a copy of another with few changes

ROOT_URLCONF = "benchmarks._bare_urls"
SEARCHES_PER_MINUTE = 1_000_000
