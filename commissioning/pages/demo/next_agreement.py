"""Chapter six: what follows in 2028, an open framework under the Procurement Act 2023; all of it invented.

Its first window is decided, its second is being judged, and its third is open now.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from lots.models import Agreement, Scheme, Window
from lots.services import agreements, authorities, lots, schemes, windows
from providers.services import openings

from . import next_applying, next_judging
from .stage import MARK, authority, days_from, person

REFERENCE = "EIP-2028"
STARTS_ON = date(2028, 5, 3)
SEATS = (("PCC", "board@pcc", "chair"), ("CCC", "board@ccc", "member"), ("CPICB", "board@cpicb", "member"))
# Number, title, what it is for, GBP a year.
LOTS = (
    (
        1,
        "Coming home and staying well",
        "Support in the first weeks after hospital, and for people who might have to go in again.",
        Decimal("700000.00"),
    ),
    (
        2,
        "Knowing what is there",
        "Information and advice that people find before they are in trouble.",
        Decimal("450000.00"),
    ),
)
QUESTIONS = (
    (
        "MS1",
        "method",
        "How you support people",
        "Say what you would do with people, from the first day to the last, and how you know that it works.",
        Decimal("70.00"),
    ),
    (
        "SV1",
        "social_value",
        "What you leave behind",
        "Say what your work would add for local people, and how anyone could see that it happened.",
        Decimal("30.00"),
    ),
)
STANDARDS = (
    (
        next_judging.INSURANCE,
        "Insurance",
        "We hold employer’s liability and public liability insurance of £5 million each.",
        "The certificates that are valid today",
    ),
    (
        "SAFE",
        "Safeguarding",
        "We have a safeguarding policy for adults and a named lead.",
        "The policy",
    ),
)


def told() -> bool:
    """Return whether this chapter is in the database."""
    return Agreement.objects.filter(reference=REFERENCE).exists()


def tell(*, now: datetime) -> None:
    """Set the agreement up, then tell its three windows."""
    agreement = set_up(days_from(now, -300))
    offered = write_schemes(agreement, days_from(now, -285))

    first = hold(agreement, offered, "First window", days_from(now, -270, "09:00"), days_from(now, -230))
    next_applying.apply(first, next_applying.IN_THE_FIRST, days_from(now, -240))
    close_and_open(first, days_from(now, -227))
    next_judging.decide(first, now)

    second = hold(agreement, offered, "Second window", days_from(now, -70, "09:00"), days_from(now, -28))
    next_applying.apply(second, next_applying.IN_THE_SECOND, days_from(now, -35))
    close_and_open(second, days_from(now, -25))
    next_judging.judge_in_part(second, now)

    third = hold(agreement, offered, "Third window", days_from(now, -10, "09:00"), days_from(now, 25))
    next_applying.make_ready(third, now)


def set_up(at: datetime) -> Agreement:
    """Publish the agreement with its partners, board and two lots; who submits proves who they are again."""
    lead = person("lead@pcc")
    made = agreements.create(
        lead=authority("PCC"),
        reference=REFERENCE,
        title="Early Intervention and Prevention from 2028 (demo)",
        description=(
            f"{MARK}What might follow EIP-PDPS when it ends in 2028: an open framework under the Procurement "
            "Act 2023, which opens again as a whole. Nobody has decided anything of the kind."
        ),
        regime="PA23_OPEN_FRAMEWORK",
        starts_on=STARTS_ON,
        initial_years=4,
        extension_years=4,
        published_maximum=Decimal("9200000.00"),
        signature=Agreement.Signature.PROVED_AGAIN,
        signature_reason=f"{MARK}In small charities several people may share a computer.",
        support_contact="lead@pcc.example",
        support_hours="Monday to Friday, 09:00 to 17:00",
        actor=lead,
        now=at,
    )
    for code in ("CCC", "CPICB"):
        authorities.add(agreement=made, organisation=authority(code), actor=lead, now=at)
    authorities.change_board(
        agreement=made,
        name="EIP-2028 joint project board (demo)",
        quorum=2,
        chair_has_casting_vote=True,
        actor=lead,
        now=at,
    )
    for code, address, kind in SEATS:
        authorities.seat(
            agreement=made,
            organisation=authority(code),
            user=person(address),
            kind=kind,
            actor=lead,
            now=at,
        )
    for number, title, text, annual in LOTS:
        lots.add(
            agreement=made,
            number=number,
            title=title,
            description=f"{MARK}{text}",
            annual_value=annual,
            term_value=annual * 8,
            cpv_codes=["85312000"],
            skills=["Shaping support together with people and carers", "Work with health and care services"],
            outcomes=["Independence kept or gained"],
            actor=lead,
            now=at,
        )
    agreements.publish(agreement=made, actor=lead, now=at)
    return made


def write_schemes(agreement: Agreement, at: datetime) -> dict[str, Scheme]:
    """Publish the common part of the law and a short scheme, whose standards rest on documents."""
    lead = person("lead@pcc")
    common = schemes.create(
        agreement=agreement,
        kind="common",
        title="Common part (2028)",
        proposed=True,
        actor=lead,
        now=at,
    )
    admission = schemes.create(
        agreement=agreement, kind="admission", title="Admission (2028)", actor=lead, now=at
    )
    for code, kind, title, text, weight in QUESTIONS:
        schemes.add_question(
            scheme=admission,
            code=code,
            kind=kind,
            title=title,
            text=text,
            word_limit=500,
            weight=weight,
            files_allowed=1,
            actor=lead,
            now=at,
        )
    for code, title, text, wanted in STANDARDS:
        schemes.add_standard(
            scheme=admission, code=code, title=title, text=text, evidence_wanted=wanted, actor=lead, now=at
        )
    for one in (common, admission):
        schemes.publish(scheme=one, actor=lead, now=at)
    return {"common": common, "admission": admission}


def hold(
    agreement: Agreement, offered: dict[str, Scheme], title: str, opens_at: datetime, deadline: datetime
) -> Window:
    """Announce a window of all lots, as an open framework opens as a whole, and open it at its time."""
    lead, at = person("lead@pcc"), opens_at - timedelta(days=10)
    window = windows.create(
        agreement=agreement,
        title=title,
        opens_at=opens_at,
        deadline=deadline,
        lots=[(lot, offered["admission"]) for lot in agreement.lots.all()],
        common_scheme=offered["common"],
        actor=lead,
        now=at,
    )
    windows.announce(window=window, actor=lead, now=at)
    windows.keep_time(window_id=window.pk, now=opens_at)
    window.refresh_from_db()
    return window


def close_and_open(window: Window, at: datetime) -> None:
    """Close the window at its deadline, and open its entries some days later."""
    windows.keep_time(window_id=window.pk, now=window.deadline + timedelta(seconds=1))
    window.refresh_from_db()
    openings.open_entries(window=window, actor=person("lead@pcc"), now=at)
    window.refresh_from_db()
