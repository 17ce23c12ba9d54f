"""Django admin of the rows below `commissioning.web`, which therefore cannot use its base themselves."""

from django.contrib import admin
from django.contrib.auth.models import Group

from . import audit, people, records

__all__ = ["audit", "people", "records"]

# Roles are memberships in organisations; Django's own groups mean nothing here.
admin.site.unregister(Group)
