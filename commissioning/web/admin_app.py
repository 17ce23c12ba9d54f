from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django admin with the portal's own site: its doors and its groups."""

    default_site = "commissioning.web.admin.PortalAdminSite"
