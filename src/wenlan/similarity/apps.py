from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimilarityConfig(AppConfig):
    name = "wenlan.similarity"
    verbose_name = _("Copies and likeness")
