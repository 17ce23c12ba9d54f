"""Public pages that need more than one app: an agreement with its pool, call-offs and contracts; a window."""

from typing import Any

from calloffs.queries import overview
from calloffs.queries.calloffs import public_contracts
from commissioning import policies
from commissioning.people.models import User
from commissioning.web.context import address
from commissioning.web.views import received_at
from lots.views.public import AgreementPage, WindowPage
from providers.queries import applications, documents, pool

NAMES_SHOWN = 60
SHOWN = 20
# From its opening on: panels are set up and appointed while applications still come in.
JUDGED = frozenset({"open", "closed", "unsealed", "decided"})


class WholeAgreement(AgreementPage):
    """What an agreement is, who is in each pool, what is being called off, and which contracts came of it."""

    template_name = "pages/agreement.html"

    def get_context(self) -> dict[str, Any]:
        coverage = pool.coverage([self.object])
        members = sum(row.members for row in coverage)
        few = members <= NAMES_SHOWN
        names = pool.names(self.object) if few else {}
        context, pipeline = super().get_context(), overview.public_pipeline(self.object)
        if context["over"]:
            # To bid for what was approved, nobody can be invited any more.
            pipeline = pipeline.exclude(state="approved")
        return context | {
            "documents": documents.shown(self.object, self.request.user, received_at(self.request)),
            "is_empty": not members,
            "pools": [(row, names.get(row.lot.pk, [])) for row in coverage],
            "pipeline": list(pipeline[:SHOWN]),
            "contracts": list(public_contracts(self.object)[:SHOWN]),
        }


class WholeWindow(WindowPage):
    """A window with the way to its judging, for those who run it, and to the reader's own applications."""

    def actions(self) -> list[dict[str, Any]]:
        user, window = self.request.user, self.object
        url = address("window-outcomes", window.reference)
        offered = super().actions()
        if url and window.state in JUDGED and isinstance(user, User):
            verdict = policies.may(user, "release.draft", window)
            if verdict.allowed:
                offered.append({"label": "Panels, outcomes and letters", "allowed": True, "url": url})
        return offered

    def get_context(self) -> dict[str, Any]:
        context, user = super().get_context(), self.request.user
        if not context["apply_url"] or not isinstance(user, User):
            return context
        own, applies_anew = applications.own_in(self.object, user)
        return context | {
            "own_applications": own,
            "apply_url": context["apply_url"] if applies_anew else "",
        }
