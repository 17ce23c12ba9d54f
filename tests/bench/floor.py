"""The floor, what any page costs at least: signed in, same middleware and frame, one SELECT of 25 rows."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from commissioning.people.models import Organisation

FLOOR = "/floor/"
_PAGE = """{% extends "base/page.html" %}
{% block content %}
<ul class="govuk-list">{% for row in rows %}<li>{{ row.name }}</li>{% endfor %}</ul>
{% endblock %}
"""


def floor(request: HttpRequest) -> HttpResponse:
    """Return 25 organisations in the portal's own frame."""
    template = engines["django"].from_string(_PAGE)
    rows = Organisation.objects.order_by("pk")[:25]
    return HttpResponse(template.render({"rows": rows, "heading": "The floor"}, request))


urlpatterns = [path(FLOOR.strip("/") + "/", floor), path("", include("commissioning.urls"))]
