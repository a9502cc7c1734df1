from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "wenlan.search"

    def ready(self) -> None:
        from wenlan.search import checks  # noqa: F401 - registers itself
