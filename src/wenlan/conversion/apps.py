from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversionConfig(AppConfig):
    name = "wenlan.conversion"
    verbose_name = _("Conversion")

    def ready(self) -> None:
        from wenlan.conversion.engine.sandbox import warn_when_unsafe

        warn_when_unsafe()
