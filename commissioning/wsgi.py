"""The WSGI entry point that gunicorn loads."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")
try:
    application = get_wsgi_application()
except SystemExit as stop:
    # A server takes a worker that exits for a passing mishap and starts another, for ever.
    raise ImproperlyConfigured(str(stop)) from None
