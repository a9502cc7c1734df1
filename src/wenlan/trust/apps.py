from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrustConfig(AppConfig):
    name = "wenlan.trust"
    verbose_name = _("Review and help desk")
