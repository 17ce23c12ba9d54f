"""Pages of the lead that tell the people of providers: an answer, its correction, a notice."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse

from commissioning.web.views import Crumb
from commissioning.workflow import Reason
from lots.forms import notices as notice_forms
from lots.forms import questions as forms
from lots.models import AgreementNotice, WindowAnswer
from lots.queries import questions as queries
from lots.rules.questions import window_takes_answers
from lots.views.base import AgreementAction, public_crumbs, reasons
from lots.views.questions import OnQuestion
from lots.workflow import AGREEMENT, WINDOW_QUESTION
from providers.queries import engagement as known
from providers.services import engagement

# SECURITY: groups, never names or numbers: who applies, asks or follows is sealed (settled 18).
TOLD_OF_ANSWERS = (
    "Everybody who has started an application, by e-mail. Who they are, and how many, stays sealed.",
    "Whoever asked anything about the window, and whoever follows the agreement, by e-mail.",
    "Anyone who looks at the window's public page.",
)


class Answer(OnQuestion):
    """Publishes one answer to one question or several; who asked stays unknown (rulebook B21)."""

    template_name = "lots/question_act.html"
    action = "window_question.answer"
    heading = "Answer the question"
    submit_label = "Publish the question and answer to all"
    success_message = "The answer is published. Everybody who has to do with the window is told by e-mail."

    def blockers(self) -> list[Reason]:
        return WINDOW_QUESTION.refusals(self.asked, "answer", actor=self.actor, now=self.now)

    def get_form(self, **bound: Any) -> forms.AnswerTogether:
        waiting = queries.to_answer(self.object).filter(state="asked").exclude(pk=self.asked.pk)
        return forms.AnswerTogether(asked=self.asked, others=list(waiting), **bound)

    def perform(self, form: Any) -> None:
        engagement.answer(window=self.object, actor=self.actor, now=self.now, **form.facts())

    def told(self) -> Sequence[str]:
        return TOLD_OF_ANSWERS


class Correct(OnQuestion):
    """Corrects a published answer by a further version; both stay visible."""

    template_name = "lots/answer_correct.html"
    action = "window_question.answer"
    heading = "Correct an answer"
    submit_label = "Publish the correction to all"
    success_message = "The correction is published, and everybody who was told of the answer is told again."
    answered: WindowAnswer

    def prepare(self) -> None:
        super(OnQuestion, self).prepare()
        found = queries.answer(self.object, self.kwargs["number"])
        if found is None:
            raise Http404
        self.answered = found

    def blockers(self) -> list[Reason]:
        return reasons(window_takes_answers(self.answered, self.actor, self.now))

    def get_form(self, **bound: Any) -> forms.Correction:
        return forms.Correction(corrected=self.answered, **bound)

    def perform(self, form: Any) -> None:
        engagement.correct(answer=self.answered, actor=self.actor, now=self.now, **form.facts())

    def told(self) -> Sequence[str]:
        return TOLD_OF_ANSWERS

    def get_context(self) -> dict[str, Any]:
        return super(OnQuestion, self).get_context() | {
            "window": self.object,
            "answered": self.answered,
            "stated": None,
        }


class Notify(AgreementAction):
    """Publishes a notice on an agreement, such as an event before it opens again."""

    action = "agreement.notify"
    form_class = notice_forms.Notice
    heading = "Publish a notice"
    submit_label = "Publish the notice and tell them"
    success_message = "The notice is published, and those who are told are sent it by e-mail."

    def crumbs(self) -> Sequence[Crumb]:
        url = reverse("notices", args=[self.agreement.reference])
        return [*public_crumbs(self.agreement), Crumb("Notices and events", url)]

    def blockers(self) -> list[Reason]:
        state = self.agreement.state
        if state == "published":
            return []
        for_good = not AGREEMENT.reaches(state, {"published"})
        return [Reason("Notices are published on an agreement that is published itself.", for_good=for_good)]

    def perform(self, form: Any) -> AgreementNotice:
        return engagement.notify(
            agreement=self.agreement, actor=self.actor, now=self.now, **form.cleaned_data
        )

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())

    def told(self) -> Sequence[str]:
        members = len(known.public_names(self.agreement))
        providers = f"{members} provider{'' if members == 1 else 's'}"
        return [
            f"Everybody who writes for the {providers} in its pools, by e-mail.",
            "Everybody who writes for a provider that an earlier window did not admit, by e-mail.",
            "Whoever follows the agreement, by e-mail; who that is, and how many, is shown to nobody.",
            "Anyone who looks at the agreement's public page.",
        ]
