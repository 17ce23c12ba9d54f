"""Agreements, lots, schemes and windows for tests, made by the services that users call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from lots.models import Agreement, Lot, Scheme, Window
from lots.services import agreements, authorities, lots, schemes, windows
from tests.factories import NOW, authority, person
from tests.remembered import remembered

_numbers = count(1)


@dataclass
class Setting:
    """An agreement with its lead, partner and the people that its tests need."""

    agreement: Agreement
    lead: User
    lead_authority: Organisation
    partner: Organisation
    chair: User
    member: User
    lots: list[Lot]

    @property
    def lot(self) -> Lot:
        return self.lots[0]


@remembered
def agreement(
    *, published: bool = True, how_many_lots: int = 2, now: datetime = NOW, **given: Any
) -> Setting:
    """Return a complete agreement of two authorities with a seated board and active lots.

    The last of several lots is established and not activated.
    """
    number = next(_numbers)
    lead_authority, partner = authority(), authority()
    lead = person(lead_authority, Role.LEAD)
    chair = person(lead_authority, Role.BOARD_CHAIR)
    member = person(partner, Role.BOARD_MEMBER)
    facts: dict[str, Any] = {
        "reference": f"AGR-{number}",
        "title": f"Agreement {number}",
        "description": "Support for people at home.",
        "regime": "PCR_LTR",
        "starts_on": now.date() - timedelta(days=365),
        "initial_years": 5,
        "extension_years": 2,
        "published_maximum": Decimal("21329161.00"),
        "support_contact": "procurement@example.org",
        "support_hours": "Monday to Friday, 9am to 5pm",
        **given,
    }
    made = agreements.create(lead=lead_authority, actor=lead, now=now, **facts)
    authorities.add(agreement=made, organisation=partner, actor=lead, now=now)
    for organisation, user, kind in ((lead_authority, chair, "chair"), (partner, member, "member")):
        authorities.seat(agreement=made, organisation=organisation, user=user, kind=kind, actor=lead, now=now)
    made_lots = [
        lot(
            made, lead, number=place, now=now, state="established" if 1 < place == how_many_lots else "active"
        )
        for place in range(1, how_many_lots + 1)
    ]
    if published:
        agreements.publish(agreement=made, actor=lead, now=now)
    return Setting(made, lead, lead_authority, partner, chair, member, made_lots)


def lot(agreement: Agreement, lead: User, *, number: int = 1, now: datetime = NOW, **given: Any) -> Lot:
    """Return a lot added to a draft agreement."""
    facts: dict[str, Any] = {
        "title": f"Support {number}",
        "annual_value": Decimal("654231.00"),
        "term_value": Decimal("4579617.00"),
        "cpv_codes": ["85000000-9"],
        "skills": ["Work with others", "Manage risk"],
        "outcomes": ["People stay independent"],
        **given,
    }
    return lots.add(agreement=agreement, number=number, actor=lead, now=now, **facts)


def scheme(
    setting: Setting, *, kind: str = "admission", published: bool = True, now: datetime = NOW, **given: Any
) -> Scheme:
    """Return a scheme with the proposed questions, weights 30, 30, 30 and 10."""
    given.setdefault("title", f"Scheme {next(_numbers)}")
    given.setdefault("proposed", True)
    made = schemes.create(agreement=setting.agreement, kind=kind, actor=setting.lead, now=now, **given)
    if published:
        schemes.publish(scheme=made, actor=setting.lead, now=now)
    return made


def window(
    setting: Setting, *, announced: bool = True, now: datetime = NOW, place: int = 0, **given: Any
) -> Window:
    """Return a window for every lot that opens in a day and closes a fortnight later, announced.

    A lot is in one window at a time: further ones take their `place`, 1, 2 and so on, each after the last.
    """
    opens_at = now + timedelta(days=1 + 15 * place)
    facts: dict[str, Any] = {
        "title": "Spring window",
        "opens_at": opens_at,
        "deadline": opens_at + timedelta(days=14),
        **given,
    }
    facts.setdefault("expected_decision_on", (facts["deadline"] + timedelta(days=60)).date())
    if "lots" not in facts:
        common = scheme(setting, now=now)
        facts["lots"] = [(one, common) for one in setting.lots]
    made = windows.create(agreement=setting.agreement, actor=setting.lead, now=now, **facts)
    if announced:
        windows.announce(window=made, actor=setting.lead, now=now)
    return made
