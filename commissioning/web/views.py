"""The bases of pages: who is signed in, what they may see, one act a page (architecture, section 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import View

from commissioning import policies
from commissioning.accounts.services.limits import TooMany
from commissioning.audit.models import AccessEntry
from commissioning.audit.services import note_access
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused

from .forms import PortalForm
from .sign_in_again import sign_in_again
from .step_up import ask_again

PAGE_SIZE = 50
# Above a reason that no mending takes away; else “yet” stands there.
NEVER = "This cannot be done"


def received_at(request: HttpRequest) -> datetime:
    """Return the time at which the portal received the request, in UTC (settled 10)."""
    return cast("datetime", request.received_at)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb."""

    label: str
    url: str


class SignedIn(View):
    """A view for people who are signed in.

    Anyone else is sent to sign in and back; what a lost session had posted is kept (settled 33). A refusal
    by `policies` is noted in the access log and shown with its reason.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and (page := sign_in_again(request, self.not_done_yet)):
            return page
        try:
            return super().dispatch(request, *args, **kwargs)
        except policies.Denied as refusal:
            if not refusal.is_noted:
                self.note_refusal(refusal)
            raise

    def not_done_yet(self) -> str:
        """Return what a lost session has not done yet, where whoever pressed might think that it was.

        SECURITY: said to somebody who is not signed in: from the page that was sent, never from what is kept.
        """
        return ""

    @property
    def actor(self) -> User:
        """The signed-in person, to hand to services."""
        return cast("User", self.request.user)

    @property
    def now(self) -> datetime:
        """The time at which the request was received (settled 10), to hand to services."""
        return received_at(self.request)

    def note_refusal(self, refusal: policies.Denied, subject: Model | None = None) -> None:
        """Write the refused attempt to the access log (settled 19), about the page's object unless given."""
        subject = subject or getattr(self, "object", None)
        note_access(
            AccessEntry.Outcome.REFUSED,
            subject if isinstance(subject, Model) else self.request.path[:80],
            actor=self.actor,
            at=self.now,
            what=f"{self.request.method} {type(self).__name__}",
            reason=refusal.reason,
            address=getattr(self.request, "client_address", None),
        )


class Page(View):
    """A page: a template with a heading, breadcrumb and foot, and what `get_context` adds.

    `told` says, in sentences, who is told when the page's act is done.
    """

    template_name: str
    heading: str = ""
    caption: str = ""
    status: int = 200

    def get_heading(self) -> str:
        return self.heading

    def get_caption(self) -> str:
        return self.caption

    def crumbs(self) -> Sequence[Crumb]:
        """Return the steps above this page, the nearest last."""
        return ()

    def told(self) -> Sequence[str]:
        return ()

    def get_context(self) -> dict[str, Any]:
        """Return what the template shows; call `super()` and add to it."""
        return {
            "view": self,
            "heading": self.get_heading(),
            "caption": self.get_caption(),
            "crumbs": self.crumbs(),
            "told": self.told(),
        }

    def page(self, **more: Any) -> HttpResponse:
        """Draw the page; `more` joins the context."""
        return render(self.request, self.template_name, self.get_context() | more, status=self.status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page()


class PublicPage(Page):
    """A page that anyone may read without signing in."""


class PageView(SignedIn, Page):
    """A page for people who are signed in; with `action` set, for those alone who may do it."""

    action: str = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.action:
            policies.require(self.actor, self.action)
        return super().get(request, *args, **kwargs)


class Visible(View):
    """Reads only what the person may see: `visible = staticmethod(queries.visible_to)`, or `get_queryset`."""

    # Any, since a typed callable would be taken for a method.
    visible: ClassVar[Any] = None

    def get_queryset(self) -> QuerySet[Any]:
        visible = type(self).visible
        if visible is None:
            raise NotImplementedError(f"{type(self).__name__} names no `visible`.")
        return cast("QuerySet[Any]", visible(self.request.user))


class FindsObject(Visible):
    """Finds the page's object among what the person may see: a stranger's is a 404.

    The URL carries `reference`, or what `lookup_field` names.
    """

    lookup_field = "reference"
    object: Any

    @property
    def stated(self) -> Any:
        """The object where it has a state to show beside the heading, else None."""
        return self.object if hasattr(self.object, "state_label") else None

    def get_object(self) -> Any:
        value = self.kwargs[self.lookup_field]
        # SECURITY: the queryset is the viewer's own; a row outside it must look as if it were not there.
        found = self.get_queryset().filter(**{self.lookup_field: value}).first()
        if found is None:
            raise Http404
        return found


class Detail(FindsObject, Page):
    """What the two pages about one thing share; its machine's choices are what the action bar loops over."""

    context_name = "object"

    def step_url(self, step: str) -> str:
        """Return the address of a step's page, or "" for a step that has none (the system takes it)."""
        return ""

    def get_heading(self) -> str:
        return self.heading or str(self.object)

    def actions(self) -> list[dict[str, Any]]:
        """Return the machine's choices that have a page, each with its address."""
        machine = getattr(self.object, "MACHINE", None)
        user = self.request.user
        if machine is None or not isinstance(user, User):
            return []
        pages = {step.name: url for step in machine.steps if (url := self.step_url(step.name))}
        choices = machine.choices(self.object, user, received_at(self.request), only=pages)
        return [
            {"label": c.label, "allowed": c.allowed, "reason": c.reason, "step": c.step, "url": pages[c.step]}
            for c in choices
        ]

    def get_context(self) -> dict[str, Any]:
        context = super().get_context() | {"object": self.object, self.context_name: self.object}
        return context | {"stated": self.stated, "actions": self.actions()}


class DetailPage(Detail, PageView):
    """A page about one thing for people who are signed in; with `action` set, for those who may do it.

    `step_url` gives the address of each step's page by the step's name.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if self.action:
            policies.require(self.actor, self.action, self.object)
        return self.page()


class PublicDetailPage(Detail, PublicPage):
    """A page about one thing that anyone may read; the action bar is there for those signed in."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        return self.page()


class Listing(Visible, Page):
    """What the two kinds of list share: filters, fifty rows a page, and words for when it is empty.

    Give `visible`, and a template that extends `base/list.html`. The queryset must bring all that a row
    shows, so that the number of queries does not grow with the rows.
    """

    template_name = "base/list.html"
    filterset_class: Any = None
    page_size = PAGE_SIZE
    empty = "There is nothing here yet."
    empty_filtered = "Nothing matches these filters."

    def get_context(self) -> dict[str, Any]:
        rows: Any = self.get_queryset()
        filterset = None
        if self.filterset_class is not None:
            filterset = self.filterset_class(self.request.GET or None, queryset=rows, request=self.request)
            rows = filterset.qs
        page = Paginator(rows, self.page_size).get_page(self.request.GET.get("page"))
        filtered = bool(filterset and any(self.request.GET.get(name) for name in filterset.form.fields))
        return super().get_context() | {
            "page_obj": page,
            "rows": page.object_list,
            "filterset": filterset,
            "form": filterset.form if filterset else None,
            "filtered": filtered,
            "empty": self.empty_filtered if filtered else self.empty,
        }


class ListPage(Listing, PageView):
    """A list for people who are signed in."""


class PublicListPage(Listing, PublicPage):
    """A list that anyone may read."""


class ActionView(FindsObject, SignedIn, Page):
    """The one class behind each page that changes something.

    GET shows a form, or asks to confirm, and changes nothing. POST calls `perform`, which calls a service
    with `actor=self.actor, now=self.now`. What the service refuses is shown in the error summary, with all
    that was typed kept and status 422; done, the person goes to `success_url` with `success_message`.

    `back_label` names the way back where "Cancel" could be taken for the act itself.
    `action` is the row of the policy table; `looks_up` is False where the act makes something new. Where the
    table says so, a person whose last proof is too old is asked again first (settled 27).
    """

    template_name = "base/action.html"
    action: str
    looks_up = True
    form_class: type[PortalForm] = PortalForm
    submit_label = "Confirm"
    back_label = "Cancel"
    warning = False
    success_message = ""
    object: Any = None

    def prepare(self) -> None:
        """Find the object and ask whether the person may; runs before GET and POST alike."""
        if self.looks_up:
            self.object = self.get_object()
        policies.require(self.actor, self.action, self.policy_object())

    def policy_object(self) -> Any:
        """Return the object the policy table is asked about."""
        return self.object

    def form_arguments(self) -> dict[str, Any]:
        """Return further arguments for the form, such as `initial`."""
        return {}

    def get_form(self, **bound: Any) -> PortalForm:
        return self.form_class(**self.form_arguments(), **bound)

    def blockers(self) -> Iterable[Reason]:
        """Return what stands in the way; where anything does, it is shown instead of the button."""
        return ()

    def perform(self, form: Any) -> Any:
        """Call the service; what it returns is given to `get_success_url` and `get_success_message`."""
        raise NotImplementedError

    def done(self, result: Any) -> HttpResponseBase:
        """Answer what was done: the person goes on to the next page, which says so."""
        if text := self.get_success_message(result):
            messages.success(self.request, text)
        return HttpResponseRedirect(self.get_success_url(result))

    def get_success_url(self, result: Any) -> str:
        target = result if hasattr(result, "get_absolute_url") else self.object
        return str(target.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        return self.success_message

    def asks_again(self) -> bool:
        """Return whether the person proves once more who they are before the act (settled 27)."""
        return policies.asks_again(getattr(self, "action", ""))

    def cancel_url(self) -> str:
        crumbs = self.crumbs()
        return crumbs[-1].url if crumbs else reverse("home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        return self.page(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        form = self.get_form(data=request.POST, files=request.FILES)
        self.status = 422
        if form.is_valid():
            if self.asks_again() and (page := ask_again(request, self.actor, now=self.now)):
                return page
            try:
                return self.done(self.perform(form))
            except Refused as refusal:
                # The service may have refreshed or half filled the object before it refused.
                if self.looks_up:
                    self.object = self.get_object()
                form.refuse(refusal.reasons)
                if isinstance(refusal, TooMany):
                    self.status = 429
        return self.page(form=form)

    def get_context(self) -> dict[str, Any]:
        blockers = list(self.blockers())
        return super().get_context() | {
            "object": self.object,
            "stated": self.stated,
            "submit_label": self.submit_label,
            "warning": self.warning,
            "cancel_url": self.cancel_url(),
            "blockers": blockers,
            "blockers_title": NEVER if any(one.for_good for one in blockers) else "",
        }
