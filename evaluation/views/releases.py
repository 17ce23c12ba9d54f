"""The judging of a window, and the release of its outcomes: drafted by one, released by another."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.urls import reverse

from commissioning.clock import london_date
from commissioning.records.services import letters
from commissioning.web.views import ActionView, Crumb, DetailPage, SignedIn
from commissioning.workflow import Reason
from evaluation import forms, queries
from evaluation.models import Assessment, Release
from evaluation.origins import Origin, origin_of
from evaluation.services import release as releasing
from lots.models import Window
from lots.workflow import WINDOW

from .base import ROWS, ExercisePage

NEAREST = 50
STAGES = ("Panels", "Scores", "Moderation", "Letters", "Released")


class OfWindow(SignedIn):
    """Finds the window through the viewer and leads back to it."""

    visible = staticmethod(queries.windows)
    context_name = "window"
    object: Window
    is_hub = False

    def crumbs(self) -> Sequence[Crumb]:
        """Return the way back to the window, and to its judging."""
        window = Crumb(self.object.title, reverse("window", args=[self.object.reference]))
        if self.is_hub:
            return [window]
        return [window, Crumb("Judging", reverse("window-outcomes", args=[self.object.reference]))]

    def get_caption(self) -> str:
        return f"{self.object.agreement.reference}: {self.object.title} ({self.object.reference})"

    def release(self) -> Release:
        """Return the standing release of the window, or 404."""
        found = queries.standing_release(self.object)
        if found is None:
            raise Http404
        return found

    def outcomes(self) -> "Page[Assessment]":
        """Return one page of the entries that are decided."""
        return Paginator(queries.outcomes(self.object), ROWS).get_page(self.request.GET.get("page"))

    def get_success_url(self, result: Any) -> str:
        return reverse("window-outcomes", args=[self.object.reference])


class Results(ExercisePage):
    """Totals, outcomes and the what-if table, for the check before release (settled 24)."""

    template_name = "evaluation/results.html"
    action = "exercise.check"
    origin: Origin | None = None

    def get_object(self) -> Any:
        found = super().get_object()
        self.origin = origin_of(found)
        return found

    def get_heading(self) -> str:
        return "Quality totals" if self.is_ranked else "Check before release"

    def get_caption(self) -> str:
        return str(self.object.title)

    @property
    def is_ranked(self) -> bool:
        """Tell whether the bids are put in an order, rather than admitted or not."""
        return self.origin is not None and self.origin.is_ranked

    def get_context(self) -> dict[str, Any]:
        queries.insist_on_closed(self.object)
        questions = queries.scored_questions(self.object)
        page = self.rows(queries.ranked_by_total(self.object))
        found = queries.results(self.object, list(page.object_list))
        return super().get_context() | {
            "questions": questions,
            "page_obj": page,
            "rows": [(row, [row.scores.get(question.code) for question in questions]) for row in found],
            "crossings": queries.crossings(self.object, at_most=NEAREST),
            "origin": self.origin,
            "is_ranked": self.is_ranked,
        }


class Outcomes(OfWindow, DetailPage):
    """How far each lot of a window is judged; then bidder, lot, total, outcome and letter."""

    template_name = "evaluation/outcomes.html"
    heading = "Judging and outcomes"
    action = "release.draft"
    is_hub = True

    def stages(self, rows: list[queries.LotJudging], found: Release | None) -> list[dict[str, str]]:
        """Return the stages of the judging of a window, with where it is now."""
        states = {row.exercise.state for row in rows if row.exercise}
        here = 3
        if any(row.needs_panel for row in rows) or "appointing" in states:
            here = 0
        elif "scoring" in states:
            here = 1
        elif "moderating" in states:
            here = 2
        elif found and found.state == "released":
            here = 5
        places = ["done" if n < here else "now" if n == here else "next" for n in range(len(STAGES))]
        return [{"label": label, "place": place} for label, place in zip(STAGES, places, strict=True)]

    def unchecked(self, found: Release | None) -> list[Reason]:
        """Return which checks the letters wait for, with where each is recorded."""
        if found is not None or self.object.unsealed_at is None:
            return []
        page = reverse("window-checks", args=[self.object.reference])
        return [Reason(one, link=page) for one in queries.supplier_blockers(self.object)]

    def get_context(self) -> dict[str, Any]:
        found = queries.standing_release(self.object)
        batch = found.batch if found else None
        page = self.outcomes()
        rows = queries.lots_of(self.object)
        is_drafted = found is not None and found.state == "drafted"
        return super().get_context() | {
            "lots": rows,
            "stages": self.stages(rows, found),
            "asks_checks": queries.asks_checks(self.object) and self.object.unsealed_at is not None,
            "blockers": self.unchecked(found),
            "needs_panels": any(row.needs_panel for row in rows),
            "is_judged": self.object.state == "unsealed" and all(row.is_settled for row in rows),
            "release": found,
            "page_obj": page,
            "rows": queries.outcome_rows(list(page.object_list), batch),
            "counts": queries.outcome_counts(self.object),
            "progress": letters.batch_progress(batch) if batch else None,
            "refusals": releasing.refusals(found, actor=self.actor, now=self.now)
            if found is not None and is_drafted
            else [],
        }


class Draft(OfWindow, ActionView):
    """Drafts a letter an entry."""

    action = "release.draft"
    heading = "Draft the outcome letters"
    submit_label = "Draft the letters"
    success_message = "The letters are being prepared. Somebody else releases them."

    def blockers(self) -> list[Reason]:
        if queries.standing_release(self.object) is not None:
            is_out = self.object.state == "decided"
            text = f"The letters of this window are {'released' if is_out else 'drafted'} already."
            return [Reason(text, for_good=is_out)]
        if self.object.unsealed_at is None:
            is_over = not WINDOW.reaches(self.object.state, {"unsealed"})
            text = f"The entries of this window have not been opened{'' if is_over else ' yet'}."
            return [Reason(text, for_good=is_over)]
        checks = reverse("window-checks", args=[self.object.reference])
        return [
            *(Reason(text) for text in releasing.blockers(self.object)),
            *(Reason(text, link=checks) for text in queries.supplier_blockers(self.object)),
        ]

    def get_form(self, **bound: Any) -> forms.DraftRelease:
        initial = {"planned_on": london_date(self.now)}
        return forms.DraftRelease(exercises=queries.turning_down(self.object), initial=initial, **bound)

    def perform(self, form: Any) -> Release:
        return releasing.draft(
            window=self.object,
            planned_on=form.cleaned_data["planned_on"],
            advantages=form.advantages(),
            actor=self.actor,
            now=self.now,
        )

    def told(self) -> Sequence[str]:
        return ["Nobody yet. A second person, who did not draft them, releases the letters."]


class ReleaseNow(OfWindow, ActionView):
    """Tells everyone their outcome at once."""

    action = "release.release"
    heading = "Tell everyone their outcome"
    template_name = "evaluation/release.html"

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        counts = queries.outcome_counts(self.object)
        providers = f"{counts['providers']} provider{'s' * (counts['providers'] != 1)}"
        return f"Tell {providers} their {counts['entries']} outcome{'s' * (counts['entries'] != 1)} now"

    def blockers(self) -> list[Reason]:
        found = self.release()
        if found.state != "drafted":
            return [Reason("These outcomes have been released.", for_good=True)]
        return [Reason(text) for text in releasing.refusals(found, actor=self.actor, now=self.now)]

    def get_context(self) -> dict[str, Any]:
        found, page = self.release(), self.outcomes()
        return super().get_context() | {
            "release": found,
            "page_obj": page,
            "rows": queries.outcome_rows(list(page.object_list), found.batch),
            "counts": queries.outcome_counts(self.object),
        }

    def perform(self, form: Any) -> None:
        releasing.release(release=self.release(), actor=self.actor, now=self.now)

    def get_success_message(self, result: Any) -> str:
        ends = self.release().standstill_ends_on
        return "Every provider has been told." + (" The standstill has begun." if ends else "")

    def told(self) -> Sequence[str]:
        return [
            "Everyone who acts for a provider in the table, by e-mail, at the same time.",
            "Each gets one message that lists the provider's letters.",
            "Nobody else. Those on the panels are not written to.",
        ]


class TakeBack(OfWindow, ActionView):
    """Takes drafted letters back."""

    action = "release.withdraw"
    form_class = forms.Reason
    heading = "Take the letters back"
    submit_label = "Take the letters back"
    warning = True
    success_message = "The letters have been taken back. Nobody was told anything."

    def blockers(self) -> list[Reason]:
        if self.release().state == "drafted":
            return []
        return [Reason("These outcomes have been released and cannot be taken back.", for_good=True)]

    def perform(self, form: Any) -> None:
        releasing.withdraw(release=self.release(), actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody. The letters stay on record and are never sent."]
