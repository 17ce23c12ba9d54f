"""What pages read of records; sealed content is read through `records.sealing` alone."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import AUTHORITY_ROLES, PROVIDER_ROLES, Role

from .letter_parts import INTERNAL_KINDS
from .models import Document, Letter, LetterBatch, Message, OpeningProposal, Round


def public_documents() -> QuerySet[Document]:
    """Return the documents that anyone may have without signing in."""
    return Document.objects.filter(is_public=True)


# Who reads letters and messages of an authority's business; panels do not.
READERS = (Role.LEAD, Role.COMMISSIONER, Role.DIRECTOR, Role.AUDITOR)


def letters_visible_to(user: User, chains: Iterable[str]) -> QuerySet[Letter]:
    """Return the letters this person may read; `chains` are the agreements it reads for its authority.

    A provider reads what was sent to it; an authority what was sent or kept in its agreements. What is not
    released yet is seen by the procurement leads of the authority that runs it alone.
    """
    # SECURITY: what the letters hold is known to nobody else before their release (settled 21, 24).
    sent = Q(released_at__isnull=False, withdrawn_at=None)
    mine = Q(organisation__in=user.organisation_ids(*PROVIDER_ROLES)) & sent & ~Q(kind__in=INTERNAL_KINDS)
    agreements = Q(audit_chain__in=list(chains)) & (sent | Q(batch=None, kind__in=INTERNAL_KINDS))
    run = Q(batch__authority__in=user.organisation_ids(Role.LEAD))
    return (
        Letter.objects.filter(mine | agreements | run)
        .select_related("organisation", "batch__authority")
        .order_by("-drafted_at", "-pk")
    )


def batches_visible_to(user: User) -> QuerySet[LetterBatch]:
    """Return the batches of letters that this procurement lead's authority runs."""
    return LetterBatch.objects.filter(authority__in=user.organisation_ids(Role.LEAD)).select_related(
        "authority", "drafted_by", "released_by"
    )


def letters_of(batch: LetterBatch) -> QuerySet[Letter]:
    """Return a batch's letters by the name of whom they are to."""
    return batch.letters.select_related("organisation").order_by("organisation__name", "pk")


def messages_visible_to(user: User, chains: Iterable[str]) -> QuerySet[Message]:
    """Return the messages this person may read: its own, its provider's, and those of its agreements.

    A message without an organisation is between the portal and its recipient. To whom a message went stays
    hidden from the authority while the sealed round that veils it is closed (settled 18).
    """
    own = Q(recipient=user)
    provider = Q(organisation__in=user.organisation_ids(*PROVIDER_ROLES))
    agreements = Q(audit_chain__in=list(chains), organisation__isnull=False) & ~_veiled()
    return (
        Message.objects.filter(own | provider | agreements)
        .select_related("organisation", "recipient")
        .order_by("-queued_at", "-pk")
    )


def sent_letters() -> QuerySet[Letter]:
    """Return the letters that were sent: that they exist is no secret of the authority any more."""
    return Letter.objects.filter(released_at__isnull=False, withdrawn_at=None)


def unveiled_messages() -> QuerySet[Message]:
    """Return the messages whose recipients no sealed round hides."""
    return Message.objects.exclude(_veiled())


def _veiled() -> Q:
    # SECURITY: before the opening the list would tell who applies or bids (settled 18).
    return Q(veil__in=Round.objects.filter(opened_at=None).values("reference"))


def correspondents_visible_to(user: User, chains: Iterable[str]) -> QuerySet[Organisation]:
    """Return the organisations whose correspondence this person may open: its own, and those written to."""
    kept = list(chains)
    letters = letters_visible_to(user, kept).order_by().values("organisation")
    messages = messages_visible_to(user, kept).order_by().exclude(organisation=None).values("organisation")
    own = user.organisation_ids(*PROVIDER_ROLES)
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=letters) | Q(pk__in=messages))


def genuine(reference: str, digest: str) -> Letter | None:
    """Return the sent letter with this reference and fingerprint, for whoever holds it on paper."""
    return (
        Letter.objects.filter(
            reference=reference.strip().upper(),
            digest="".join(digest.split()).lower(),
            released_at__isnull=False,
        )
        .exclude(withdrawn_at__isnull=False)
        .select_related("organisation")
        .first()
    )


def leads_of(authority: Organisation) -> list[User]:
    """Return the procurement leads of an authority today."""
    grants = RoleGrant.objects.in_force().filter(role=Role.LEAD, membership__organisation=authority)
    people = User.objects.filter(is_active=True, memberships__grants__in=grants)
    return list(people.distinct().order_by("pk"))


def proposals_visible_to(user: User) -> QuerySet[OpeningProposal]:
    """Return the proposed openings of the person's own authorities."""
    found = OpeningProposal.objects.filter(authority__in=user.organisation_ids(*AUTHORITY_ROLES))
    return found.select_related("proposed_by", "ended_by", "authority")


def waiting_proposal(about: str, compartment: str, now: datetime) -> OpeningProposal | None:
    """Return the opening of this thing that waits for a second person now, if any."""
    found = OpeningProposal.objects.filter(
        about=about, compartment=compartment, state="proposed", ends_at__gte=now
    )
    return found.select_related("proposed_by", "authority").first()


def confirmed_proposal(about: str, compartment: str) -> OpeningProposal | None:
    """Return the proposal that was confirmed when this thing was opened, if that took two people."""
    found = OpeningProposal.objects.filter(about=about, compartment=compartment, state="confirmed")
    return found.select_related("proposed_by", "ended_by").first()


def proposals_waiting(user: User, now: datetime) -> QuerySet[OpeningProposal]:
    """Return the openings that wait for a second procurement lead of the person's authorities."""
    found = OpeningProposal.objects.filter(
        authority__in=user.organisation_ids(Role.LEAD), state="proposed", ends_at__gte=now
    )
    return found.select_related("proposed_by", "authority")
