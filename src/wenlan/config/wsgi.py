"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from wenlan.core.environment import UMASK

os.umask(UMASK)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")

application = get_wsgi_application()
