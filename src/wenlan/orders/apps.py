from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "wenlan.orders"

    def ready(self) -> None:
        from wenlan.orders import checks  # noqa: F401 - registers the checks
