from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "wenlan.search"
    verbose_name = _("Search index")

    def ready(self) -> None:
        from wenlan.search import checks  # noqa: F401 - registers itself
