"""Every address of the portal, joined from the apps."""

from django.contrib import admin
from django.urls import include, path

from commissioning.pages import health

urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("admin/", admin.site.urls),
    path("", include("lots.urls")),
    path("", include("providers.urls")),
    path("", include("evaluation.urls")),
    path("", include("commissioning.board.urls")),
    path("", include("calloffs.urls")),
    path("", include("commissioning.pages.urls")),
]

handler400 = "commissioning.web.errors.bad_request"
handler403 = "commissioning.web.errors.permission_denied"
handler404 = "commissioning.web.errors.not_found"
handler500 = "commissioning.web.errors.server_error"
