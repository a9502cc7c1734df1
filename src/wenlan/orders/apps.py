from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "wenlan.orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from wenlan.orders import checks  # noqa: F401 - registers the checks
