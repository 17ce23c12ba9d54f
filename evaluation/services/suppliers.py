"""Checks of applicants after the opening and before they are admitted (rulebook C19, C20)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import User
from commissioning.workflow import Refused, lock
from evaluation import queries, rules
from evaluation.models import Assessment
from lots.models import Window
from providers.models import Application, DebarmentCheck, PlatformConfirmation
from providers.services import debarment, platform
from providers.services.checks import Checked


def check_debarment(
    *, application: Application, found: debarment.Finding, actor: User, now: datetime
) -> DebarmentCheck:
    """Record a look at the debarment list for an applicant; one that excludes decides each of its lots.

    A mandatory ground excludes; a discretionary one is the lead's decision, with its reason. The last check
    counts. Raises Denied, and Refused before the opening, once letters are drafted, and as
    `providers.services.debarment.keep`.
    """
    with _checking(application, actor) as (window, of):
        made = debarment.keep(of, found=found, actor=actor, now=now)
        after, bidder = debarment.facts(made), queries.applicant(application).name
        record("window.check_debarment", window, actor=actor, at=now, after=after, bidder=bidder)
        _fix_outcomes(application, actor, now)
    return made


def confirm_platform(
    *, application: Application, seen: platform.Sighting, actor: User, now: datetime
) -> PlatformConfirmation:
    """Record that an applicant's information was seen on the central digital platform.

    Raises Denied, and Refused as `check_debarment` and `providers.services.platform.keep`.
    """
    with _checking(application, actor) as (window, of):
        made = platform.keep(of, seen=seen, actor=actor, now=now)
        after, bidder = platform.facts(made), queries.applicant(application).name
        record("window.confirm_platform", window, actor=actor, at=now, after=after, bidder=bidder)
    return made


def refusal_to_check(window: Window) -> str | None:
    """Return why no check of applicants can be recorded now, or nothing."""
    if window.unsealed_at is None:
        return "The entries of this window have not been opened yet."
    standing = queries.standing_release(window)
    if standing is None:
        return None
    if standing.state == "drafted":
        return "The letters are drafted: take them back first, since they rest on the checks."
    return "The outcomes have been released. Checks before an award are recorded on the place in the pool."


@contextmanager
def _checking(application: Application, actor: User) -> Iterator[tuple[Window, Checked]]:
    """Ask who may, and run in a unit of its own once it is sure that a check can be recorded now."""
    window = application.window
    policies.require(actor, "window.check_suppliers", window)
    with unit():
        lock(window)
        if why := refusal_to_check(window):
            raise Refused(why)
        if not queries.applications_in(window).filter(pk=application.pk).exists():
            raise Refused("Nothing of this provider was opened in this window.")
        yield window, Checked(application=application, regime=window.agreement.regime)


def _fix_outcomes(application: Application, actor: User, now: datetime) -> None:
    """Fix the outcomes of closed moderations anew, since an exclusion decides them."""
    rows = Assessment.objects.filter(
        submission__entry__application=application, exercise__state="closed"
    ).select_related("exercise__scheme", "organisation")
    for row in rows.order_by("pk"):
        lock(row.exercise)
        if row.exercise.state != "closed":
            continue
        (result,) = queries.results(row.exercise, [row])
        if result.outcome == row.outcome:
            continue
        row.total = None if result.exact is None else rules.kept_total(result.exact)
        row.outcome = result.outcome
        row.save(update_fields=["total", "outcome"])
        total = None if result.total is None else str(result.total)
        outcomes = {row.name_sent: [total, result.outcome]}
        record("exercise.result", row.exercise, actor=actor, at=now, outcomes=outcomes)
