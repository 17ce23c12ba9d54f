"""What needs a person here, what they wait for, and a provider's own lots, applications and receipts."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse

from commissioning.people.models import User
from commissioning.people.roles import Role
from commissioning.regimes import exclusions
from commissioning.web.worklist import Task, Wait
from providers.models import Admission, Application, Suspension

from . import applications, renewals, watch

MINUTES_AN_ANSWER = 25
MINUTES_A_CHECK = 5
RECEIPTS_SHOWN = 10


def worklist(user: User, now: datetime) -> list[Task]:
    """Return what this person has to do: applications to finish, suspensions to review, papers to renew."""
    return [
        *_to_submit(user, now),
        *_to_review(user, now),
        *_to_check(user),
        *_to_confirm(user),
        *renewals.worklist(user, now),
    ]


def waits(user: User, now: datetime) -> list[Wait]:
    """Return what this person's provider waits for: the outcome of what went in, the end of a standstill."""
    if not _writes(user):
        return []
    found = []
    sent = _undecided(Application.objects.visible_to(user)).filter(window__deadline__lt=now)
    for application in sent.select_related("window__agreement").prefetch_related(
        "entries", "window__agreement__authorities__organisation"
    ):
        window = application.window
        states = {entry.state for entry in application.entries.all()}
        if states & {"submitted", "opened"}:
            found.append(
                Wait(
                    f"The outcome of your application to {window.title}",
                    application.reference,
                    f"{window.agreement.lead.short_name} evaluates it.",
                    window.expected_decision_on,
                    application.get_absolute_url(),
                )
            )
    standstill = admissions(user).filter(state="standstill")
    return found + [
        Wait(
            f"The end of the standstill for {row.lot}",
            row.lot.agreement.reference,
            "It takes effect by itself.",
            row.effective_at,
        )
        for row in standstill
    ]


def provider(user: User, now: datetime) -> dict[str, Any]:
    """Return a provider's lots, applications and receipts, as its home and its own page show them."""
    mine = list(applications.applications(user)[:RECEIPTS_SHOWN])
    return {
        "admissions": list(admissions(user).prefetch_related("suspensions")),
        "applications": [(row.application, row.standing(now)) for row in applications.boards(mine)],
        "receipts": list(applications.receipts(user)[:RECEIPTS_SHOWN]),
        "open_windows": _open_to_apply(user, now) if _writes(user) else [],
    }


def admissions(user: User) -> Any:
    """Return the places that the person's own providers have or had in pools."""
    return (
        Admission.objects.filter(organisation__in=user.organisation_ids(*applications.WRITERS))
        .select_related("lot__agreement", "organisation", "entry__application")
        .order_by("lot__agreement__reference", "lot__number")
    )


def _to_submit(user: User, now: datetime) -> list[Task]:
    tasks = []
    if not _writes(user):
        return []
    current = _undecided(applications.applications(user)).filter(window__deadline__gte=now)
    open_now = [row for row in current if not row.window.refusal_to_submit(now)]
    for board in applications.boards(open_now):
        application = board.application
        left = [part for part in board.entries if not board.goes_in(part)]
        if not left:
            continue
        missing = {id(item) for part in left for _, item in board.missing_for(part)}
        lots = ", ".join(f"Lot {part.lot_number}" for part in left)
        what = "Finish and submit" if missing else "Submit"
        tasks.append(
            Task(
                f"{what} {lots} of your application to {application.window.title}",
                application.reference,
                None if application.window.is_rolling else application.window.deadline,
                len(missing) * MINUTES_AN_ANSWER or 10,
                application.get_absolute_url(),
                "Go on",
            )
        )
    return tasks


def suspensions_to_review(user: User) -> Any:
    """Return the suspensions in force that this person, as a procurement lead, has to look at again."""
    led = user.organisation_ids(Role.LEAD)
    if not led:
        return Suspension.objects.none()
    return Suspension.objects.filter(
        lifted_at=None,
        is_hold=False,
        admission__state="suspended",
        admission__lot__agreement__authorities__organisation__in=led,
        admission__lot__agreement__authorities__is_lead=True,
        admission__lot__agreement__authorities__until=None,
    ).select_related("admission__lot__agreement", "admission__organisation")


def _to_review(user: User, now: datetime) -> list[Task]:
    return [
        Task(
            f"Review the suspension of {row.admission.organisation.name} in {row.admission.lot}",
            row.admission.lot.agreement.reference,
            row.review_on,
            15,
            row.admission.get_absolute_url(),
            "Review",
        )
        for row in suspensions_to_review(user)
    ]


def _to_confirm(user: User) -> list[Task]:
    """Return the places on hold whose provider says that the CQC rates it better than a lead recorded."""
    led = user.organisation_ids(Role.LEAD)
    if not led:
        return []
    held = list(
        Admission.objects.filter(
            state="held",
            lot__agreement__authorities__organisation__in=led,
            lot__agreement__authorities__is_lead=True,
            lot__agreement__authorities__until=None,
        )
        .exclude(lot__lowest_rating="")
        .select_related("lot__agreement", "organisation")
        .order_by("organisation__name", "pk")
    )
    kept = watch.on_record({row.organisation_id for row in held})
    return [
        Task(
            f"Look up the CQC rating of {row.organisation.name}, on hold in {row.lot}: "
            f"it says {said.get_rating_display()}",
            row.lot.agreement.reference,
            None,
            MINUTES_A_CHECK,
            row.get_absolute_url(),
            "Look it up",
        )
        for row in held
        if (said := kept[row.organisation_id].unconfirmed)
    ]


def _to_check(user: User) -> list[Task]:
    """Return the agreements in whose pools somebody's place was never checked on the debarment list."""
    led = user.organisation_ids(Role.LEAD)
    if not led:
        return []
    unchecked = Admission.objects.filter(
        debarment_checks=None,
        entry__application__debarment_checks=None,
        lot__agreement__regime__in=exclusions.with_debarment_list(),
        lot__agreement__authorities__organisation__in=led,
        lot__agreement__authorities__is_lead=True,
        lot__agreement__authorities__until=None,
    ).exclude(state="removed")
    counted = unchecked.order_by().values("lot__agreement__reference").annotate(number=Count("pk"))
    return [
        Task(
            f"Check the debarment list for {number} place{'' if number == 1 else 's'} in the pool",
            reference,
            None,
            MINUTES_A_CHECK * number,
            reverse("pool", args=[reference]),
            "Look",
        )
        for reference, number in counted.values_list("lot__agreement__reference", "number")
    ]


def _undecided(rows: Any) -> Any:
    """Return those of these applications whose outcome is still to come."""
    states = ("scheduled", "open", "closed", "unsealed")
    return rows.filter(window__state__in=states).order_by("window__deadline")


def _open_to_apply(user: User, now: datetime) -> list[Any]:
    started = Application.objects.visible_to(user).values("window")
    rows = applications.windows(user).dated().exclude(pk__in=started)
    rows = rows.filter(deadline__gte=now, opens_at__lte=now)
    return [window for window in rows.order_by("deadline") if not window.refusal_to_submit(now)]


def _writes(user: User) -> bool:
    return bool(user.organisation_ids(*applications.WRITERS))
