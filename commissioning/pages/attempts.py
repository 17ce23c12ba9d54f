"""The list of refused attempts in an agreement's business, for its auditors (rulebook R22-g)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.audit import queries as audit
from commissioning.audit.models import AccessEntry
from commissioning.records import trail
from commissioning.web.views import Crumb, ListPage
from lots.models import Agreement

from .forms import AttemptFilter
from .record import agreement_of, find


class Attempts(ListPage):
    """Who was refused what, the latest first; what was sealed is named by its round alone (settled 18)."""

    template_name = "pages/attempts.html"
    heading = "Refused attempts"
    filterset_class = AttemptFilter
    empty = "Nobody has been refused anything here. Each refused attempt is noted the moment it is made."
    object: Agreement

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = agreement_of(find(self.actor, self.kwargs["reference"]))
        policies.require(self.actor, "record.read_attempts", self.object)
        return super().get(request, *args, **kwargs)

    def get_caption(self) -> str:
        return self.object.title

    def crumbs(self) -> Sequence[Crumb]:
        reference = self.object.reference
        return [
            Crumb(reference, self.object.get_absolute_url()),
            Crumb(f"Record of {reference}", reverse("record", args=[reference])),
        ]

    def get_queryset(self) -> QuerySet[AccessEntry]:
        return audit.attempts().filter(chain=self.object.reference)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        rows = list(context["rows"])
        named = trail.things(rows)
        return context | {"rows": [{"entry": row, "thing": named[row.pk]} for row in rows]}
