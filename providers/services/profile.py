"""What a provider keeps on record: documents with their dates, and its CQC rating.

Each write is followed by the standing watch, so that a hold ends with the act that mends it.
"""

from datetime import date, datetime
from typing import Any

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.clock import london_date
from commissioning.people.models import Organisation, User
from commissioning.records.services import documents
from commissioning.workflow import Refused, lock
from lots.watch import DOCUMENT_KINDS, RATINGS
from providers import rules
from providers.models import Admission, ProfileDocument, Rating

from . import watch


def add_document(
    *,
    organisation: Organisation,
    kind: str,
    issued_on: date,
    expires_on: date | None,
    file: Any,
    actor: User,
    now: datetime,
) -> ProfileDocument:
    """Put a document on a provider's profile, and return it; what it mends is mended at once.

    `expires_on` is its last good day. Raises Denied, and Refused for a file that `records.uploads` does not
    take and for dates that cannot be: issued later than today, run out already, missing, or longer after the
    issue than such a document is good.
    """
    policies.require(actor, "profile.change", organisation)
    problems = rules.document_problems(
        kind=kind, issued_on=issued_on, expires_on=expires_on, on=london_date(now)
    )
    if problems:
        raise Refused(problems)
    checked = documents.check(file=file, field="file")
    with unit():
        kept = documents.add(
            organisation=organisation,
            title=DOCUMENT_KINDS[kind].name,
            file=file,
            actor=actor,
            now=now,
            checked=checked,
        )
        made = ProfileDocument.objects.create(
            organisation=organisation,
            kind=kind,
            document=kept,
            issued_on=issued_on,
            expires_on=expires_on,
            added_at=now,
            added_by_id=actor.pk,
        )
        after = {"kind": kind, "issued_on": issued_on, "expires_on": expires_on}
        record("profile.add_document", made, actor=actor, at=now, after=after)
        watch.keep_all(organisation=organisation, now=now)
    return made


def take_out_document(*, document: ProfileDocument, actor: User, now: datetime) -> None:
    """Take out a document that was put there by mistake; its file is kept, and no longer counts as in force.

    It ends no hold: what ran out holds until a valid document is there in its place (rulebook G23).
    Raises Denied, and Refused where it was taken out already.
    """
    with unit():
        lock(document)
        policies.require(actor, "profile.change", document)
        if document.taken_out_at is not None:
            raise Refused("This document has been taken out already.")
        document.taken_out_at, document.taken_out_by_id = now, actor.pk
        document.save(update_fields=["taken_out_at", "taken_out_by"])
        record("profile.take_out_document", document, actor=actor, at=now)
        watch.keep_all(organisation=document.organisation, now=now)


def record_rating(
    *,
    organisation: Organisation,
    rating: str,
    published_on: date,
    actor: User,
    now: datetime,
    admission: Admission | None = None,
) -> Rating:
    """Record what the CQC published, as the provider, or as the lead of a pool it is in (`admission`).

    The latest published counts; a provider's own that is better than what a lead recorded waits for a lead.
    Holds follow at once, in every lot whose rule names a rating (rulebook G23).
    Raises Denied, and Refused for a day to come or a rating that there is not.
    """
    if admission is None:
        policies.require(actor, "profile.change", organisation)
    else:
        policies.require(actor, "admission.record_rating", admission)
    if rating not in RATINGS:
        raise Refused("Choose the rating.", field="rating")
    if published_on > london_date(now):
        raise Refused("The rating cannot have been published after today.", field="published_on")
    with unit():
        made = Rating.objects.create(
            organisation=organisation,
            rating=rating,
            published_on=published_on,
            recorded_at=now,
            recorded_by_id=actor.pk,
            by_authority=admission.lot.agreement.lead if admission else None,
        )
        after = {"rating": rating, "published_on": published_on}
        record("profile.record_rating", organisation, actor=actor, at=now, after=after)
        watch.keep_all(organisation=organisation, now=now)
    return made
