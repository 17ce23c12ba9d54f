"""Providers with documents and ratings on record, made by the services."""

from datetime import date, timedelta
from typing import Any

from commissioning.people.models import Organisation
from lots.models import Lot
from providers.models import ProfileDocument, Rating
from providers.services import profile
from tests.providers import factories as f

TODAY = f.NOW.date()


def document(of: Organisation, *, days: int = 100, kind: str = "public_liability", **given: Any):
    """Return a document that is good for so many days after `NOW`; one that ran out was added before."""
    given.setdefault("actor", f.bid_writer(of))
    ends = TODAY + timedelta(days=days)
    now = given.pop("now", f.NOW if days >= 0 else f.NOW - timedelta(days=1 - days))
    return profile.add_document(
        organisation=of,
        kind=kind,
        issued_on=now.date() - timedelta(days=300),
        expires_on=ends,
        file=f.pdf(),
        now=now,
        **given,
    )


def rated(of: Organisation, rating: str, on: date = TODAY, **given: Any) -> Rating:
    """Return a rating that the provider recorded."""
    given.setdefault("actor", f.bid_writer(of))
    given.setdefault("now", f.NOW)
    return profile.record_rating(organisation=of, rating=rating, published_on=on, **given)


def watching(lot: Lot, *kinds: str, lowest: str = "") -> Lot:
    """Return the lot with a rule on what its members keep in date."""
    lot.holding_documents, lot.lowest_rating = list(kinds), lowest
    lot.save()
    return lot


def ran_out(of: Organisation, **given: Any) -> ProfileDocument:
    """Return a document whose last day was yesterday."""
    return document(of, days=-1, **given)
