"""The site's settings with the addresses of `_bare_urls`."""

from wenlan.config.settings import *  # noqa: F403 — a settings module that is a copy of another with one change

ROOT_URLCONF = "benchmarks._bare_urls"
