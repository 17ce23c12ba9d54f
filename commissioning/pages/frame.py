"""What the frame of every page shows of the person: where they can go, and which agreement they look at."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from commissioning.people.models import User
from commissioning.people.roles import AUTHORITY_ROLES, PROVIDER_ROLES, Role
from commissioning.web.context import address
from commissioning.web.views import SignedIn
from lots import queries as lots
from lots.models import Agreement

CHOSEN = "agreement"
JUDGING = (Role.LEAD, Role.EVALUATOR, Role.LAY_EVALUATOR, Role.MODERATOR)
CALLING_OFF = (
    Role.COMMISSIONER,
    Role.LEAD,
    Role.DIRECTOR,
    Role.AUDITOR,
    Role.BOARD_MEMBER,
    Role.BOARD_CHAIR,
)
PEOPLE = (Role.AUTHORITY_ADMIN, Role.PROVIDER_ADMIN)

# Which part of the guide speaks of the pages of a module.
SECTIONS = {
    "providers": "providers",
    "evaluation.views.moderation": "moderators",
    "evaluation.views.scoring": "evaluators",
    "evaluation": "leads",
    "commissioning.board": "board",
    "calloffs.views.papers": "board",
    "calloffs.views.bidding": "providers",
    "calloffs.views.competitions": "leads",
    "calloffs.views.awards": "leads",
    "calloffs.views.letters": "leads",
    "calloffs.views.contracts": "directors",
    "calloffs": "commissioners",
    "commissioning.pages.accounts": "people",
    "lots": "leads",
}

# The URL's name, its label, and who is led there: everybody, those signed out or in, or holders of a role.
EVERYBODY, SIGNED_OUT, SIGNED_IN = "everybody", "signed out", "signed in"
NAVIGATION: tuple[tuple[str, str, Any], ...] = (
    ("home", "Home", SIGNED_IN),
    ("agreements", "Agreements", EVERYBODY),
    ("windows", "Windows", SIGNED_OUT),
    ("applications", "Applications", PROVIDER_ROLES),
    ("invitations", "Invitations to bid", PROVIDER_ROLES),
    ("exercises", "Panels", JUDGING),
    ("papers", "Board", CALLING_OFF),
    ("calloffs", "Call-offs", CALLING_OFF),
    ("contracts", "Contracts", {*PROVIDER_ROLES, *CALLING_OFF}),
    ("messages", "Messages", SIGNED_IN),
    ("verify", "Verify a receipt", SIGNED_OUT),
    ("help", "Help", EVERYBODY),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation and the chooser of agreements; both are looked up only when they are drawn."""
    return {
        "navigation": SimpleLazyObject(lambda: list(navigation(request))),
        "agreement_choices": SimpleLazyObject(lambda: chooser(request)),
        "chosen_agreement": SimpleLazyObject(lambda: chosen(request)),
        "choose_url": address("choose-agreement"),
        "help_url": help_url(request),
    }


def help_url(request: HttpRequest) -> str:
    """Return the address of the guide, at the section for the page the person is on."""
    match = getattr(request, "resolver_match", None)
    module = getattr(getattr(match, "func", None), "__module__", "")
    section = next((name for start, name in SECTIONS.items() if module.startswith(start)), "")
    return address("help") + (f"#{section}" if section else "")


def navigation(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """Yield the places this person goes to, as far as the portal has them."""
    user = person(request)
    roles = user.roles_in() if user else frozenset()
    for name, label, for_whom in NAVIGATION:
        if for_whom in (EVERYBODY, SIGNED_IN if user else SIGNED_OUT):
            shown = True
        else:
            shown = not isinstance(for_whom, str) and bool(roles & {str(role) for role in for_whom})
        if shown and (url := address(name)):
            yield {"label": label, "url": url, "current": request.path == url}


def chooser(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the agreements the person serves, for choosing one; nothing where there is no choice."""
    mine, now_at = served(request), chosen(request)
    if len(mine) < 2:
        return []
    return [
        {"reference": one.reference, "title": one.title, "current": one == now_at}
        for one in sorted(mine, key=lambda agreement: agreement.reference)
    ]


def served(request: HttpRequest) -> list[Agreement]:
    """Return the agreements of the person's authorities, read once a request."""
    found: list[Agreement] | None = getattr(request, "_served", None)
    if found is None:
        user = person(request)
        found = list(lots.served_by(user)) if user and user.organisation_ids(*AUTHORITY_ROLES) else []
        request._served = found  # type: ignore[attr-defined]  # noqa: SLF001 - ours, for this request
    return found


def chosen(request: HttpRequest) -> Agreement | None:
    """Return the agreement this person chose to look at, as long as they serve it."""
    session = getattr(request, "session", None)
    wanted = session.get(CHOSEN) if session is not None and person(request) else None
    return next((one for one in served(request) if one.reference == wanted), None) if wanted else None


def person(request: HttpRequest) -> User | None:
    """Return who is signed in, if anybody."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


class ChooseAgreement(SignedIn):
    """Keeps which agreement the person looks at, for this session; an unknown one means all of them."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get(CHOSEN, "")
        request.session[CHOSEN] = wanted if any(one.reference == wanted for one in served(request)) else ""
        return HttpResponseRedirect(reverse("home"))
