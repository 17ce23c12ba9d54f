"""Which documents of agreements a person may have: everybody's, and those of a pool's members."""

from datetime import datetime

from django.db.models import Q, QuerySet

from commissioning.people.models import User
from commissioning.people.roles import PROVIDER_ROLES
from commissioning.records.models import Document
from commissioning.records.queries import public_documents
from lots.models import Agreement, AgreementDocument
from lots.models.agreements import places_of
from lots.queries import Viewer
from lots.queries.documents import standing
from providers.models import Admission


def readable(user: Viewer, now: datetime) -> QuerySet[Document]:
    """Return the public documents, and those of the agreements that the person belongs to now."""
    if not isinstance(user, User):
        return public_documents()
    # SECURITY: taken out, or of an agreement that one has no part in, it must look as if it were not there.
    mine = Q(agreement_issue__of__taken_out_at=None) & (
        Q(agreement_issue__of__agreement__in=places_of(user))
        | Q(agreement_issue__of__agreement__in=_member_of(user, now))
    )
    return Document.objects.filter(Q(is_public=True) | (Q(agreement_issue__isnull=False) & mine))


def shown(agreement: Agreement, user: Viewer, now: datetime) -> list[AgreementDocument]:
    """Return the documents of an agreement that this person, or anybody, finds on its page."""
    rows = list(standing(agreement))
    if all(row.audience == AgreementDocument.Audience.PUBLIC for row in rows) or _belongs(
        agreement, user, now
    ):
        return rows
    return [row for row in rows if row.audience == AgreementDocument.Audience.PUBLIC]


def _belongs(agreement: Agreement, user: Viewer, now: datetime) -> bool:
    if not isinstance(user, User):
        return False
    inside = bool(user.organisation_ids() & agreement.sighted_by)
    return inside or agreement.pk in set(_member_of(user, now))


def _member_of(user: User, now: datetime) -> "QuerySet[Admission, int]":
    places = Admission.objects.in_force(now).filter(organisation__in=user.organisation_ids(*PROVIDER_ROLES))
    return places.values_list("lot__agreement_id", flat=True)
