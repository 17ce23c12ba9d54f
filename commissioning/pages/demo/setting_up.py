"""Chapter two: the agreement, its authorities, board, lots and schemes."""

from datetime import date, datetime
from decimal import Decimal

from lots.models import Agreement, Scheme
from lots.services import agreements, authorities, lots, schemes

from . import papers
from .stage import MARK, agreement, authority, facts, london, person

AT = ("2020-11-02", "10:00")
CHECKED_AT = ("2020-11-20", "15:00")
SEATS = (
    ("PCC", "board@pcc", "chair"),
    ("CCC", "board@ccc", "member"),
    ("CPCCG", "board@cpicb", "member"),
    ("PCC", "deputy@pcc", "deputy"),
)
GOVERNANCE = (
    ("PCC", "Cabinet member for adult social care", ["own", "s75"]),
    ("CCC", "Adults and health committee", ["own", "s75"]),
    ("CPCCG", "Governing body", ["s75", "s256"]),
)


def told() -> bool:
    """Return whether this chapter is in the database."""
    return Agreement.objects.filter(reference=facts()["agreement"]["reference"], state="published").exists()


def tell(*, now: datetime) -> None:
    """Set the agreement up as its lead, with partners, board, lots and published schemes."""
    begin()
    for code, address, kind in SEATS:
        authorities.seat(
            agreement=agreement(),
            organisation=authority(code),
            user=person(address),
            kind=kind,
            actor=person("lead@pcc"),
            now=london(*AT),
        )
    add_lots()
    papers.add_to(agreement(), issued_on=date(2020, 11, 2), actor=person("lead@pcc"), now=london(*CHECKED_AT))
    agreements.publish(agreement=agreement(), actor=person("lead@pcc"), now=london(*CHECKED_AT))
    write_schemes()


def begin() -> None:
    """Begin the agreement and name its partners and board."""
    lead, now, known = person("lead@pcc"), london(*AT), facts()["agreement"]
    made = agreements.create(
        lead=authority("PCC"),
        reference=known["reference"],
        title=known["title"],
        description=(
            "A pool of charities and companies that support people early: getting home from hospital, "
            "finding advice, staying connected and independent. Providers apply to one or more lots. Those "
            "whose answers reach the quality threshold join the lot's pool and may bid whenever a council or "
            "the NHS needs a service. The pool opens again, so nobody is shut out for good."
        ),
        regime="PCR_LTR",
        starts_on=date.fromisoformat(known["starts"]),
        initial_years=known["initial_years"],
        extension_years=known["extension_years"],
        published_maximum=Decimal(known["published_maximum"]),
        maximum_is_inferred=True,
        reopen_every_months=known["reopen_every_months"],
        support_contact="lead@pcc.example",
        support_hours="Monday to Friday, 09:00 to 17:00",
        actor=lead,
        now=now,
    )
    for code in ("CCC", "CPCCG"):
        authorities.add(agreement=made, organisation=authority(code), actor=lead, now=now)
    for code, decides, routes in GOVERNANCE:
        authorities.set_governance(
            place=made.authorities.get(organisation=authority(code)),
            decided_by=f"{MARK}{decides}",
            key_decision_from=Decimal("500000.00") if code != "CPCCG" else None,
            call_in_days=5 if code != "CPCCG" else None,
            funding_routes=routes,
            actor=lead,
            now=now,
        )
    authorities.change_board(
        agreement=made,
        name="EIP PDPS Joint Project Board",
        quorum=2,
        chair_has_casting_vote=True,
        actor=lead,
        now=now,
    )


def add_lots() -> None:
    """Add the four lots; the fourth is established but not activated (rulebook A10)."""
    for row in facts()["lots"]:
        lots.add(
            agreement=agreement(),
            number=row["number"],
            title=row["title"],
            description=row["description"],
            annual_value=Decimal(row["annual_value"]),
            term_value=Decimal(row["term_value"]),
            cpv_codes=row["cpv_codes"],
            state=row["state"],
            skills=row["skills"],
            outcomes=row["outcomes"],
            actor=person("lead@pcc"),
            now=london(*AT),
        )


def write_schemes() -> None:
    """Write and publish the common part and one scheme a lot: 30, 30, 30 and 10, threshold 65."""
    lead, now = person("lead@pcc"), london(*CHECKED_AT)
    common = schemes.create(
        agreement=agreement(),
        kind="common",
        title="Common part of an application",
        proposed=True,
        actor=lead,
        now=now,
    )
    schemes.publish(scheme=common, actor=lead, now=now)
    for row in facts()["lots"]:
        made = schemes.create(
            agreement=agreement(),
            kind="admission",
            title=f"Admission to Lot {row['number']}",
            proposed=True,
            threshold=Decimal("65.00"),
            actor=lead,
            now=now,
        )
        schemes.publish(scheme=made, actor=lead, now=now)


def common_scheme() -> Scheme:
    """Return the published common part."""
    return Scheme.objects.filter(agreement=agreement(), kind="common", state="published").earliest("pk")


def admission_scheme(number: int) -> Scheme:
    """Return the published scheme of a lot."""
    return Scheme.objects.get(agreement=agreement(), title=f"Admission to Lot {number}")
