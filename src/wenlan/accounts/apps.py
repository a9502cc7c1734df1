from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "wenlan.accounts"

    def ready(self) -> None:
        from wenlan.accounts import checks  # noqa: F401 - registers the checks
