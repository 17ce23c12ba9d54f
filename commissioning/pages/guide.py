"""The guide by role with its glossary, and the accessibility statement."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from commissioning.web.views import Crumb, PublicPage

SECTIONS = (
    ("start-to-end", "From start to end"),
    ("providers", "Providers"),
    ("evaluators", "Evaluators"),
    ("moderators", "Moderators"),
    ("leads", "Procurement leads"),
    ("commissioners", "Commissioners"),
    ("board", "Board members"),
    ("directors", "Directors"),
    ("people", "People and roles"),
    ("auditors", "Auditors"),
    ("deadlines", "Times and deadlines"),
    ("words", "What the words mean"),
)


class Help(PublicPage):
    """What happens when and who does it, for each role; and the words."""

    template_name = "pages/help.html"
    heading = "How this works"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get_context(self) -> dict[str, Any]:
        items = [{"label": label, "url": f"#{section}"} for section, label in SECTIONS]
        return super().get_context() | {"items": items}


class Accessibility(PublicPage):
    """What is done so that everybody can use the portal, what falls short, and whom to tell."""

    template_name = "pages/accessibility.html"
    heading = "Accessibility statement"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"agreements_url": reverse("agreements")}
