"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from wenlan.core.environment import UMASK

os.umask(UMASK)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
# Who answers readers needs the sounds of characters alone; those of phrases would take 45 MB more (see search/pinyin.py).
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

application = get_wsgi_application()
