"""Asking about a window, with an account and without; and what waits, for those who answer."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commissioning.web.public_acts import ByLink, CheckEmail, PublicAct
from commissioning.web.views import NEVER, ActionView, Crumb, DetailPage, PublicPage
from commissioning.workflow import Reason
from lots import links
from lots import queries as lots
from lots.forms import questions as forms
from lots.models import Window, WindowQuestion
from lots.queries import questions as queries
from lots.rules.questions import (
    can_be_asked_no_more,
    refusal_to_answer,
    refusal_to_ask,
    refusal_to_decline,
    why_no_answer_comes,
)
from lots.services import questions
from lots.services.knocks import BY_LINK
from lots.workflow import WINDOW_QUESTION

from .base import WindowAction, public_crumbs, reasons

TOLD = (
    "The people of the lead authority who answer, without your name.",
    "Everybody, once it is answered: the question as it is published and its answer, not who asked.",
)


def window_crumbs(window: Window) -> list[Crumb]:
    """Return the way to a window's public page."""
    return [*public_crumbs(window.agreement), Crumb(window.title, window.get_absolute_url())]


def questions_url(window: Window) -> str:
    """Return where a window's questions and answers stand for everybody."""
    return f"{window.get_absolute_url()}#questions"


class Ask(ActionView):
    """Asks a question as somebody who writes for a provider."""

    visible = staticmethod(lots.windows)
    template_name = "lots/ask.html"
    action = "window_question.ask"
    heading = "Ask a question"
    submit_label = "Send the question"
    success_message = "Your question was sent. Its answer goes to everybody at the same time, and to you."
    object: Window

    def prepare(self) -> None:
        self.organisations = list(queries.writes_for(self.actor))
        super().prepare()

    def policy_object(self) -> Any:
        return self.organisations[0] if self.organisations else None

    def get_form(self, **bound: Any) -> forms.QuestionOfProvider:
        return forms.QuestionOfProvider(organisations=self.organisations, **bound)

    def blockers(self) -> list[Reason]:
        is_over = can_be_asked_no_more(self.object, self.now)
        is_sent = self.request.method == "POST"
        return reasons(refusal_to_ask(self.object, self.now, is_sent=is_sent), for_good=is_over)

    def perform(self, form: Any) -> None:
        questions.ask(window=self.object, actor=self.actor, now=self.now, **form.facts())

    def get_success_url(self, result: Any) -> str:
        return questions_url(self.object)

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return window_crumbs(self.object)

    def told(self) -> Sequence[str]:
        return TOLD

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"window": self.object, "stated": None}


class OfPublicWindow(PublicPage):
    """A page about an announced window for somebody who has not registered."""

    @property
    def window(self) -> Window:
        if not hasattr(self, "_window"):
            found = lots.windows(self.request.user).exclude(state="draft")
            self._window: Window = get_object_or_404(found, reference=self.kwargs["reference"])
        return self._window

    def get_caption(self) -> str:
        return f"{self.window.agreement.title}, {self.window.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return window_crumbs(self.window)


class AskByEmail(OfPublicWindow, PublicAct):
    """Asks a question without an account; it counts once its asker's address is confirmed by a link."""

    template_name = "lots/ask_by_email.html"
    heading = "Ask a question without an account"
    form_class = forms.QuestionByEmail
    submit_label = "Go on"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("window-ask", args=[self.window.reference]))
        return super().get(request, *args, **kwargs)

    def perform(self, form: Any) -> str:
        address = getattr(self.request, "client_address", None) or ""
        questions.ask_unregistered(window=self.window, address=address, now=self.now, **form.cleaned_data)
        return reverse("window-ask-sent", args=[self.window.reference])

    def told(self) -> Sequence[str]:
        return ("You, by e-mail, with a link: your question is sent once you have opened it.", *TOLD)

    def get_context(self) -> dict[str, Any]:
        refusal = refusal_to_ask(self.window, self.now, is_sent=self.request.method == "POST")
        return super().get_context() | {"window": self.window, "refusal": refusal}


class AskSent(OfPublicWindow, CheckEmail):
    """Says that a message was sent: the same for every address (settled 31)."""

    sentence = (
        "We have written to the address you gave. Open the link in the message within two days: your "
        "question is sent from there. An address gets at most three such messages a day."
    )

    def again_url(self) -> str:
        return reverse("window-ask-by-email", args=[self.window.reference])


class QuestionByLink(ByLink):
    """One's own question by the link in the e-mail: to send it, to withdraw it, to see what became of it."""

    template_name = "lots/question_by_link.html"
    kind = links.QUESTION
    heading = "Your question"
    dead_sentence = "The question was not confirmed in time and is deleted, or the link is too old."
    dead_url_name = "windows"
    dead_action = "See the windows"
    found: WindowQuestion

    @property
    def step(self) -> str:
        """Return the step that the page offers now, or ""."""
        return {"unconfirmed": "confirm", "asked": "withdraw_by_link"}.get(self.found.state, "")

    def get_caption(self) -> str:
        return f"{self.found.window.agreement.title}, {self.found.window.title}"

    def perform(self, form: Any) -> str:
        if self.step == "confirm":
            questions.confirm(question=self.found, now=self.now)
        elif self.request.POST.get("step") == "withdraw":
            questions.withdraw_by_link(question=self.found, now=self.now)
        return self.request.get_full_path()

    def told(self) -> Sequence[str]:
        if self.step == "confirm":
            return TOLD
        return ("Nobody is written to. Those who answer no longer see it.",) if self.step else ()

    def get_context(self) -> dict[str, Any]:
        step, refusals = self.step, []
        if step:
            refusals = WINDOW_QUESTION.refusals(self.found, step, actor=BY_LINK, now=self.now)
        return super().get_context() | {
            "question": self.found,
            "stated": queries.standing(self.found, self.found.window, self.now),
            "step": self.step,
            "refusals": refusals,
            "blockers_title": NEVER,
            "window": self.found.window,
            "no_answer_comes": why_no_answer_comes(self.found.window, self.now),
            "takes_questions": refusal_to_ask(self.found.window, self.now) is None,
            "answers_url": questions_url(self.found.window),
            "submit_label": "Send the question" if self.step == "confirm" else "Withdraw the question",
        }


class Withdraw(ActionView):
    """Takes back a question of one's own provider while it is not answered."""

    visible = staticmethod(queries.own_questions)
    lookup_field = "question"
    action = "window_question.withdraw"
    template_name = "lots/question_withdraw.html"
    heading = "Withdraw the question"
    submit_label = "Withdraw the question"
    warning = True
    success_message = "The question is withdrawn."
    object: WindowQuestion

    def get_object(self) -> WindowQuestion:
        mine = queries.own_questions(self.actor)
        found: WindowQuestion = get_object_or_404(
            mine, reference=self.kwargs["question"], window__reference=self.kwargs["reference"]
        )
        return found

    @property
    def stated(self) -> queries.Standing:
        return queries.standing(self.object, self.object.window, self.now)

    def blockers(self) -> list[Reason]:
        return WINDOW_QUESTION.refusals(self.object, "withdraw", actor=self.actor, now=self.now)

    def perform(self, form: Any) -> None:
        questions.withdraw(question=self.object, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return questions_url(self.object.window)

    def crumbs(self) -> Sequence[Crumb]:
        return window_crumbs(self.object.window)

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Those who answer no longer see it."]


class Questions(DetailPage):
    """What was asked about a window, for those who answer; who asked is shown to nobody (rulebook B21)."""

    visible = staticmethod(lots.windows)
    template_name = "lots/questions.html"
    action = "window_question.answer"
    context_name = "window"
    heading = "Questions about the window"
    object: Window

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, {self.object.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return window_crumbs(self.object)

    def actions(self) -> list[dict[str, Any]]:
        return []

    def get_context(self) -> dict[str, Any]:
        asked = list(queries.to_answer(self.object))
        refusal = refusal_to_answer(self.object, self.now)
        return super().get_context() | {
            "waiting_title": "Left without an answer" if refusal else "Waiting for an answer",
            "asked": asked,
            "waiting": [one for one in asked if one.state == "asked"],
            "declined": [one for one in asked if one.state == "declined"],
            "answers": queries.published(self.object, to_correct=True),
            "refusal": refusal,
            "declines": refusal_to_decline(self.object) is None,
        }


class OnQuestion(WindowAction):
    """An act of those who answer on one question of the window."""

    visible = staticmethod(lots.windows)
    asked: WindowQuestion

    def prepare(self) -> None:
        super().prepare()
        self.asked = self.question()

    def question(self) -> WindowQuestion:
        """Return the question named in the address, without who asked; or 404."""
        found: WindowQuestion = get_object_or_404(
            queries.to_answer(self.object), reference=self.kwargs["question"]
        )
        return found

    def crumbs(self) -> Sequence[Crumb]:
        url = reverse("window-questions", args=[self.object.reference])
        return [*window_crumbs(self.object), Crumb("Questions", url)]

    def get_success_url(self, result: Any) -> str:
        return reverse("window-questions", args=[self.object.reference])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"window": self.object, "asked": self.asked, "stated": None}


class Decline(OnQuestion):
    """Leaves a question without an answer, with a reason for whoever asked."""

    action = "window_question.decline"
    template_name = "lots/question_act.html"
    form_class = forms.Decline
    heading = "Do not answer the question"
    submit_label = "Tell whoever asked"
    success_message = "Whoever asked is told the reason by e-mail."

    def blockers(self) -> list[Reason]:
        return WINDOW_QUESTION.refusals(self.asked, "decline", actor=self.actor, now=self.now)

    def perform(self, form: Any) -> None:
        questions.decline(question=self.asked, actor=self.actor, now=self.now, **form.cleaned_data)

    def told(self) -> Sequence[str]:
        return ["Whoever asked, by e-mail, with your reason. You are not told who that is."]
