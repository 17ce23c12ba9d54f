"""The files that were submitted to an exercise, for whoever runs or audits it."""

from typing import Any

from django.core.paginator import Paginator

from commissioning.policies import Denied
from providers.queries import files as queries
from providers.queries.damage import damaged_in

from .base import ExercisePage

ROWS = 50


class Files(ExercisePage):
    """Each file's scan, what its provider calls confidential (rulebook F4), and who was given it when."""

    template_name = "evaluation/files.html"
    action = "exercise.list_files"
    heading = "Files of the bidders"

    def get_context(self) -> dict[str, Any]:
        if not self.object.round.is_open:
            # Nothing sealed is touched yet, so this page notes the attempt itself.
            raise Denied("This is sealed until its recorded opening.")
        found = queries.submitted_with(self.object.round)
        page = Paginator(found, ROWS).get_page(self.request.GET.get("page"))
        rows = queries.register(
            list(page.object_list),
            self.object.round,
            reader=self.actor,
            now=self.now,
            address=self.address,
        )
        return super().get_context() | {
            "page_obj": page,
            "rows": rows,
            "damaged": damaged_in([self.object.round]),
        }
