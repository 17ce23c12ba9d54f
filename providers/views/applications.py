"""Starting an application and its task list."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.clock import london_date
from commissioning.web.context import address
from commissioning.web.text import day
from commissioning.web.views import NEVER, ActionView, Crumb, DetailPage, PageView
from commissioning.workflow import Reason
from lots.models import WindowLot
from providers import forms
from providers.models import Application, Instruction
from providers.queries import applications as queries
from providers.queries import declarations, details, home
from providers.queries.applications import Board
from providers.queries.parts import Part
from providers.services import applications as services
from providers.services import standing as instructions

from .base import InApplication
from .closing import AtTheClosePage
from .submission import OTHERS_WORK
from .verdicts import verdict


class MyApplications(PageView):
    """A provider's lots, applications and receipts."""

    template_name = "providers/applications.html"
    heading = "Your lots and applications"

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | home.provider(self.actor, self.now)


class Start(ActionView):
    """Starts the organisation's one application in a window; where there is one, leads to it."""

    template_name = "providers/start.html"
    visible = staticmethod(queries.windows)
    action = "application.start"
    heading = "Apply"
    submit_label = "Start the application"

    refused_lots: Sequence[tuple[Any, str]] = ()

    def prepare(self) -> None:
        super().prepare()
        self.organisations = list(queries.may_apply_for(self.actor))
        if not self.organisations:
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        mine = queries.applications(self.actor).filter(window=self.object).first()
        if mine and len(self.organisations) == 1:
            return HttpResponseRedirect(mine.get_absolute_url())
        return self.page(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        if made := self.pressed_before():
            return self.done(made)
        return super().post(request, *args, **kwargs)

    def pressed_before(self) -> Application | None:
        """Return what the person started here with exactly these lots: a second press ends there as well."""
        lots = set(self.request.POST.getlist("lots"))
        mine = queries.applications(self.actor).filter(window=self.object, started_by=self.actor)
        if named := self.request.POST.get("organisation"):
            mine = mine.filter(organisation__reference=named)
        started = ((one, {str(e.window_lot.lot.number) for e in one.entries.all()}) for one in mine)
        return next((one for one, entered in started if entered == lots), None)

    def get_form(self, **bound: Any) -> forms.ChooseLots:
        offered = queries.lots_on_offer(self.object, self.organisations[0])
        if len(self.organisations) > 1:
            # Which lots one of several may enter is judged when the choice is sent.
            offered = [(row, "") for row, _ in offered]
        self.refused_lots = [(row.lot, why_not) for row, why_not in offered if why_not]
        return forms.ChooseLots(offered=offered, organisations=self.organisations, **bound)

    def blockers(self) -> list[Reason]:
        reason = self.object.refusal_to_submit(self.now)
        return [Reason(reason)] if reason else []

    def perform(self, form: Any) -> Application:
        chosen = form.cleaned_data.get("organisation")
        mine = [row for row in self.organisations if chosen in (None, row.reference)]
        return services.start(
            window=self.object, lots=form.chosen(), organisation=mine[0], actor=self.actor, now=self.now
        )

    def get_success_message(self, result: Application) -> str:
        return f"Your application {result.reference} has been started. Nobody but your organisation sees it."

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.object.title, f"/windows/{self.object.reference}/")]

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object.title}"

    def told(self) -> Sequence[str]:
        return [OTHERS_WORK]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"window": self.object, "refused_lots": self.refused_lots}


class EnterLots(InApplication, ActionView):
    """Enters further lots in an application that was started."""

    template_name = "providers/start.html"
    action = "application.write"
    heading = "Add a lot"
    submit_label = "Add to the application"
    success_message = "Added. What you wrote about your organisation counts for it as well."

    @cached_property
    def offered(self) -> list[tuple[WindowLot, str]]:
        return queries.lots_on_offer(self.application.window, self.application.organisation)

    def get_form(self, **bound: Any) -> forms.ChooseLots:
        return forms.ChooseLots(offered=self.offered, **bound)

    def blockers(self) -> list[Reason]:
        if closed := super().blockers():
            return closed
        open_lots = [row for row, why_not in self.offered if not why_not]
        return [] if open_lots else [Reason("There is no further lot to add.")]

    def perform(self, form: Any) -> None:
        services.enter_lots(application=self.application, lots=form.chosen(), actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [self.others_work()]

    def get_context(self) -> dict[str, Any]:
        refused = [(row.lot, why_not) for row, why_not in self.offered if why_not]
        return super().get_context() | {"window": self.application.window, "refused_lots": refused}


class TaskList(InApplication, DetailPage):
    """The application with what is left to do in each lot, and what would go in if the window closed now."""

    template_name = "providers/application.html"
    context_name = "application"

    def get_heading(self) -> str:
        return f"Application {self.application.reference}"

    def get_caption(self) -> str:
        return f"{self.application.organisation.name}: {self.application.window.title}"

    def crumbs(self) -> list[Crumb]:
        return super().crumbs()[:1]

    def get_context(self) -> dict[str, Any]:
        board, window = self.board, self.application.window
        context = super().get_context()
        late = window.refusal_to_submit(self.now)
        letters = queries.letters(self.actor, board)
        return context | {
            "stated": board.standing(self.now),
            "window": window,
            "board": board,
            "writable": late is None,
            "late": late,
            "next_window": self.next_window() if late else "",
            "common_tasks": self._common_tasks(board),
            "lots": [
                self._lot(board, part, late is None)
                | {"letters": letters[part.entry.reference] if part.entry else []}
                for part in board.entries
            ],
            "people": self.people(queries.people_at_work(self.application)),
            "instruction": self.application.instruction,
            "may_add": late is None and queries.offers_more(window, self.application.organisation),
        }

    def _common_tasks(self, board: Board) -> list[dict[str, Any]]:
        own = {
            "label": "Name, address and numbers",
            "url": reverse("application-organisation", args=[self.application.reference]),
            "status": "Done" if self.application.organisation.address else "Address missing",
            "tone": "green" if self.application.organisation.address else "yellow",
        }
        if self.application.lacks_share_code:
            own |= {"status": "Share code missing", "tone": "yellow"}
        if board.common is None:
            return [own]
        return [own, *self._with_confirmation(board.common, self.tasks(board.common, "Declarations"))]

    def _with_confirmation(self, part: Part, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the tasks of a part, its declarations marked where they only wait to be confirmed again."""
        is_over = self.refusal_to_submit() is not None
        if is_over or not part.standards or any(line.version for line in part.standards):
            return tasks
        asked = [line.item for line in part.standards]
        if since := declarations.confirmed_since(self.application.organisation, asked):
            words = day(london_date(since), weekday=False)
            tasks[0] |= {"status": "Confirm again", "tone": "yellow", "hint": f"Last confirmed {words}"}
        return tasks

    def _lot(self, board: Board, part: Part, writable: bool) -> dict[str, Any]:
        return {
            "part": part,
            "entry": part.entry,
            "lot": part.entry.window_lot.lot if part.entry else None,
            "tasks": self._with_confirmation(part, self.tasks(part)),
            "line": self.line(part, writable=writable),
            "ready": not board.missing(part),
            "submit_url": self.url_of(part, "submit"),
            "withdraw_url": self.url_of(part, "withdraw"),
            "receipt_url": self.url_of(part, "receipt", part.package.number) if part.package else "",
            "sent_url": self.url_of(part, "sent", part.package.number) if part.package else "",
            "prefix": f"lot{part.lot_number}",
        }


class AtTheClose(AtTheClosePage, InApplication):
    """Says that each lot that is complete goes in by itself at the close, or takes that back."""

    action = "application.instruct"

    def standing(self) -> Instruction | None:
        return self.application.instruction

    def last_taken_back(self) -> Instruction | None:
        return self.application.instruction_taken_back

    def blockers(self) -> list[Reason]:
        found = super().blockers()
        return found or ([Reason(instructions.NO_CLOSE)] if self.has_no_deadline() else [])

    def blockers_title(self) -> str:
        # Nothing that is mended gives it a close.
        return super().blockers_title() or (NEVER if self.has_no_deadline() else "")

    def instruct(self) -> Any:
        return instructions.instruct(application=self.application, actor=self.actor, now=self.now)

    def clear(self) -> None:
        instructions.clear(application=self.application, actor=self.actor, now=self.now)

    def asks_again(self) -> bool:
        # It stands for submitting, so it asks what submitting asks (rulebook R22-i).
        return bool(self.application.window.agreement.submitter_proves_again) and not self.standing()

    def done_words(self) -> str:
        return "Each lot that is complete at the deadline now goes in by itself."

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        if self.is_closed():
            return context
        return context | {
            "lots": [
                {
                    "part": part,
                    "line": verdict(
                        part,
                        [item for _, item in self.board.missing_for(part)],
                        writable=True,
                        by_itself=True,
                        lacks_share_code=self.application.lacks_share_code,
                    ),
                }
                for part in self.board.entries
            ],
        }


class OrganisationDetails(InApplication, DetailPage):
    """What the portal knows of the organisation and sends with each lot."""

    template_name = "providers/organisation.html"
    context_name = "application"
    heading = "Name, address and numbers"

    def get_caption(self) -> str:
        return self.application.reference

    def get_context(self) -> dict[str, Any]:
        organisation = self.application.organisation
        # Nothing closed a window that was cancelled: the details of now are all there is to say.
        at = self.now if self.stopped() else self.deadline()
        rows = details.in_words(organisation.details_at(at))
        may_change = policies.may(self.actor, "organisation.change", organisation).allowed
        change_url = address("organisation-change", organisation.reference) if may_change else ""
        return super().get_context() | {
            "stated": None,
            "rows": rows,
            "change_url": change_url,
            "is_received": self.is_received_for_good(),
            "is_over": self.is_over() and not self.application.window.is_rolling,
            "is_closed": self.is_closed(),
        }
