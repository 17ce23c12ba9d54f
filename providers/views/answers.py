"""Writing in an application: the pages of any submission, saved by the application's services."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from providers.models import Declaration, SubmittedFile
from providers.queries import declarations as queries
from providers.queries.submissions import Own
from providers.services import applications as services

from .base import InApplication
from .writing import FilePage, QuestionPage, StandardsPage, WritesIn


class Writing(InApplication, WritesIn):
    """Saves in the application's part that the page is about."""

    action = "application.write"

    def save_answers(self, values: Mapping[str, Any], based_on: Mapping[str, int]) -> None:
        """Save several items of the part, all or none."""
        services.save_answers(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            actor=self.actor,
            now=self.now,
        )

    def save_question(
        self, item: str, text: str, based_on: int, *, add: Any, remove: SubmittedFile | None
    ) -> None:
        """Save a question's text, and add a file or take one out."""
        services.save_question(
            application=self.application,
            submission=self.part.submission,
            item=item,
            text=text,
            based_on=based_on,
            add=add,
            remove=remove,
            actor=self.actor,
            now=self.now,
        )

    def last_url(self) -> str:
        """Return what follows the part's last page: the common part is submitted with each lot."""
        return self.part_url("submit") if self.part.entry else self.home_url()


class Question(QuestionPage, Writing):
    """One question of a lot, or of the common part."""


class Standards(StandardsPage, Writing):
    """The minimum standards of a lot, or the declarations of the common part.

    What the provider declared before on the same words is filled in, and is saved once it is confirmed.
    """

    def get_heading(self) -> str:
        return "Minimum standards" if self.part.entry else "Declarations"

    @cached_property
    def kept(self) -> dict[str, Declaration]:
        unsaved = [line.item for line in self.lines() if line.version is None]
        return queries.kept(self.application.organisation, unsaved)

    @cached_property
    def own(self) -> list[Own]:
        return queries.proposed(super().own, self.kept, actor=self.actor, now=self.now)

    def save_answers(self, values: Mapping[str, Any], based_on: Mapping[str, int]) -> None:
        """Save the declarations here, and keep them for the next application that asks the same."""
        services.declare(
            application=self.application,
            submission=self.part.submission,
            values=values,
            based_on=based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"last_confirmed": queries.last_confirmed(self.kept)}


class File(FilePage, InApplication):
    """A file put to a question of the application."""
