"""Verbs on an agreement: set it up, publish it or discard it, extend its term, abandon it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commissioning import policies, regimes
from commissioning.audit.services import record, unit
from commissioning.board import services as board_services
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.workflow import Reason, Refused, lock
from lots import rules
from lots.models import Agreement, AgreementAuthority, TermExtension, Window
from lots.queries import standing, successor_of
from lots.rules.decisions import day_refusals
from lots.rules.ended import refusal_to_lead
from lots.workflow import AGREEMENT, WINDOW

from . import documents, events, rolling, windows
from .checks import decision_refusals, draft, refuse_any, refuse_overtaken

SIGNATURE_REASON = (
    "Answers are sealed, who submits is known to the portal, and a signed receipt proves what was sent and "
    "when: the risk needs no advanced electronic signature."
)
# What may still be put right after publication: none of it changes what providers applied to.
REFERENCES = frozenset(standing.REFERENCES)


def create(
    *,
    lead: Organisation,
    reference: str,
    title: str,
    description: str,
    regime: str,
    starts_on: date,
    initial_years: int,
    published_maximum: Decimal,
    actor: User,
    now: datetime,
    extension_years: int = 0,
    maximum_is_inferred: bool = False,
    reopen_every_months: int | None = None,
    standstill_admission: str | None = None,
    standstill_call_off: str | None = None,
    refusal_table: str | None = None,
    security_level: str = Agreement.SecurityLevel.STANDARD,
    signature: str = Agreement.Signature.SIGNED_IN,
    signature_reason: str = SIGNATURE_REASON,
    term_justification: str = "",
    **references: str,
) -> Agreement:
    """Begin an agreement under its lead authority, with an empty joint project board; return it, a draft.

    `references` are the four references and the support contact and hours. Raises Denied, and Refused for
    a lead authority where the actor is no procurement lead or that was succeeded, a reference that is taken,
    impossible terms, or a choice that the regime does not leave open.
    """
    policies.require(actor, "agreement.create")
    if lead.pk not in actor.organisation_ids(Role.LEAD) or not lead.is_authority:
        raise Refused(
            f"Only a procurement lead of {lead.short_name} can set up an agreement that it leads.",
            field="lead",
        )
    if refusal := refusal_to_lead(lead, successor_of(lead)):
        raise Refused(refusal, field="lead")
    _only(references, REFERENCES)
    reference = reference.strip().upper()
    refuse_any(
        [
            *_reference_refusals(reference),
            *rules.agreement_refusals(
                initial_years=initial_years,
                extension_years=extension_years,
                published_maximum=published_maximum,
                reopening=Agreement(reopen_every_months=reopen_every_months).reopening,
            ),
            *_signature_refusals(signature_reason),
        ]
    )
    profile = _chosen(
        regime,
        standstill_admission=standstill_admission,
        standstill_call_off=standstill_call_off,
        refusal_table=refusal_table,
    )
    with unit():
        agreement = Agreement.objects.create(
            reference=reference,
            title=title.strip(),
            description=description.strip(),
            regime=profile.key,
            profile=regimes.as_data(profile),
            board=board_services.set_up(name=f"{reference} joint project board"),
            starts_on=starts_on,
            initial_years=initial_years,
            initial_ends_on=rules.years_on(starts_on, initial_years),
            extension_years=extension_years,
            term_justification=term_justification.strip(),
            published_maximum=published_maximum,
            maximum_is_inferred=maximum_is_inferred,
            reopen_every_months=reopen_every_months,
            security_level=security_level,
            signature=signature,
            signature_reason=signature_reason.strip(),
            state="draft",
            state_since=now,
            created_at=now,
            **{name: value.strip() for name, value in references.items()},
        )
        AgreementAuthority.objects.create(
            agreement=agreement, organisation=lead, is_lead=True, since=starts_on
        )
        after = {"title": agreement.title, "lead": lead.reference, "regime": regime}
        record("agreement.create", agreement, actor=actor, at=now, after=after)
    return agreement


def change(
    *,
    agreement: Agreement,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Change a draft agreement: any of the fields of `create` but its reference and lead authority.

    `seen` is what stood when the page was drawn (`queries.standing.details`). The same again changes
    nothing. Raises Denied, Overtaken where something else stands by now, and Refused once it is published
    or where the values are impossible.
    """
    _only(values, REFERENCES | {*standing.DETAILS, *regimes.CHOICES})
    with unit():
        draft(agreement, actor, now)
        stands, pointed = standing.details(agreement), standing.references(agreement)
        changed = standing.last_change(agreement, "agreement.change")
        refuse_overtaken(seen=seen, stands=stands, given=values, changed=changed)
        choices = {name: values.pop(name) for name in regimes.CHOICES if name in values}
        if choices or "regime" in values:
            profile = _chosen(values.get("regime", agreement.regime), **choices)
            values["profile"] = regimes.as_data(profile)
        before = {name: getattr(agreement, name) for name in values}
        for name, value in values.items():
            setattr(agreement, name, value.strip() if isinstance(value, str) else value)
        refuse_any(
            rules.agreement_refusals(
                initial_years=agreement.initial_years,
                extension_years=agreement.extension_years,
                published_maximum=agreement.published_maximum,
                reopening=agreement.reopening,
            )
            + (_signature_refusals(agreement.signature_reason) if "signature_reason" in values else [])
        )
        if standing.is_same(stands | pointed, standing.details(agreement) | standing.references(agreement)):
            return
        agreement.initial_ends_on = rules.years_on(agreement.starts_on, agreement.initial_years)
        agreement.save()
        if "starts_on" in values:
            # Whoever is in from the start stays so when the start moves.
            agreement.authorities.filter(since=before["starts_on"]).update(since=agreement.starts_on)
        record("agreement.change", agreement, actor=actor, at=now, before=before, after=values)


def correct_references(
    *,
    agreement: Agreement,
    actor: User,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
    **references: str,
) -> None:
    """Put right the references, support contact or hours, at any time: for its lead or an administrator.

    `seen` is what stood when the page was drawn (`queries.standing.references`). Raises Denied for anyone
    else, Overtaken where something else stands by now, and Refused where a window that is announced would
    have nobody whom applicants may ask.
    """
    _only(references, REFERENCES)
    if not policies.may(actor, "agreement.change", agreement).allowed:
        policies.require(actor, "organisation.maintain")
    with unit():
        lock(agreement)
        before = {name: getattr(agreement, name) for name in references}
        after = {name: value.strip() for name, value in references.items()}
        if before == after:
            return
        changed = standing.last_change(agreement, "agreement.correct", "agreement.change")
        refuse_overtaken(seen=seen, stands=standing.references(agreement), given=after, changed=changed)
        ahead = agreement.windows.filter(state__in=("scheduled", "open"), made_for=None)
        refuse_any(rules.support_refusals(before, after, ahead.order_by("deadline").first()))
        for name, value in after.items():
            setattr(agreement, name, value)
        agreement.save(update_fields=list(after))
        record("agreement.correct", agreement, actor=actor, at=now, before=before, after=after)


def publish(*, agreement: Agreement, actor: User, now: datetime) -> None:
    """Publish the agreement and freeze its regime's rules with it (product 5). Raises Denied, Refused."""
    with unit():
        lock(agreement)
        kept = {name: agreement.profile.get(name) for name in regimes.CHOICES}
        frozen = regimes.as_data(_chosen(agreement.regime, **kept))
        AGREEMENT.move(agreement, "publish", actor=actor, now=now, changes={"profile": frozen})
        documents.open_public_ones(agreement=agreement, actor=actor, now=now)


def discard(*, agreement: Agreement, reason: str, actor: User, now: datetime) -> None:
    """Discard a draft that is not wanted any more; it stays on record, and its reference stays taken.

    Raises Denied, and Refused without a reason, once it is published, or while a window is planned in it.
    """
    if not reason.strip():
        raise Refused("Give the reason.", field="reason")
    with unit():
        lock(agreement)
        changes = {"discard_reason": reason.strip()}
        AGREEMENT.move(agreement, "discard", actor=actor, now=now, changes=changes)


def extend(
    *,
    agreement: Agreement,
    new_end: date,
    decision_reference: str,
    decided_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> TermExtension:
    """Use the option to extend, or a part of it, by a recorded decision while the agreement is live (E13).

    Every step is kept with its decision and reason, and all together stay within the option. Raises Denied,
    and Refused outside the option, after the end, or without a decision and reason.
    """
    with unit():
        lock(agreement)
        policies.require(actor, "agreement.extend", agreement)
        refuse_any(
            [
                *rules.extension_refusals(agreement, new_end, decided_on, now),
                *decision_refusals(decision_reference, reason),
            ]
        )
        extension = TermExtension.objects.create(
            agreement=agreement,
            old_end=agreement.ends_on,
            new_end=new_end,
            decision_reference=decision_reference.strip(),
            decided_on=decided_on,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by=actor,
        )
        agreement.extended_until = new_end
        agreement.save(update_fields=["extended_until"])
        rolling.move_ends(agreement=agreement, actor=actor, now=now)
        record(
            "agreement.extend",
            agreement,
            actor=actor,
            at=now,
            before={"ends_on": extension.old_end},
            after={"ends_on": new_end},
            decision=extension.decision_reference,
            decided_on=decided_on,
            reason=extension.reason,
        )
    return extension


def abandon(
    *,
    agreement: Agreement,
    decision_reference: str,
    decided_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> list[Window]:
    """Abandon the agreement by recorded decision: nothing more is applied for or called off under it.

    Windows that are not opened for judging are stopped, and what was sent in them stays sealed; they are
    returned, for `providers.services.endings` to tell who applied. Events still to come are called off, and
    whoever signed up for them is told. Contracts run on. Raises Denied, and Refused without a decision and
    reason, or while a window is being evaluated.
    """
    with unit():
        lock(agreement)
        policies.require(actor, "agreement.abandon", agreement)
        refuse_any(
            [
                *decision_refusals(decision_reference, reason),
                *day_refusals(agreement, decided_on, now),
            ]
        )
        AGREEMENT.move(
            agreement,
            "abandon",
            actor=actor,
            now=now,
            changes={
                "abandonment_decision": decision_reference.strip(),
                "abandonment_decided_on": decided_on,
                "abandonment_reason": reason.strip(),
            },
        )
        why = f"The agreement was abandoned: {reason.strip()}"
        events.call_off_with_agreement(agreement=agreement, reason=why, actor=actor, now=now)
        running = Window.with_unsent.filter(agreement=agreement, state__in=WINDOW.step("stop").sources)
        stopped = list(running.select_related("agreement"))
        for window in stopped:
            windows.stop(window=window, reason=why, actor=actor, now=now)
    return stopped


def _chosen(regime: str, **choices: str | None) -> regimes.Profile:
    try:
        profile = regimes.profile(regime)
    except regimes.ProfileError as error:
        raise Refused([Reason(sentence, field="regime") for sentence in error.sentences]) from None
    problems: list[Reason] = []
    for name, value in choices.items():
        try:
            profile = regimes.chosen(profile, **{name: value or None})
        except regimes.ProfileError as error:
            problems += [Reason(sentence, field=name) for sentence in error.sentences]
    refuse_any(problems)
    return profile


def _signature_refusals(reason: str) -> list[Reason]:
    if reason.strip():
        return []
    return [Reason("Say why this is in proportion to the risk.", field="signature_reason")]


def _reference_refusals(reference: str) -> list[Reason]:
    if not rules.REFERENCE.fullmatch(reference) or len(reference) > 30:
        return [
            Reason(
                "The reference must be at most 30 capital letters and digits, parted by hyphens, "
                "like EIP-PDPS.",
                field="reference",
            )
        ]
    if Agreement.objects.filter(reference=reference).exists():
        return [Reason(f"There is an agreement {reference} already.", field="reference")]
    return []


def _only(values: Mapping[str, Any], known: frozenset[str] | set[str]) -> None:
    unknown = set(values) - known
    if unknown:
        raise TypeError(f"An agreement takes no {', '.join(sorted(unknown))}.")
