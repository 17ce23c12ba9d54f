"""The guide by role with its glossary, the accessibility statement, and what is kept about people."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from commissioning.regimes import PROFILES, called
from commissioning.web.views import Crumb, PublicPage
from lots import queries

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
        kinds = [(profile.title, called(key)) for key, profile in PROFILES.items()]
        return super().get_context() | {"items": items, "kinds": kinds}


class Accessibility(PublicPage):
    """What is done so that everybody can use the portal, what falls short, and whom to tell."""

    template_name = "pages/accessibility.html"
    heading = "Accessibility statement"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"agreements_url": reverse("agreements")}


class Privacy(PublicPage):
    """Who is responsible for personal data, what is kept and why, who reads it and for how long (F5)."""

    template_name = "pages/privacy.html"
    heading = "Personal data"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Start", "/")]

    def get_context(self) -> dict[str, Any]:
        # As anybody sees it, so that the page is the same for whoever is signed in.
        return super().get_context() | {"agreements": queries.agreements(AnonymousUser())}
