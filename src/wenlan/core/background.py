"""The rows of the queue, as the administration calls them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks_db.apps import TasksAppConfig

#: What the package calls its rows. It brings no Chinese; the catalogue of this room has it, and the texts stand here so
#: that it keeps them.
_SAID_BY_THE_QUEUE = (gettext_noop("Task Result"), gettext_noop("Task Results"))


class BackgroundConfig(TasksAppConfig):
    verbose_name = _("Background work")  # type: ignore[assignment]  # the stubs allow a lazy text, the package a plain one
