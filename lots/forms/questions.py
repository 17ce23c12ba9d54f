"""What is typed to ask about a window and to answer; mini-competitions use the same forms."""

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms

from commissioning.people.models import Organisation
from commissioning.web.fields import TextField
from commissioning.web.forms import PortalForm
from lots.models import WindowAnswer, WindowQuestion


class HasQuestion(Protocol):
    """Whatever was asked privately."""

    question: str


class Question(PortalForm):
    """A question, which is answered to all."""

    question = TextField(
        label="Your question",
        rows=6,
        max_words=300,
        help_text="Leave out the name of your organisation and whatever tells who you are.",
    )
    nouns = {"question": "your question"}


class QuestionOfProvider(Question):
    """A question of somebody who is signed in; who writes for several providers says for which."""

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {one.reference: one for one in organisations}
        if len(self.organisations) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label="For which organisation do you ask?",
                choices=[(key, one.name) for key, one in self.organisations.items()],
                widget=forms.RadioSelect,
            )
            self._word_errors("organisation", self.fields["organisation"])

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        chosen = self.cleaned_data.get("organisation") or next(iter(self.organisations))
        return {"question": self.cleaned_data["question"], "organisation": self.organisations[chosen]}


class QuestionByEmail(Question):
    """A question of somebody who has not registered."""

    name = forms.CharField(label="Your name", max_length=120)
    email = forms.EmailField(
        label="Your e-mail address", help_text="We send you a link there. The answer comes there too."
    )
    organisation_name = forms.CharField(label="Your organisation", max_length=200, required=False)
    nouns = {
        "question": "your question",
        "name": "your name",
        "email": "your e-mail address",
        "organisation_name": "your organisation",
    }


class Answer(PortalForm):
    """A question as everybody will read it, and the answer."""

    published_question = TextField(
        label="The question as everybody will read it",
        rows=4,
        help_text="Take out whatever could tell who asked: a name, a place, a way of working.",
    )
    answer = TextField(label="Your answer", rows=6, help_text="Everybody gets it at the same moment.")
    nouns = {"published_question": "the question as everybody will read it", "answer": "your answer"}

    def __init__(self, *args: Any, asked: HasQuestion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"published_question": asked.question}, **kwargs)

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "published_question": self.cleaned_data["published_question"],
            "text": self.cleaned_data["answer"],
        }


class AnswerTogether(Answer):
    """An answer to a question, and to others that ask the same."""

    def __init__(
        self, *args: Any, asked: WindowQuestion, others: Sequence[WindowQuestion], **kwargs: Any
    ) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        self.asked, self.others = asked, {one.reference: one for one in others}
        if self.others:
            self.fields["together"] = forms.MultipleChoiceField(
                label="Does this answer other questions too?",
                required=False,
                choices=[(key, _short(one.question)) for key, one in self.others.items()],
                widget=forms.CheckboxSelectMultiple,
                help_text="They are then answered together, and whoever asked each is told.",
            )
            self._word_errors("together", self.fields["together"])
            self.order_fields(["together", "published_question", "answer"])

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        chosen = [self.others[key] for key in self.cleaned_data.get("together", ())]
        return {**super().facts(), "together": [self.asked, *chosen]}


class Correction(Answer):
    """A published answer put right, and why."""

    reason = TextField(
        label="What is corrected, and why",
        rows=3,
        max_words=200,
        help_text="Everybody reads it. Name nobody.",
    )
    nouns = {**Answer.nouns, "reason": "what is corrected"}

    def __init__(self, *args: Any, corrected: WindowAnswer, **kwargs: Any) -> None:
        standing = corrected.current
        PortalForm.__init__(
            self,
            *args,
            initial={"published_question": standing.published_question, "answer": standing.text},
            **kwargs,
        )

    def facts(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {**super().facts(), "reason": self.cleaned_data["reason"]}


class Decline(PortalForm):
    """Why a question is not answered."""

    reason = TextField(
        label="Why is it not answered?",
        rows=4,
        max_words=200,
        help_text="Only whoever asked reads it. Such as: the answer is in the published questions already.",
    )
    nouns = {"reason": "why it is not answered"}


def _short(text: str) -> str:
    """Return the beginning of a question for a list of choices."""
    words = " ".join(text.split())
    return words if len(words) <= 160 else f"{words[:160].rsplit(' ', 1)[0]} …"
