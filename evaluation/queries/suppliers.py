"""Checks of applicants before they are admitted: debarment list and central platform (C19, C20)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from commissioning.people.details import called
from commissioning.regimes import exclusions
from commissioning.regimes.exclusions import Exclusions
from evaluation.models import Assessment, Exercise
from lots.models import Window
from providers.models import Application, DebarmentCheck, Entry, KnownAssociate, Package, PlatformConfirmation

STANDING = ("opened", "admitted", "not_admitted")


@dataclass(frozen=True)
class Applicant:
    """One provider that applied in a window, with the checks recorded last; its own details as submitted."""

    application: Application
    name: str
    ppon: str
    share_code: str
    debarment: DebarmentCheck | None
    confirmation: PlatformConfirmation | None


def law_of(window: Window) -> Exclusions:
    """Return what the window's law asks about exclusion."""
    return exclusions.of_regime(window.agreement.regime)


def asks_checks(window: Window) -> bool:
    """Return whether the law asks for any check of applicants that is recorded here."""
    law = law_of(window)
    return law.debarment_list or law.share_code


def applications_in(window: Window) -> QuerySet[Application]:
    """Return the applications of which something was opened, by the provider's name.

    SECURITY: before the opening it is empty: who applies is sealed too (settled 18).
    """
    if window.unsealed_at is None:
        return Application.objects.none()
    entered = Entry.objects.filter(window_lot__window=window, state__in=STANDING).in_round_opened()
    return (
        Application.objects.filter(pk__in=entered.values("application"))
        .select_related("organisation", "window__agreement")
        .order_by("organisation__name", "pk")
    )


def named_by(application: Application) -> QuerySet[KnownAssociate]:
    """Return whom the applicant named in any lot that was opened, by name: they are looked for as well."""
    return KnownAssociate.objects.filter(submission__entry__application=application).order_by("name", "pk")


def applicants(rows: Iterable[Application]) -> list[Applicant]:
    """Return these applications with their checks, in the same few queries for any number."""
    found = list(rows)
    standing = DebarmentCheck.objects.standing().filter(application__in=found).select_related("recorded_by")
    debarment = {row.application_id: row for row in standing}
    confirmed = PlatformConfirmation.objects.filter(application__in=found).select_related("recorded_by")
    confirmations = {row.application_id: row for row in confirmed.order_by("pk")}
    sent = Package.objects.filter(stands_for__entry__application__in=found).order_by("received_at")
    # Of several lots the one that was sent last says how the provider was called.
    last = {row.stands_for.entry.application_id: row for row in sent.select_related("stands_for__entry")}
    return [
        _applicant(row, last.get(row.pk), debarment.get(row.pk), confirmations.get(row.pk)) for row in found
    ]


def applicant(application: Application) -> Applicant:
    """Return one application with its checks."""
    return applicants([application])[0]


def _applicant(
    row: Application,
    sent: Package | None,
    debarment: DebarmentCheck | None,
    confirmation: PlatformConfirmation | None,
) -> Applicant:
    of_then: dict[str, str] = sent.details if sent else {}
    return Applicant(
        application=row,
        name=called(of_then.get("name", ""), row.organisation.name) or row.organisation.name,
        ppon=of_then.get("ppon", row.organisation.ppon),
        share_code=sent.share_code if sent else "",
        debarment=debarment,
        confirmation=confirmation,
    )


def supplier_blockers(window: Window) -> list[str]:
    """Return which checks of providers about to be admitted are missing, a sentence a kind (C19, C20).

    And whose kept outcome is not what its last check makes it: nobody is told such a one.
    """
    law = law_of(window)
    admitted = Assessment.objects.filter(
        exercise__window_link__window_lot__window=window, outcome=Assessment.Outcome.ADMITTED
    )
    rows = applications_in(window).filter(entries__submission__assessment__in=admitted).distinct()
    found = applicants(rows) if law.debarment_list or law.share_code else []
    unchecked = [row for row in found if row.debarment is None] if law.debarment_list else []
    unconfirmed = [row for row in found if row.confirmation is None] if law.share_code else []
    problems = []
    if unchecked:
        problems.append(f"Check the debarment list before these are admitted: {_names(unchecked)}.")
    if unconfirmed:
        problems.append(
            "That these are registered on the central digital platform and have shared their information is "
            f"to be recorded before they are admitted: {_names(unconfirmed)}."
        )
    if stale := _not_as_checked(window):
        problems.append(
            "The outcome of these was not fixed by their last check of the debarment list. Record the check "
            f"again: {', '.join(stale)}."
        )
    return problems


def exclusions_of(exercise: Exercise) -> dict[int, str]:
    """Return why bidders are excluded by the debarment list, by the assessment; the last check counts."""
    rows = DebarmentCheck.objects.standing().filter(
        excludes=True, application__entries__submission__assessment__exercise=exercise
    )
    return dict(rows.values_list("application__entries__submission__assessment", "note"))


def _not_as_checked(window: Window) -> list[str]:
    """Return by name the bidders of closed moderations that were excluded since, or are no longer."""
    excluded = DebarmentCheck.objects.standing().filter(excludes=True, application__window=window)
    judged = Assessment.objects.filter(
        exercise__window_link__window_lot__window=window, exercise__state="closed"
    )
    is_excluded = Q(submission__entry__application__in=excluded.values("application"))
    as_excluded = Q(outcome=Assessment.Outcome.EXCLUDED)
    wrong = judged.filter(is_excluded & ~as_excluded) | judged.filter(~is_excluded & as_excluded)
    return sorted({row.bidder for row in wrong.select_related("organisation")})


def _names(rows: Iterable[Applicant]) -> str:
    return ", ".join(row.name for row in rows)
