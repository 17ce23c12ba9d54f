"""The record of an agreement, a window or a call-off: who did what, when, for auditors and leads."""

from collections.abc import Sequence
from typing import Any, cast

import django_filters
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from calloffs.models import Bid, CallOff, Contract
from calloffs.queries import calloffs
from commissioning import policies
from commissioning.audit import queries as audit
from commissioning.audit.models import Event, SignedHead
from commissioning.records import trail
from commissioning.records.models import LetterBatch
from commissioning.web.forms import FilterForm
from commissioning.web.views import Crumb, ListPage
from evaluation.models import Exercise
from evaluation.workflow import JUDGING
from lots import queries as lots
from lots.models import Agreement, Window
from providers.models import Application, Entry


class RecordFilter(django_filters.FilterSet):
    subject = django_filters.CharFilter(lookup_expr="icontains", label="Reference, such as APP-7K3M9")

    class Meta:
        model = Event
        fields = ["subject"]
        form = FilterForm


class Record(ListPage):
    """What was done, the latest first; what a sealed round still hides is not among it (settled 18).

    SECURITY: nor is its number told, since that grows with each sealed act.
    """

    template_name = "pages/record.html"
    filterset_class = RecordFilter
    empty = "There is nothing to show yet. What is done under seal appears here once it has been opened."
    object: Agreement | Window | CallOff

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = find(self.actor, self.kwargs["reference"])
        policies.require(self.actor, "record.read", self.object)
        return super().get(request, *args, **kwargs)

    def get_heading(self) -> str:
        return f"Record of {self.object.reference}"

    def get_caption(self) -> str:
        return self.object.title

    def crumbs(self) -> Sequence[Crumb]:
        agreement = agreement_of(self.object)
        found = [Crumb(agreement.reference, agreement.get_absolute_url())]
        if self.object != agreement:
            found.append(Crumb(self.object.title, self.object.get_absolute_url()))
        return found

    def get_queryset(self) -> QuerySet[Event]:
        return trail.unveiled(events_of(self.object)).order_by("-number")

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        return context | {
            "events": self.lines(list(context["rows"])),
            # SECURITY: of all chains, and no length: either would tell of what is hidden (settled 18).
            "signed": SignedHead.objects.last(),
            "attempts_url": self.attempts_url(),
        }

    def attempts_url(self) -> str:
        """Return where this person reads the refused attempts, or "" for whoever may not."""
        agreement = agreement_of(self.object)
        if not policies.may(self.actor, "record.read_attempts", agreement).allowed:
            return ""
        return reverse("record-attempts", args=[agreement.reference])

    def lines(self, events: list[Event]) -> list[dict[str, Any]]:
        """Return events as the timeline shows them, with nothing said of what a panel is still judging.

        Until a moderation is closed only the panel learns a score (settled 24), others that one was given.
        """
        judging = set(
            Exercise.objects.filter(
                reference__in={event.subject for event in events}, state__in=JUDGING
            ).values_list("reference", flat=True)
        )
        return [
            {
                # A bare row's number names nothing that anybody knows.
                "title": line.title if event.subject.isdigit() else f"{line.title}: {event.subject}",
                "by": line.by,
                "at": line.at,
                "text": "" if event.subject in judging else line.text,
            }
            for event, line in zip(events, trail.lines(events, self.actor), strict=True)
        ]


def find(user: Any, reference: str) -> Agreement | Window | CallOff:
    """Return what the reference names among the business of the person's authorities. Raises Http404."""
    served = Agreement.objects.sighted_by(user).prefetch_related("authorities__organisation")
    rows: QuerySet[Any] = served
    if reference.startswith(f"{Window.PREFIX}-"):
        rows = lots.windows(user).filter(agreement__in=served)
    elif reference.startswith(f"{CallOff.PREFIX}-"):
        rows = calloffs.calloffs(user).prefetch_related("agreement__authorities")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return cast("Agreement | Window | CallOff", found)


def agreement_of(thing: Agreement | Window | CallOff) -> Agreement:
    """Return the agreement that the thing is, or is part of."""
    return thing if isinstance(thing, Agreement) else thing.agreement


def events_of(thing: Agreement | Window | CallOff) -> QuerySet[Event]:
    """Return the events of a thing and of all that belongs to it, veiled ones among them."""
    events = audit.of_chain(agreement_of(thing).reference)
    if isinstance(thing, Window):
        return events.filter(_of_window(thing))
    return events.filter(_of_calloff(thing)) if isinstance(thing, CallOff) else events


def _of_window(window: Window) -> Q:
    applications = Application.objects.filter(window=window)
    entries = Entry.objects.filter(application__window=window).annotate(
        full=Concat(
            F("application__reference"), Value("/"), F("window_lot__lot__number"), output_field=CharField()
        )
    )
    return (
        _named(window.reference)
        | Q(subject__in=applications.values("reference"))
        | Q(subject__in=entries.order_by().values("full"))
        | Q(subject__in=Exercise.objects.filter(window_link__window_lot__window=window).values("reference"))
        | Q(subject__in=LetterBatch.objects.filter(release__window=window).values("reference"))
    )


def _of_calloff(calloff: CallOff) -> Q:
    papers = calloff.paper_links.values("paper__reference")
    return (
        _named(calloff.reference)
        | Q(subject__in=papers)
        | Q(subject__in=Bid.objects.filter(competition__calloff=calloff).values("reference"))
        | Q(subject__in=Exercise.objects.filter(competition__calloff=calloff).values("reference"))
        | Q(subject__in=LetterBatch.objects.filter(award__competition__calloff=calloff).values("reference"))
        | Q(subject__in=Contract.objects.filter(calloff=calloff).values("reference"))
    )


def _named(reference: str) -> Q:
    return Q(subject=reference) | Q(subject__startswith=f"{reference}/")
