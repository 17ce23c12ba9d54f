"""Those named in entries are made known by the recorded opening, for interests to be declared against."""

from collections.abc import Iterable
from datetime import datetime

from commissioning.accounts.rules import matching_name
from commissioning.people.models import User
from commissioning.records import sealing
from commissioning.records.models import SealedBlob
from providers.consortium import CODE, LONGEST_NAME, Consortium
from providers.models import AnswerVersion, Entry, KnownAssociate
from providers.queries import items


def make_known(
    *, entries: Iterable[Entry], damaged: Iterable[SealedBlob], actor: User, now: datetime
) -> list[KnownAssociate]:
    """Keep the names of those who apply with each opened entry, and return them.

    Called in the opening's own unit; the reading is in the access log, once an entry that names anybody or
    says that it is alone. A piece that the opening found damaged names nobody, and what is too long for the
    register is cut: no entry may keep the others closed.
    """
    broken = {blob.pk for blob in damaged}
    known = []
    for entry in entries:
        version = _submitted(entry)
        if version is not None and version.blob_id not in broken:
            known += _named(entry, version, actor, now)
    return KnownAssociate.objects.bulk_create(known)


def _submitted(entry: Entry) -> AnswerVersion | None:
    package = entry.submission.package
    if package is None or not entry.submission.scheme.asks_consortium:
        return None
    found = package.answers.filter(submission=entry.submission_id, item=CODE)
    return found.select_related("blob__owner").first()


def _named(entry: Entry, version: AnswerVersion, actor: User, now: datetime) -> list[KnownAssociate]:
    submission = entry.submission
    if submission.round is None:
        raise ValueError("Only what is sealed to a round can be opened.")
    content = sealing.read_opened(
        blob=version.blob,
        round=submission.round,
        reader=actor,
        now=now,
        what="who applies together",
        subject=entry,
    )
    value = items.decoded(items.find(submission.scheme, CODE), content)
    if not isinstance(value, Consortium):
        return []
    return [
        KnownAssociate(
            submission=submission,
            number=one.number,
            role=one.role,
            name=one.name[:LONGEST_NAME],
            matching_name=matching_name(one.name),
            company_number=one.company_number,
            charity_number=one.charity_number,
        )
        for one in value.associates
    ]
