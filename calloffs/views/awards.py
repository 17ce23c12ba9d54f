"""An award: the ranking, the recommendation, the record and its signature, holds, and the contract issued."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse

from calloffs.forms import awards as forms
from calloffs.models import Award, Competition, Contract
from calloffs.queries import awards as queries
from calloffs.queries import ranking as ranks
from calloffs.services import award_letters, awards, contracts
from commissioning.records.services import letters
from commissioning.web.views import ActionView, Crumb, DetailPage
from commissioning.workflow import Reason
from evaluation.rules import depends_on_others

from .competitions import OfCompetition, OnCompetition, crumbs_to


class Show(OfCompetition, DetailPage):
    """Where an award stands: its ranking, what blocks it, its letters, its standstill, its contract."""

    template_name = "calloffs/award.html"
    heading = "Award"
    action = "award.read"

    def get_object(self) -> Any:
        found = super().get_object()
        self.award = queries.standing(found.calloff)
        return found

    @property
    def stated(self) -> Any:
        return self.award or self.object

    def actions(self) -> list[dict[str, Any]]:
        return queries.actions(self.object, self.award, self.actor, self.now)

    def get_context(self) -> dict[str, Any]:
        competition, award = self.object, self.award
        contract = queries.contract_of(award) if award else None
        ranking = queries.shown_ranking(competition, award, reader=self.actor, now=self.now)
        rows = queries.table(competition, award, ranking)
        return (
            super().get_context()
            | {
                "award": award,
                "contract": contract,
                "stages": queries.stages(award, contract),
                "waits": ranks.not_known_yet(competition),
                "sent_back": queries.history(competition.calloff),
            }
            | of_ranking(competition, rows)
            | (self.of_award(award, rows) if award else {})
        )

    def of_award(self, award: Award, rows: list[queries.Row]) -> dict[str, Any]:
        """Return what there is to show once a bid was recommended."""
        waits = award.state in queries.BEFORE_RELEASE
        is_drafted = award.state == "lettered" and award.batch is not None
        return {
            "standing_in_the_way": queries.blockers(award, self.actor) if waits else [],
            "facts": award_letters.award_record(award, signatory=self.actor, now=self.now),
            "postings": queries.postings(award, rows) if award.batch else [],
            "progress": letters.batch_progress(award.batch) if is_drafted and award.batch else None,
            "refusals": awards.release_refusals(award, actor=self.actor, now=self.now) if is_drafted else [],
            "standstill": queries.standstill(award, self.now),
        }


class Recommend(OnCompetition):
    """Recommends the bid in first place to the director."""

    template_name = "calloffs/recommend.html"
    action = "award.recommend"
    heading = "Recommend the award"
    submit_label = "Recommend to the director"
    success_message = "The award is recommended. A director of your authority now reads and signs the record."

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_to_award(self.object.calloff)

    def ranking(self) -> list[ranks.Ranked]:
        """Return the ranking, or nothing while it cannot be known; each price read is in the access log."""
        if ranks.not_known_yet(self.object):
            return []
        return ranks.ranking(self.object, reader=self.actor, now=self.now)

    def get_form(self, **bound: Any) -> forms.Recommendation:
        return forms.Recommendation(first=[row for row in self.ranked if row.place == 1], **bound)

    def prepare(self) -> None:
        super().prepare()
        self.ranked = self.ranking()

    def blockers(self) -> list[Reason]:
        return queries.not_recommendable(self.object, self.ranked)

    def get_context(self) -> dict[str, Any]:
        rows = queries.table(self.object, None, ranks.frozen(self.ranked))
        return super().get_context() | of_ranking(self.object, rows)

    def perform(self, form: Any) -> Award:
        return awards.recommend(competition=self.object, actor=self.actor, now=self.now, **form.facts())

    def get_success_url(self, result: Any) -> str:
        return reverse("award", args=[self.object.reference])

    def told(self) -> Sequence[str]:
        name = self.object.calloff.authority.short_name
        return [
            f"Nobody is written to. Each director of {name} finds the award record among what waits.",
            "No bidder is told anything before the letters are released.",
        ]


class OfAward(OfCompetition):
    """Finds the standing award through its competition; 404 where there is none."""

    object: Any

    def get_object(self) -> Any:
        found = queries.standing(super().get_object().calloff)
        if found is None:
            raise Http404
        return found

    def get_caption(self) -> str:
        return f"{self.object.calloff.title} ({self.object.reference})"

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_to_award(self.object.calloff)


class OnAward(OfAward, ActionView):
    """An act on the standing award; done, the person is back on its page."""

    step = ""

    def blockers(self) -> list[Reason]:
        return queries.in_the_way(self.object, self.step, self.actor, self.now) if self.step else []

    def get_success_url(self, result: Any) -> str:
        return reverse("award", args=[self.object.reference])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"award": self.object}


class Sign(OnAward):
    """Signs the contract award record as a director, with everything it rests on in sight."""

    template_name = "calloffs/award_sign.html"
    action = "award.sign"
    step = "sign"
    form_class = forms.Signature
    heading = "Sign the contract award record"
    submit_label = "Sign the record"
    success_message = "You have signed the contract award record. The letters are drafted next."

    def get_context(self) -> dict[str, Any]:
        facts = award_letters.award_record(self.object, signatory=self.actor, now=self.now)
        competition = self.object.competition
        rows = queries.table(competition, self.object, self.object.ranking)
        return super().get_context() | {"facts": facts} | of_ranking(competition, rows)

    def perform(self, form: Any) -> None:
        awards.sign(award=self.object, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [
            "Nobody is written to. The record keeps your name, the time and everything shown here.",
            "The bidders learn the outcome when the letters are released.",
        ]


class SendBack(OnAward):
    """Sends the recommendation back to the procurement lead."""

    action = "award.return"
    step = "return"
    form_class = forms.Reason
    heading = "Send the recommendation back"
    submit_label = "Send it back"
    warning = True
    success_message = "The recommendation has been sent back, with your reason."

    def perform(self, form: Any) -> None:
        awards.send_back(award=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The procurement lead reads your reason on the award's page."]


class PlaceHold(OnAward):
    """Places a legal hold: no letter goes out and nothing is signed until it is lifted (rulebook B16)."""

    action = "award.hold"
    form_class = forms.Reason
    heading = "Place a legal hold"
    submit_label = "Place the hold"
    warning = True
    success_message = "The award is held. Nothing is sent or signed until the hold is lifted."

    def perform(self, form: Any) -> None:
        awards.place_hold(award=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Everybody who may read the award sees the hold and its reason."]


class LiftHold(OnAward):
    """Lifts the legal hold."""

    template_name = "calloffs/lift_hold.html"
    action = "award.lift_hold"
    form_class = forms.Reason
    heading = "Lift the legal hold"
    submit_label = "Lift the hold"
    success_message = "The legal hold has been lifted."

    def blockers(self) -> list[Reason]:
        return [] if self.object.legal_hold_reason else [Reason("There is no legal hold to lift.")]

    def perform(self, form: Any) -> None:
        awards.lift_hold(award=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The record keeps the hold, your name and the reason."]


class IssueContract(OnAward):
    """Issues the contract in its frozen terms, for both to sign."""

    template_name = "calloffs/issue_contract.html"
    action = "contract.issue"
    step = "make"
    heading = "Issue the contract"
    submit_label = "Issue the contract for signature"
    success_message = "The contract is issued. The provider signs first."

    def blockers(self) -> list[Reason]:
        if queries.contract_of(self.object) is not None:
            return [Reason("The contract has been issued already.", for_good=True)]
        return super().blockers()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"value": self.object.price}

    def perform(self, form: Any) -> Contract:
        return contracts.issue(award=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Contract) -> str:
        return result.get_absolute_url()

    def told(self) -> Sequence[str]:
        name = self.object.bid.bidder
        return [f"Everybody who writes for {name}, by e-mail: an administrator of it can sign."]


def of_ranking(competition: Competition, rows: list[queries.Row]) -> dict[str, Any]:
    """Return what `calloffs/parts/ranking.html` shows."""
    return {
        "rows": rows,
        "is_relative": depends_on_others(competition.scheme.price_formula),
        "has_social_value": any(row.social_value is not None for row in rows),
    }


def crumbs_to_award(calloff: Any) -> list[Crumb]:
    """Return the way to the award of a call-off."""
    return [*crumbs_to(calloff), Crumb("Award", reverse("award", args=[calloff.reference]))]
