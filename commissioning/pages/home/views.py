"""Home, and which of their agreements a person looks at."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator

from commissioning.pages import frame
from commissioning.people.models import User
from commissioning.web.views import PageView
from commissioning.web.worklist import to_do, to_wait_for

from . import parts, work

AT_ONCE = 25


class Home(PageView):
    """What needs this person, soonest first; what they wait for; and the pictures of their roles."""

    template_name = "pages/home.html"
    heading = "What needs you"

    def get_caption(self) -> str:
        return self.actor.name

    def get_context(self) -> dict[str, Any]:
        found, waiting = work.lists(self.actor, self.now)
        tasks, waits = to_do(found, self.now), to_wait_for(waiting)
        page = Paginator(tasks, AT_ONCE).get_page(self.request.GET.get("page"))
        return super().get_context() | {
            "page_obj": page,
            "tasks": page.object_list,
            "waits": waits[:AT_ONCE],
            "more_waits": waits[AT_ONCE:],
            "parts": parts.parts(self.actor, self.now, self.looked_at(self.actor)),
            "chosen": frame.chosen(self.request),
        }

    def looked_at(self, user: User) -> Sequence[Any]:
        """Return the agreement that was chosen in the header, or all that the person serves."""
        chosen = frame.chosen(self.request)
        return [chosen] if chosen else frame.served(self.request)
