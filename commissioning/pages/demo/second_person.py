"""An agreement whose openings take two people: a closed window, proposed by one, waiting for another."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from commissioning.clock import london_date
from commissioning.records.sealing import StillSealed
from lots.models import Agreement, Scheme, Window
from lots.services import agreements, authorities, lots, rates, schemes, windows
from providers.queries import evaluation
from providers.services import applications, entries

from . import first_window
from .stage import MARK, authority, bid_writer, days_from, person, provider

REFERENCE = "RESPITE-PDPS"


def tell(now: datetime) -> None:
    """Set it up at the raised level, take one application, refuse one look, and propose the opening."""
    at = days_from(now, -80)
    agreement = set_up(at)
    window = hold_window(agreement, now)
    apply(window, now)
    for moment in (window.opens_at, window.deadline + timedelta(seconds=1)):
        windows.keep_time(window_id=window.pk, now=moment)
    window.refresh_from_db()
    windows.propose_opening(window=window, actor=person("lead@pcc"), now=now - timedelta(hours=2))


def set_up(at: datetime) -> Agreement:
    """Publish the agreement with one lot."""
    lead = person("lead@pcc")
    made = agreements.create(
        lead=authority("PCC"),
        reference=REFERENCE,
        title="Short breaks for carers (demo)",
        description=f"{MARK}A pool of providers who give carers a night or a weekend off.",
        regime="PCR_LTR",
        starts_on=london_date(at),
        initial_years=4,
        published_maximum=Decimal("1200000.00"),
        security_level=Agreement.SecurityLevel.RAISED,
        signature=Agreement.Signature.PROVED_AGAIN,
        signature_reason=f"{MARK}Whoever submits commits to staying with people overnight.",
        support_contact="lead@pcc.example",
        support_hours="Monday to Friday, 09:00 to 17:00",
        actor=lead,
        now=at,
    )
    authorities.change_board(
        agreement=made,
        name="Short breaks board (demo)",
        quorum=1,
        chair_has_casting_vote=False,
        actor=lead,
        now=at,
    )
    authorities.seat(
        agreement=made,
        organisation=authority("PCC"),
        user=person("board@pcc"),
        kind="chair",
        actor=lead,
        now=at,
    )
    lot = lots.add(
        agreement=made,
        number=1,
        title="Overnight and weekend breaks",
        description=f"{MARK}Somebody the family knows stays while the carer is away.",
        annual_value=Decimal("300000.00"),
        term_value=Decimal("1200000.00"),
        cpv_codes=["85000000-9"],
        skills=["Plan each stay with the family", "Be reached at night"],
        outcomes=["Carers rest and go on caring"],
        actor=lead,
        now=at,
    )
    rates.set_rates(
        lot=lot,
        zones=["North", "City", "Fens"],
        bands=[("Night", "night", Decimal("180.00")), ("Weekend day", "day", Decimal("210.00"))],
        actor=lead,
        now=at,
    )
    agreements.publish(agreement=made, actor=lead, now=at)
    return made


def hold_window(agreement: Agreement, now: datetime) -> Window:
    """Announce the window that closed the day before yesterday, at the latest."""
    lead, at = person("lead@pcc"), days_from(now, -60)
    written: dict[str, Scheme] = {}
    for kind, title in (("common", "Common part (short breaks)"), ("admission", "Admission (short breaks)")):
        written[kind] = schemes.create(
            agreement=agreement,
            kind=kind,
            title=title,
            proposed=True,
            threshold=Decimal("65.00") if kind == "admission" else None,
            actor=lead,
            now=at,
        )
        schemes.publish(scheme=written[kind], actor=lead, now=at)
    window = windows.create(
        agreement=agreement,
        title="First window for short breaks",
        opens_at=days_from(now, -40, "09:00"),
        deadline=days_from(now, -2, "12:00"),
        lots=[(agreement.lots.get(), written["admission"])],
        common_scheme=written["common"],
        actor=lead,
        now=at,
    )
    windows.announce(window=window, actor=lead, now=at)
    return window


def apply(window: Window, now: datetime) -> None:
    """Let one provider submit, and one commissioner be refused a look before the opening."""
    applicant = provider("Caring Together Charity")
    writer, at = bid_writer(applicant), days_from(now, -9)
    application = applications.start(
        window=window,
        lots=list(window.lots.select_related("lot", "round", "scheme", "window")),
        organisation=applicant,
        actor=writer,
        now=at,
    )
    first_window.write(application, at)
    entry = application.entries.select_related("window_lot__window__agreement", "submission__round").get()
    entries.submit(entry=entry, actor=writer, now=at + timedelta(hours=3))
    with suppress(StillSealed):
        evaluation.read_for_evaluation(
            entry.submission,
            reader=person("commissioner@pcc"),
            now=at + timedelta(hours=5),
            address="192.0.2.44",
        )
