"""Extending an agreement's term, with the notice to everyone in its pools (rulebook E13)."""

from datetime import date, datetime

from commissioning.audit.services import unit
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.records.letter_parts import Line
from commissioning.records.services import letters
from commissioning.web.text import day
from lots.letters import ExtensionNotice
from lots.models import Agreement, Lot, TermExtension
from lots.services import agreements, letterheads
from providers.queries import pool


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
    """Use the option to extend, and send each provider in a pool its notice, in the same unit.

    Raises Denied and Refused as `lots.services.agreements.extend`.
    """
    with unit():
        extension = agreements.extend(
            agreement=agreement,
            new_end=new_end,
            decision_reference=decision_reference,
            decided_on=decided_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        for organisation, lots in pool.members(agreement):
            letter = letters.draft(
                facts=_notice(extension, organisation, lots, actor, london_date(now)),
                organisation=organisation,
                about=agreement.reference,
                chain=agreement.audit_chain,
                actor=actor,
                now=now,
            )
            letters.release(
                letter=letter, title=letter.subject_line, authority=agreement.lead, actor=actor, now=now
            )
    return extension


def _notice(
    extension: TermExtension, organisation: Organisation, lots: list[Lot], actor: User, sent_on: date
) -> ExtensionNotice:
    agreement = extension.agreement
    decided = f"{extension.decision_reference}, {day(extension.decided_on, weekday=False)}"
    return ExtensionNotice(
        authority=letterheads.authority_block(agreement, agreement.lead),
        to=letterheads.addressee(organisation),
        sent_on=sent_on,
        signatory=letterheads.signatory(actor, agreement.lead),
        particulars=(Line(label="Agreement", text=f"{agreement.title} ({agreement.reference})"),),
        agreement=f"{agreement.title} agreement",
        lots=tuple(str(lot) for lot in lots),
        old_end=extension.old_end,
        new_end=extension.new_end,
        decision=decided,
        reason=extension.reason,
        questions_to=agreement.support_contact or agreement.lead.name,
    )
