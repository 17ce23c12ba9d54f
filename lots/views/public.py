"""Pages that anyone may read: the start, agreements, lots, schemes and windows."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commissioning.people.models import User
from commissioning.web.context import address
from commissioning.web.views import Crumb, PublicDetailPage, PublicListPage, PublicPage, received_at
from lots import lost_time, queries
from lots.forms.windows import AgreementFilter, WindowFilter
from lots.models import Agreement, Lot, Scheme, Window
from lots.queries import notices, questions
from lots.rules import ended
from lots.rules.questions import refusal_to_ask, were_asked
from lots.services import reopening

from .base import Offers, agreements_crumb, is_of_authority, may, public_crumbs, setup_crumbs, setup_url
from .notices import notify_url

# What is stated of a lot by kind, under which heading; and once nothing more is applied for under it.
STATED = (("skill", "What you need to be able to do"), ("outcome", "What should come of it for people"))
WAS_STATED = (
    ("skill", "What members were to be able to do"),
    ("outcome", "What was to come of it for people"),
)


class Start(PublicPage):
    """The portal's front door: what is open, what is coming, what there is."""

    template_name = "lots/start.html"
    heading = "Work with councils and the NHS"
    lead = (
        "Councils and NHS bodies publish here the support they want to buy for local people. Charities, "
        "community groups and companies join, and are then invited to bid for the work."
    )

    def get_context(self) -> dict[str, Any]:
        user, now = self.request.user, received_at(self.request)
        opened, coming = queries.windows_before_close(user, now)
        return super().get_context() | {
            "lead": self.lead,
            "door": "" if user.is_authenticated else address("register"),
            "open_windows": opened,
            "coming_windows": coming,
            "published": queries.public_agreements(user, now),
        }


class AgreementList(PublicListPage):
    """Every agreement the reader may see."""

    template_name = "lots/agreements.html"
    heading = "Agreements"
    visible = staticmethod(queries.agreements)
    filterset_class = AgreementFilter
    empty = "Agreements appear here once a procurement lead has published them."

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"may_create": may(self.request, "agreement.create")}


class WindowList(PublicListPage):
    """Every window the reader may see, the latest first."""

    template_name = "lots/windows.html"
    heading = "Windows"
    visible = staticmethod(queries.windows)
    filterset_class = WindowFilter
    empty = "Windows appear here once a procurement lead has announced them."


class AgreementPage(Offers, PublicDetailPage):
    """What an agreement is, for somebody who has never heard of it.

    The roof adds the pool, the call-offs and the contracts: its subclass in `commissioning/pages/public.py`
    gives the context, and its template fills the blocks `documents`, `pool`, `pipeline` and `contracts`.
    """

    template_name = "lots/agreement.html"
    visible = staticmethod(queries.agreement_in_full)
    context_name = "agreement"

    def get_heading(self) -> str:
        return self.object.title

    def get_caption(self) -> str:
        return self.object.reference

    def crumbs(self) -> list[Crumb]:
        return [agreements_crumb()]

    def get_context(self) -> dict[str, Any]:
        now = received_at(self.request)
        shown: list[Window] = self.object.shown_windows
        ahead = [one for one in shown if one.state in queries.BEFORE_CLOSE and one.deadline >= now]
        ahead.sort(key=lambda one: one.opens_at)
        inside = is_of_authority(self.request.user, self.object)
        open_windows = [one for one in ahead if one.is_open(now)]
        rolling = queries.rolling_lots(self.object, open_windows, now)
        return super().get_context() | {
            "over": ended.end_in_words(self.object, now),
            "open_windows": open_windows,
            "planned": queries.planned_openings(self.object, shown, now),
            "opens": reopening.in_words(self.object),
            "rolling": [(lot, _rolling_url(self.request, lot)) for lot in rolling],
            "coming_windows": [one for one in ahead if not one.is_open(now)],
            "past_windows": [one for one in shown if one.deadline < now],
            "profile": self.object.regime_profile,
            "references": references(self.object),
            "setup_url": setup_url(self.object) if inside else "",
            "register_url": address("register"),
            "notices": notices.latest(self.object),
            "notify_url": notify_url(self.request, self.object),
        }


class LotPage(PublicDetailPage):
    """One lot: what it is for, which skills it asks for and which outcomes it wants."""

    template_name = "lots/lot.html"
    context_name = "lot"
    object: Lot

    def get_object(self) -> Lot:
        lots = queries.lots(self.request.user)
        reference, number = self.kwargs["reference"], self.kwargs["number"]
        lot: Lot = get_object_or_404(lots, agreement__reference=reference, number=number)
        return lot

    def get_caption(self) -> str:
        return self.object.agreement.title

    def crumbs(self) -> list[Crumb]:
        return public_crumbs(self.object.agreement)

    def actions(self) -> list[dict[str, Any]]:
        return []

    @property
    def over(self) -> str:
        """Return that the lot's agreement is over and since when, or ""."""
        return ended.end_in_words(self.object.agreement, received_at(self.request))

    @property
    def stated(self) -> Lot | None:
        # Once its agreement is over a lot is not active any more, whatever it was then.
        return None if self.over and self.object.state != "removed" else self.object

    def get_context(self) -> dict[str, Any]:
        lot = self.object
        takes = queries.refusal_of_rolling_entry(lot, received_at(self.request)) is None
        is_over = bool(self.over) or lot.state == "removed"
        return super().get_context() | {
            "over": self.over,
            "is_over": is_over,
            "schemes": queries.schemes_of_lot(lot, self.request.user),
            "points": [
                (title, queries.versions(lot, kind)) for kind, title in (WAS_STATED if is_over else STATED)
            ],
            "takes_rolling": takes,
            "rolling_url": _rolling_url(self.request, lot) if takes else "",
        }


class SchemePage(Offers, PublicDetailPage):
    """A scheme: what is asked and how it is judged; while it is a draft, also where it is written."""

    template_name = "lots/scheme.html"
    visible = staticmethod(queries.schemes)
    context_name = "scheme"
    object: Scheme

    def crumbs(self) -> list[Crumb]:
        inside = is_of_authority(self.request.user, self.object.agreement)
        return setup_crumbs(self.object.agreement) if inside else public_crumbs(self.object.agreement)

    def get_caption(self) -> str:
        return f"{self.object.agreement.reference}, scheme {self.object.reference}"

    def step_url(self, step: str) -> str:
        return reverse(f"scheme-{step}", args=[self.object.reference])

    def actions(self) -> list[dict[str, Any]]:
        offered = super().actions()
        agreement = self.object.agreement
        may_copy = ended.refusal_to_begin_scheme(agreement, received_at(self.request)) is None
        if (
            may_copy
            and is_of_authority(self.request.user, agreement)
            and may(self.request, "scheme.change", self.object)
        ):
            url = reverse("scheme-copy", args=[self.object.reference])
            offered.append({"label": "Copy to a new draft", "allowed": True, "url": url})
        return offered

    def get_context(self) -> dict[str, Any]:
        draft = self.object.state == "draft"
        return super().get_context() | {
            "editable": draft and may(self.request, "scheme.change", self.object),
            "total": self.object.total_weight,
        }


class WindowPage(Offers, PublicDetailPage):
    """A window: its dates, its lots, and everything it asks, readable before registering."""

    template_name = "lots/window.html"
    visible = staticmethod(queries.windows_in_full)
    context_name = "window"
    object: Window

    def get_heading(self) -> str:
        return self.object.title

    def get_caption(self) -> str:
        return f"{self.object.agreement.title}, window {self.object.reference}"

    def crumbs(self) -> list[Crumb]:
        return public_crumbs(self.object.agreement)

    def step_url(self, step: str) -> str:
        return address(f"window-{step}", self.object.reference)

    def actions(self) -> list[dict[str, Any]]:
        offered = super().actions()
        now = received_at(self.request)
        may_move = ended.refusal_to_move_deadline(self.object, now) is None
        extend = address("window-extend", self.object.reference)
        if extend and may_move and may(self.request, "window.extend", self.object):
            offered.append({"label": "Extend the deadline", "allowed": True, "url": extend})
        may_change = ended.refusal_to_change_window(self.object, now) is None
        if may_change and may(self.request, "window.schedule", self.object):
            url = reverse("window-change", args=[self.object.reference])
            offered.append({"label": "Change the window", "allowed": True, "url": url})
        if self.object.state != "draft" and may(self.request, "window_question.answer", self.object):
            url = reverse("window-questions", args=[self.object.reference])
            offered.append({"label": "Questions about the window", "allowed": True, "url": url})
        return offered

    def get_context(self) -> dict[str, Any]:
        now, window = received_at(self.request), self.object
        offered = list(window.lots.all())
        by_scheme: dict[Scheme, list[Lot]] = {}
        for row in offered:
            by_scheme.setdefault(row.scheme, []).append(row.lot)
        is_open = window.is_open(now)
        outages = lost_time.outages_of(window)
        waits = (
            bool(outages)
            and may(self.request, "window.decide_outage", window)
            and lost_time.refusal_to_decide(window, now) is None
        )
        return super().get_context() | {
            "offered": offered,
            "asked": list(by_scheme.items()),
            "is_open": is_open,
            "is_to_come": window.state in ("draft", "scheduled") and now < window.opens_at,
            "is_past": now > window.deadline,
            "outages": outages,
            "outage_url": address("window-outage-extend", window.reference) if waits else "",
            "apply_url": address("application-start", window.reference)
            if is_open and self._may_apply()
            else "",
            **self._questions(now),
        }

    def _questions(self, now: datetime) -> dict[str, Any]:
        """Return the questions and answers, the reader's own among them, and the way to ask."""
        window, user = self.object, self.request.user
        refusal = refusal_to_ask(window, now)
        asks = "window-ask" if may(self.request, "application.start") else ""
        name = asks if user.is_authenticated else "window-ask-by-email"
        return {
            "answers": questions.published(window),
            "own_questions": questions.own(window, user, now) if isinstance(user, User) else [],
            "refusal_to_ask": refusal or "",
            "questions_are_over": were_asked(window, now),
            "ask_url": reverse(name, args=[window.reference]) if name and not refusal else "",
        }

    def _may_apply(self) -> bool:
        """Tell whether to lead the way in: to whoever writes for a provider, and to who is not signed in."""
        return not self.request.user.is_authenticated or may(self.request, "application.start")


def references(agreement: Agreement) -> list[dict[str, str]]:
    """Return the references an agreement has, as rows of a summary list."""
    rows = (
        ("Council's reference", agreement.council_reference),
        ("Tender portal reference", agreement.portal_reference),
        ("Notice", agreement.notice_reference),
        ("OCID (open contracting identifier)", agreement.ocid),
    )
    return [{"key": key, "value": value} for key, value in rows if value]


def _rolling_url(request: HttpRequest, lot: Lot) -> str:
    """Return where a rolling entry begins, for whoever writes for a provider or is not signed in."""
    if request.user.is_authenticated and not may(request, "application.start"):
        return ""
    return address("rolling-start", lot.agreement.reference, lot.number)
