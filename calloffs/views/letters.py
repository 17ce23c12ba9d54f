"""The letters of an award: drafted by one, released to everybody at once by another, or taken back."""

from collections.abc import Sequence
from typing import Any

from calloffs.forms import awards as forms
from calloffs.queries import awards as queries
from calloffs.services import awards
from commissioning.clock import london_date
from commissioning.workflow import Reason

from .awards import OnAward


class DraftLetters(OnAward):
    """Drafts a letter a bidder."""

    action = "award.draft_letters"
    step = "draft_letters"
    heading = "Draft the award letters"
    submit_label = "Draft the letters"
    success_message = "The letters are being prepared. Somebody else releases them."

    def get_form(self, **bound: Any) -> forms.Sending:
        return forms.Sending(initial={"planned_on": london_date(self.now)}, **bound)

    def perform(self, form: Any) -> None:
        awards.draft_letters(award=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody yet. A second person, who did not draft them, releases the letters."]


class Release(OnAward):
    """Tells every bidder the outcome at once, and lets the standstill begin."""

    template_name = "calloffs/release.html"
    action = "award.release"
    heading = "Tell every bidder the outcome"

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        number = len(self.object.ranking)
        return f"Tell {number} bidder{'s' * (number != 1)} the outcome now"

    def blockers(self) -> list[Reason]:
        return awards.release_refusals(self.object, actor=self.actor, now=self.now)

    def get_context(self) -> dict[str, Any]:
        award = self.object
        rows = queries.table(award.competition, award, award.ranking)
        return super().get_context() | {"postings": queries.postings(award, rows)}

    def perform(self, form: Any) -> None:
        awards.release(award=self.object, actor=self.actor, now=self.now)

    def get_success_message(self, result: Any) -> str:
        begun = " The standstill has begun." if self.object.standstill_ends_on else ""
        return f"Every bidder has been told.{begun}"

    def told(self) -> Sequence[str]:
        return [
            "Everybody who writes for a bidder in the table, by e-mail, at the same moment.",
            "Nobody else. The panel and those who were invited without bidding are not written to.",
        ]


class TakeLettersBack(OnAward):
    """Takes drafted letters back before they are released."""

    action = "award.take_letters_back"
    step = "take_letters_back"
    form_class = forms.Reason
    heading = "Take the letters back"
    submit_label = "Take the letters back"
    warning = True
    success_message = "The letters have been taken back. Nobody was told anything."

    def perform(self, form: Any) -> None:
        awards.take_letters_back(award=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody. The letters stay on record and are never sent."]
