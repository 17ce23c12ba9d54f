"""What the pages of this app show; everything is fetched through the viewer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from commissioning.board.models import Seat
from commissioning.clock import london_date
from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import Role
from commissioning.web.context import address
from commissioning.web.text import month
from commissioning.web.worklist import Task
from commissioning.workflow import Reason
from lots import rules
from lots.models import Agreement, AgreementAuthority, Lot, Scheme, Succession, Window, WindowLot
from lots.models.windows import WindowQuerySet
from lots.rules.ended import refusal_to_schedule
from lots.workflow import ENDED

Viewer = User | AnonymousUser
BEFORE_CLOSE = ("scheduled", "open")
NOT_ANNOUNCED = ("draft", "cancelled")
NEVER_PUBLISHED = ("draft", "discarded")
# From so long before a planned opening the lead is asked to schedule it.
ASKED_BEFORE = timedelta(days=60)
PARTS = ("questions", "standards", "scale", "price_lines")


def agreements(user: Viewer) -> QuerySet[Agreement]:
    """Return the agreements this person may see, with all that a row or the public page shows."""
    coming = Window.objects.dated().filter(state__in=BEFORE_CLOSE).order_by("opens_at")
    return (
        Agreement.objects.visible_to(user)
        .select_related("board")
        .prefetch_related(
            "authorities__organisation",
            "lots",
            Prefetch("windows", coming, to_attr="coming_windows"),
        )
    )


def public_agreements(user: Viewer, now: datetime) -> list[tuple[Agreement, list[rules.Planned]]]:
    """Return the published agreements, each with its planned openings, for the start page."""
    announced = Window.objects.dated().exclude(state__in=NOT_ANNOUNCED)
    rows: Iterable[Any] = (
        agreements(user)
        .filter(state="published")
        .prefetch_related(Prefetch("windows", announced, to_attr="announced_windows"))
    )
    return [(row, planned_openings(row, row.announced_windows, now)) for row in rows]


def agreement_in_full(user: Viewer) -> QuerySet[Agreement]:
    """Return the agreements this person may see, with everything that an agreement's own page shows."""
    return agreements(user).prefetch_related(
        "lots__points",
        Prefetch(
            "windows",
            Window.objects.visible_to(user).dated().order_by("-opens_at"),
            to_attr="shown_windows",
        ),
    )


def for_setup(user: User) -> QuerySet[Agreement]:
    """Return the agreements of this person's authorities, with everything that is set up in them."""
    return _with_parts(Agreement.objects.sighted_by(user))


def for_acts(user: User) -> QuerySet[Agreement]:
    """Return the agreements this person knows of: of a public one an act's page refuses with the reason."""
    return _with_parts(Agreement.objects.visible_to(user))


def _with_parts(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    return rows.select_related("board").prefetch_related(
        Prefetch("authorities", AgreementAuthority.objects.select_related("organisation")),
        Prefetch("board__seats", Seat.objects.select_related("user", "organisation")),
        "lots__points",
        "lots__rolling_scheme",
        "reopening_changes__recorded_by",
        "extensions",
        Prefetch("schemes", Scheme.objects.select_related("authority").prefetch_related("questions")),
        "windows",
    )


def served_by(user: User) -> QuerySet[Agreement]:
    """Return the agreements of this person's authorities that go on, with who takes part in them."""
    running = Agreement.objects.sighted_by(user).exclude(state__in=ENDED)
    return running.prefetch_related("authorities__organisation").order_by("reference")


def lots(user: Viewer) -> QuerySet[Lot]:
    """Return the lots of the agreements this person may see, with their skills and outcomes."""
    return (
        Lot.objects.filter(agreement__in=Agreement.objects.visible_to(user))
        .select_related("agreement")
        .prefetch_related(
            "points", "point_versions", "zones", "rate_bands", "agreement__authorities__organisation"
        )
    )


def schemes(user: Viewer) -> QuerySet[Scheme]:
    """Return the schemes this person may read, with all their parts."""
    return (
        Scheme.objects.visible_to(user)
        .select_related("agreement", "authority", "copied_from")
        .prefetch_related(*PARTS, "agreement__authorities")
    )


def schemes_of_lot(lot: Lot, user: Viewer) -> list[Scheme]:
    """Return the published schemes by which a lot is judged in its windows, the latest window's first."""
    offered = WindowLot.objects.filter(lot=lot, window__in=Window.objects.visible_to(user))
    offered = offered.filter(scheme__state="published").exclude(window__state="cancelled")
    rows = offered.select_related("scheme").order_by("-window__opens_at", "-pk")
    return list(dict.fromkeys(row.scheme for row in rows))


def windows(user: Viewer) -> WindowQuerySet:
    """Return the windows this person may see, the latest first, with all that a row shows."""
    return (
        Window.objects.visible_to(user)
        .select_related("agreement")
        .prefetch_related("lots__lot", "agreement__authorities")
    )


def windows_in_full(user: Viewer) -> QuerySet[Window]:
    """Return the same windows with the schemes and changes that a window's own page shows."""
    offered = WindowLot.objects.select_related("lot", "scheme").prefetch_related(
        "lot__points", *(f"scheme__{part}" for part in PARTS)
    )
    return (
        Window.objects.visible_to(user)
        .select_related("agreement", "common_scheme", "unsealed_by")
        .prefetch_related(
            Prefetch("lots", offered),
            "deadline_changes",
            "agreement__authorities__organisation",
            *(f"common_scheme__{part}" for part in PARTS),
        )
    )


def windows_before_close(user: Viewer, now: datetime) -> tuple[list[Window], list[Window]]:
    """Return the windows open now and those still to come, soonest first, judged by their dates."""
    rows = (
        windows(user)
        .dated()
        .filter(state__in=BEFORE_CLOSE, agreement__state="published", deadline__gte=now)
        .order_by("deadline")
    )
    opened = [window for window in rows if window.is_open(now)]
    coming = sorted((row for row in rows if not row.is_open(now)), key=lambda row: row.opens_at)
    return opened, coming


def led_by(user: User) -> QuerySet[Organisation]:
    """Return the authorities where this person is a procurement lead, those among them that go on."""
    return authorities_of_lead(user).exclude(pk__in=_succeeded().values("place__organisation"))


def authorities_of_lead(user: User) -> QuerySet[Organisation]:
    """Return the authorities where this person is a procurement lead, succeeded or not."""
    return Organisation.objects.authorities().filter(pk__in=user.organisation_ids(Role.LEAD))


def possible_partners(agreement: Agreement) -> QuerySet[Organisation]:
    """Return the commissioning authorities that may take a place: in none there now, and not succeeded."""
    possible = Organisation.objects.authorities().exclude(pk__in=agreement.sighted_by)
    return possible.exclude(pk__in=_succeeded(agreement).values("place__organisation"))


def successor_of(organisation: Organisation, agreement: Agreement | None = None) -> Organisation | None:
    """Return who took over an authority's place, the last such; None while it goes on.

    What is said in a draft counts in no other agreement: within it, where it is given as `agreement`.
    """
    found = _succeeded(agreement).filter(place__organisation=organisation)
    last = found.select_related("successor__organisation").order_by("effective_on", "pk").last()
    return last.successor.organisation if last else None


def _succeeded(agreement: Agreement | None = None) -> QuerySet[Succession]:
    counts = ~Q(place__agreement__state__in=NEVER_PUBLISHED)
    return Succession.objects.filter(counts | Q(place__agreement=agreement) if agreement else counts)


def possible_members(agreement: Agreement) -> list[tuple[User, Organisation, bool]]:
    """Return who may be seated on the board: each person, for which authority, and whether as a chair."""
    seated = {seat.user_id for seat in agreement.board.current_seats()}
    grants = (
        RoleGrant.objects.in_force()
        .filter(
            role__in=(Role.BOARD_MEMBER, Role.BOARD_CHAIR),
            membership__organisation__in=agreement.sighted_by,
            membership__user__is_active=True,
        )
        .exclude(membership__user__in=seated)
        .select_related("membership__user", "membership__organisation")
        .order_by("membership__organisation__name", "membership__user__name")
    )
    people: dict[tuple[int, int], tuple[User, Organisation, bool]] = {}
    for grant in grants:
        member = grant.membership
        key = (member.user_id, member.organisation_id)
        chair = grant.role == Role.BOARD_CHAIR or (key in people and people[key][2])
        people[key] = (member.user, member.organisation, chair)
    return list(people.values())


def schemes_for_windows(agreement: Agreement, kind: str) -> QuerySet[Scheme]:
    """Return the agreement's schemes of a kind that a window can name, the newest first."""
    return agreement.schemes.filter(kind=kind).order_by("-id")


def published_schemes(agreement: Agreement, kind: str) -> QuerySet[Scheme]:
    """Return the agreement's published schemes of a kind, the newest first."""
    return schemes_for_windows(agreement, kind).filter(state="published")


def authority_of_writer(agreement: Agreement, user: User) -> Organisation | None:
    """Return the partner for which this person would write a scheme; None for the agreement's own lead."""
    mine = user.organisation_ids(Role.LEAD)
    if mine & agreement.run_by:
        return None
    places = (place for place in agreement.current_authorities() if place.organisation_id in mine)
    return next((place.organisation for place in places), None)


def planned_openings(agreement: Agreement, windows: Iterable[Window], now: datetime) -> list[rules.Planned]:
    """Return the next two openings that the agreement's rule plans, counted from its last announced window.

    Plans, not promises: opening again is the authority's choice (rulebook B2). None comes before the deadline
    of a window that was announced. Drafts do not count, so that the public page tells nothing of them.
    """
    if agreement.reopening is None or agreement.state != "published":
        return []
    announced = [row for row in windows if not row.is_rolling and row.state not in NOT_ANNOUNCED]
    last = max((london_date(row.opens_at) for row in announced), default=agreement.starts_on)
    after = max([now, *(row.deadline for row in announced)])
    return rules.next_openings(agreement.reopening, last=last, ends_on=agreement.ends_on, after=after)


def proposed_window(agreement: Agreement, now: datetime) -> dict[str, Any]:
    """Return what the form of a new window begins with: the next planned dates, and each lot's scheme.

    The lots and schemes are those of the window announced last; before there is one, every lot that is not
    removed with the newest scheme. Drafts do not count: one may be a mistake.
    """
    dated = list(agreement.windows.dated().exclude(state__in=NOT_ANNOUNCED).order_by("opens_at"))
    proposed: dict[str, Any] = {}
    if planned := planned_openings(agreement, dated, now):
        proposed |= {
            "title": f"{month(london_date(planned[0].opens_at))} window",
            "opens_at": planned[0].opens_at,
            "deadline": planned[0].deadline,
        }
    if dated:
        rows = dated[-1].lots.select_related("lot", "scheme")
        proposed |= {f"scheme_{row.lot.number}": row.scheme.reference for row in rows}
        common = dated[-1].common_scheme
        proposed["common_scheme"] = common.reference if common else ""
    elif newest := _newest_scheme(agreement):
        lots = [lot for lot in agreement.lots.all() if lot.state != "removed"]
        proposed |= {f"scheme_{lot.number}": newest.reference for lot in lots}
    return proposed


def _newest_scheme(agreement: Agreement) -> Scheme | None:
    """Return the newest published scheme for admission, else the newest draft of one."""
    found = schemes_for_windows(agreement, Scheme.Kind.ADMISSION)
    return found.filter(state="published").first() or found.first()


def rolling_lots(agreement: Agreement, open_windows: Iterable[Window], now: datetime) -> list[Lot]:
    """Return the lots that can be applied for now outside the windows; `open_windows` have their lots."""
    offered = {row.lot_id for window in open_windows for row in window.lots.all()}
    return [
        lot
        for lot in agreement.lots.all()
        if lot.pk not in offered and rules.refusal_of_rolling_entry(lot, [], now) is None
    ]


def refusal_of_rolling_entry(lot: Lot, now: datetime) -> Reason | None:
    """Return why the lot cannot be applied for outside the windows now, or nothing."""
    return rules.refusal_of_rolling_entry(lot, open_windows_of(lot, now), now)


def open_windows_of(lot: Lot, now: datetime) -> list[Window]:
    """Return the dated windows in which this lot can be applied for now."""
    rows = Window.objects.dated().filter(lots__lot=lot, deadline__gte=now, opens_at__lte=now)
    return [window for window in rows if window.is_open(now)]


def versions(lot: Lot, kind: str) -> list[dict[str, Any]]:
    """Return the versions of a lot's skills or outcomes, the present one first: points, day and reason."""
    return [
        {"made": row, "points": lot.points_of(kind, row.version)}
        for row in lot.point_versions.all()
        if row.kind == kind
    ]


def worklist(user: User, now: datetime) -> list[Task]:
    """Return what this person has to do in setting up, opening and re-opening agreements."""
    mine = user.organisation_ids(Role.LEAD)
    if not mine:
        return []
    led = (
        Agreement.objects.filter(
            authorities__organisation__in=mine, authorities__is_lead=True, authorities__until=None
        )
        .exclude(state__in=ENDED)
        .prefetch_related("windows")
    )
    tasks = [task for agreement in led for task in _tasks_of(agreement, now)]
    unwritten = Scheme.objects.filter(state="draft").exclude(agreement__state__in=ENDED)
    written = unwritten.filter(agreement__in=led, authority=None) | unwritten.filter(authority__in=mine)
    tasks += [
        Task(
            f"Finish and publish the scheme “{scheme}”",
            scheme.reference,
            None,
            60,
            scheme.get_absolute_url(),
            "Go on",
        )
        for scheme in written
    ]
    return tasks


def _tasks_of(agreement: Agreement, now: datetime) -> list[Task]:
    setup = reverse("agreement-setup", args=[agreement.reference])
    if agreement.state == "draft":
        return [Task("Finish setting up the agreement", agreement.reference, None, 60, setup, "Go on")]
    windows = list(agreement.windows.all())
    if refusal_to_schedule(agreement, now):
        # A draft left behind can neither be announced nor changed any more.
        windows = [window for window in windows if window.state != "draft"]
    tasks = [task for window in windows if (task := _task_of(window, now))]
    if any(window.state in ("draft", "scheduled") for window in windows):
        return tasks
    planned = planned_openings(agreement, windows, now)
    if planned and planned[0].opens_at - now <= ASKED_BEFORE:
        url, due = reverse("window-new", args=[agreement.reference]), planned[0].opens_at
        tasks.append(Task("Schedule the next window", agreement.reference, due, 20, url, "Schedule"))
    return tasks


def _task_of(window: Window, now: datetime) -> Task | None:
    if window.state == "draft":
        url = reverse("window-announce", args=[window.reference])
        return Task(f"Announce the window “{window.title}”", window.reference, window.opens_at, 10, url)
    if window.state in ("open", "closed") and now >= window.entries_open_from:
        url = address("window-unseal", window.reference) or window.get_absolute_url()
        due = window.expected_decision_on if window.is_rolling else None
        return Task(f"Open the entries of “{window.title}”", window.reference, due, 5, url)
    return None


def auditors_of(agreement: Agreement) -> list[User]:
    """Return the auditors of the agreement's authorities today."""
    grants = RoleGrant.objects.in_force().filter(
        role=Role.AUDITOR, membership__organisation__in=agreement.sighted_by
    )
    people = User.objects.filter(is_active=True, memberships__grants__in=grants)
    return list(people.distinct().order_by("pk"))
