from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "wenlan.payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from wenlan.payments import checks  # noqa: F401 - registers the checks
        from wenlan.payments.payouts import checks as payout_checks  # noqa: F401 - the same
