"""The board's pages: its papers, one paper with all that a member needs, and the member's own acts."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from commissioning import policies
from commissioning.records import downloads
from commissioning.records.services import letters
from commissioning.web.context import address
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, ListPage, SignedIn
from commissioning.workflow import Reason, Refused

from . import forms, queries, rules
from .models import Condition, Paper
from .services import papers as services
from .workflow import PAPER

# Each act of a member: its page, and what its button says.
ACTS = {
    "declare_interest": ("paper-interest", "Declare your interests"),
    "answer": ("paper-answer", "Answer the four tests"),
    "set_condition": ("paper-condition", "Set a condition"),
    "vote": ("paper-vote", "Vote"),
}
BOARD_TOLD = "Everybody with a seat on the board, by e-mail."
AUTHOR_TOLD = "Who put the paper to the board, by e-mail."
NOBODY_TOLD = "Nobody is written to. It stands on the paper’s page at once."


class Papers(ListPage):
    """The papers of the boards that the person or their authority sits on."""

    template_name = "board/papers.html"
    heading = "Board papers"
    visible = staticmethod(queries.papers)
    filterset_class = forms.PaperFilter
    empty = "Papers appear here when a commissioner puts a call-off to the board. You are told by e-mail."


class PaperPage(DetailPage):
    """A paper: page one with all that a member needs, the four tests, interests, votes and conditions."""

    template_name = "board/paper.html"
    visible = staticmethod(queries.full_papers)
    context_name = "paper"
    object: Paper

    def get_heading(self) -> str:
        return self.object.title

    def get_caption(self) -> str:
        return f"Paper {self.object.reference} for the {self.object.board}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Board papers", reverse("papers"))]

    def changes(self) -> list[dict[str, str]]:
        """Return what differs now from what was tabled, where the page knows more than the paper."""
        return []

    def actions(self) -> list[dict[str, Any]]:
        """Return a member's acts and the chair's, each with its page or with why it cannot be done."""
        if self.object.state != "tabled" or self.object.seat_of(self.actor) is None:
            return []
        here = [self.object.reference]
        offered = [
            (ACTS[act][1], reverse(ACTS[act][0], args=here), reason)
            for act, reason in queries.acts_of(self.object, self.actor)
        ]
        if policies.may(self.actor, "paper.approve", self.object).allowed:
            closing = self.refusals(self.object.closing_step())
            offered.append(("Close the vote", address("paper-close", *here), closing))
            offered.append(("Return to the author", address("paper-return", *here), self.refusals("return")))
        return [
            {"label": label, "url": url, "allowed": not reason, "reason": reason}
            for label, url, reason in offered
        ]

    def refusals(self, step: str) -> str:
        """Return why a step of the paper cannot be taken now, in words."""
        found = PAPER.refusals(self.object, step, actor=self.actor, now=self.now)
        return " ".join(one.text for one in found)

    def get_context(self) -> dict[str, Any]:
        paper = self.object
        open_conditions = [row for row in paper.conditions.all() if row.met_at is None]
        declared = paper.interest_of(self.actor)
        return super().get_context() | {
            "particulars": [{"key": key, "text": text} for key, text in queries.particulars(paper.facts)],
            "specification": queries.specification_of(paper),
            "tests": queries.tests_with_answers(paper),
            "progress": queries.progress(paper),
            "seat": paper.seat_of(self.actor),
            "declared": declared,
            "stand_in": paper.stand_in_words(declared) if declared and declared.has_interest else "",
            "interests": list(paper.interests.all()),
            "conditions": list(paper.conditions.all()),
            "may_meet": paper.state == "approved"
            and bool(open_conditions)
            and policies.may(self.actor, "paper.meet_condition", paper).allowed,
            "waits_for": rules.may_be_approved(paper, self.actor, self.now),
            "is_intact": services.fingerprint(paper.facts) == paper.fingerprint,
            "changes": self.changes(),
            "calloff_url": address("calloff", paper.about),
        }


class OfPaper(FindsObject, SignedIn):
    """Finds the paper among those the person may see."""

    visible = staticmethod(queries.full_papers)


class SpecificationFile(OfPaper):
    """Gives out the specification as it was tabled, to whoever may read the paper."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = queries.specification_of(self.get_object())
        if document is None:
            raise Http404
        return downloads.send_document(document)


class DecisionPdf(OfPaper):
    """Gives out the record of the board's decision, to whoever may read the paper."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        letter = self.get_object().letter
        if letter is None:
            raise Http404
        if not letter.rendered_at:
            raise Refused(
                "The record of this decision is still being made into a PDF. Try again in a minute."
            )
        return downloads.send_bytes_as_attachment(letters.read(letter), letter.file_name, "application/pdf")


class PaperAction(OfPaper, ActionView):
    """An act on a paper; what stands in the way is shown instead of the form."""

    object: Any
    act: ClassVar[str] = ""

    @property
    def paper(self) -> Paper:
        """The paper, which is the object unless a subclass finds something on it."""
        return self.object

    def blockers(self) -> list[Reason]:
        refusal = rules.ACTS[self.act](self.paper, self.actor) if self.act else None
        if refusal is None:
            return []
        undeclared = self.paper.state == "tabled" and self.paper.interest_of(self.actor) is None
        name = "paper-interest" if undeclared else "paper"
        return [Reason(refusal, link=reverse(name, args=[self.paper.reference]))]

    def get_caption(self) -> str:
        return f"{self.paper.reference}: {self.paper.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb("Board papers", reverse("papers")),
            Crumb(self.paper.title, self.paper.get_absolute_url()),
        ]

    def told(self) -> Sequence[str]:
        return [NOBODY_TOLD]

    def get_success_url(self, result: Any) -> str:
        return self.paper.get_absolute_url()


class DeclareInterest(PaperAction):
    """Declares whether the member has an interest; whoever has one neither answers nor votes."""

    action = "paper.declare_interest"
    act = "declare_interest"
    template_name = "board/interest.html"
    form_class = forms.DeclaredInterest
    heading = "Declare your interests"
    submit_label = "Declare"

    def perform(self, form: Any) -> Any:
        return services.declare_interest(paper=self.object, actor=self.actor, now=self.now, **form.facts())

    def get_success_message(self, result: Any) -> str:
        if result.has_interest:
            return f"Your interest is declared. {self.object.stand_in_words(result)}"
        return "You have declared that you have no interest in this paper."


class AnswerTests(PaperAction):
    """Answers all four tests for the member's authority, all or none."""

    action = "paper.answer"
    act = "answer"
    form_class = forms.Answers
    heading = "The four tests"
    submit_label = "Save the answers"
    success_message = "The answers of your authority are recorded. You can change them until you vote."

    def form_arguments(self) -> dict[str, Any]:
        seat = self.object.seat_of(self.actor)
        given = [
            answer
            for answer in self.object.answers.all()
            if seat and answer.organisation_id == seat.organisation_id
        ]
        return {"cases": self.object.facts.get("cases", {}), "given": given}

    def perform(self, form: Any) -> None:
        services.answer_all(paper=self.object, answers=form.answers(), actor=self.actor, now=self.now)


class CastVote(PaperAction):
    """Casts the authority's one vote."""

    action = "paper.vote"
    act = "vote"
    form_class = forms.Ballot
    heading = "Vote for your authority"
    submit_label = "Cast the vote"
    success_message = "Your authority’s vote is cast."

    def perform(self, form: Any) -> None:
        services.vote(paper=self.object, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to until the vote is closed. A vote cannot be changed once it is cast."]


class SetCondition(PaperAction):
    """Sets a condition of approval."""

    action = "paper.set_condition"
    act = "set_condition"
    form_class = forms.NewCondition
    heading = "Set a condition"
    submit_label = "Set the condition"
    success_message = "The condition is set. It counts if the paper is approved."

    def form_arguments(self) -> dict[str, Any]:
        return {"owners": queries.authorities_of(self.object)}

    def perform(self, form: Any) -> None:
        services.set_condition(paper=self.object, actor=self.actor, now=self.now, **form.cleaned_data)


class MeetCondition(PaperAction):
    """Records that a condition of approval is met, with what shows it."""

    visible = staticmethod(queries.conditions)
    action = "paper.meet_condition"
    template_name = "board/condition_met.html"
    form_class = forms.Evidence
    heading = "A condition is met"
    submit_label = "Record that it is met"
    success_message = "It is recorded that the condition is met."

    @property
    def paper(self) -> Paper:
        found: Paper = self.object.paper
        return found

    def get_object(self) -> Condition:
        rows = self.get_queryset().filter(paper__reference=self.kwargs["reference"])
        found: Condition | None = rows.filter(pk=self.kwargs["condition"]).first()
        if found is None:
            raise Http404
        return found

    def policy_object(self) -> Paper:
        return self.paper

    def blockers(self) -> list[Reason]:
        refusal = rules.refusal_to_meet(self.object)
        return [Reason(refusal)] if refusal else []

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. The evidence stands on the paper’s page."]

    def perform(self, form: Any) -> None:
        services.meet_condition(condition=self.object, actor=self.actor, now=self.now, **form.cleaned_data)
