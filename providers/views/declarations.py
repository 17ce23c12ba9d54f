"""Declaring in an application: its standards page beside what the profile says, and their versions."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from commissioning.people.models import User
from commissioning.web.forms import Note
from providers.forms.declarations import Declarations
from providers.models import AnswerVersion, Declaration
from providers.queries import apart
from providers.queries import declarations as queries
from providers.queries.apart import Apart, Beside
from providers.queries.submissions import Own
from providers.services import application_answers

from .answers import Version, Versions, Writing
from .shared import StandardsPage

HERE = "Beside the statement you read where either is changed."
ONCE_SAVED = "Press Save to read beside the statement where either is changed."


class Declaring(Writing):
    """Saves declarations in the application's part, and keeps them on the profile.

    A page that shows nothing of the profile begins with none of its declarations, and so replaces none.
    """

    begun_with: Mapping[str, int] = {}

    def save_answers(
        self,
        values: Mapping[str, Any],
        based_on: Mapping[str, int],
        *,
        autosave: bool = False,
        earlier: Mapping[str, Any] | None = None,
    ) -> dict[str, AnswerVersion]:
        """Save the declarations here, and keep them for the next application that asks the same.

        What somebody declared on the profile since the page was drawn stays there. What the page saves by
        itself is kept here alone: nobody has confirmed it yet.
        """
        if autosave:
            return super().save_answers(values, based_on, autosave=True)
        return application_answers.declare(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            earlier=earlier,
            begun_with=self.begun_with,
            actor=self.actor,
            now=self.now,
        )


class Standards(StandardsPage, Declaring):
    """The minimum standards of a lot, or the declarations of the common part.

    What the provider declared before on the same words is filled in, and is saved once it is confirmed. Where
    its profile says something else than what is saved here, that is told beside the statement.
    """

    declared_since: Sequence[Apart] = ()

    def get_heading(self) -> str:
        return "Minimum standards" if self.part.entry else "Declarations"

    @cached_property
    def kept(self) -> dict[str, Declaration]:
        return queries.kept(self.application.organisation, self.on_page())

    @cached_property
    def own(self) -> list[Own]:
        return queries.proposed(super().own, self.kept, actor=self.actor, now=self.now)

    @cached_property
    def beside(self) -> Beside:
        return apart.beside(self.own, self.kept, actor=self.actor, now=self.now)

    def form_arguments(self) -> dict[str, Any]:
        notes = {code: self.note(one) for code, one in self.beside.apart.items()}
        return super().form_arguments() | {"beside": self.beside, "notes": notes}

    def note(self, one: Apart) -> Note:
        """Return who declared something else than the page says, and where either is changed."""
        told = (
            f"{one.told_to(self.actor)} Saving this page changes this application alone. If that declaration "
            "is right, answer the same here; if this answer is right,"
        )
        if not one.law:
            return Note(f"{told} give it in your next application too, which begins with that declaration.")
        url = reverse("profile-declare", args=[self.application.organisation.reference, one.law])
        return Note(told, "declare it on your organisation’s profile", url)

    def saved(self, form: Any) -> None:
        self.begun_with = form.begun_with
        super().saved(form)
        self.declared_since = self.newly_apart(form)

    def newly_apart(self, form: Declarations) -> list[Apart]:
        """Return what a colleague declared since the page was drawn, and is not what is saved here."""
        return apart.since(
            self.part.submission,
            self.on_page(),
            begun=form.begun_with,
            told=form.told,
            actor=self.actor,
            now=self.now,
        )

    def stays(self) -> bool:
        return super().stays() or bool(self.declared_since)

    def get_success_message(self, result: Any) -> str:
        return " ".join(
            filter(
                None, [super().get_success_message(result), in_short(self.declared_since, self.actor, HERE)]
            )
        )

    def told_meanwhile(self, form: Any) -> str:
        return " ".join(
            filter(
                None, [super().told_meanwhile(form), in_short(self.newly_apart(form), self.actor, ONCE_SAVED)]
            )
        )

    def get_context(self) -> dict[str, Any]:
        unsaved = {line.item.code for line in self.lines() if line.version is None}
        proposed = {code: row for code, row in self.kept.items() if code in unsaved}
        return super().get_context() | {
            "last_confirmed": queries.last_confirmed(proposed),
            "apart": [
                {"title": one.item.title, "url": f"#id_met_{code}_0"}
                for code, one in self.beside.apart.items()
            ],
        }


def in_short(found: Sequence[Apart], reader: User, where: str) -> str:
    """Return what was declared on the profile while a page was open, and that it was not replaced."""
    if not found:
        return ""
    first, more = found[0], len(found) - 1
    rest = f" So it is with {more} more of the statements." if more else ""
    return (
        f"“{first.item.title}”: {first.told_to(reader)}{rest} Your answer is saved in this application, and "
        f"has not replaced that. {where}"
    )


class StandardVersions(Versions):
    """The history of a declaration on a minimum standard."""

    kind = "standard"


class StandardVersion(Declaring, Version):
    """One version of a declaration on a minimum standard."""

    kind = "standard"
