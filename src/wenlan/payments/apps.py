from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "wenlan.payments"

    def ready(self) -> None:
        from wenlan.payments import checks  # noqa: F401 - registers the checks
