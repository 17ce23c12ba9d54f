"""Call-offs at each step of their road, brought there by the services that users call."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from calloffs.models import Award, Bid, CallOff, Clarification, Competition, Contract, Invitation
from calloffs.services import awards, bids, calloffs, clarifications, competitions, contracts
from commissioning.board.models import Paper
from commissioning.board.rules import TESTS
from commissioning.board.services import papers
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records.models import Letter
from lots.models import Agreement, Lot, Scheme
from providers.services import submissions
from tests.calloffs.judging import AFTER, DEADLINE, JUDGED, judge, judge_by_services
from tests.factories import NOW, person, provider
from tests.lots import factories as lots
from tests.providers import factories as providers
from tests.remembered import remembered

QUESTIONS_CLOSE = datetime(2027, 1, 25, 17, 0, tzinfo=UTC)
SENT_ON = date(2027, 3, 1)
SENT = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
# PCR: ten days on, 11 March, a Thursday; voluntary at call-offs.
STANDSTILL_ENDS = date(2027, 3, 11)
MADE = datetime(2027, 3, 12, 9, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass
class Ground:
    """An agreement with everybody whom a call-off needs, and a pool of providers with their writers."""

    agreement: Agreement
    lot: Lot
    inactive_lot: Lot
    authority: Organisation
    partner: Organisation
    lead: User
    releaser: User
    commissioner: User
    partner_commissioner: User
    director: User
    chair: User
    member: User
    writers: list[User] = field(default_factory=list)

    @property
    def providers(self) -> list[Organisation]:
        return [providers.provider_of(writer) for writer in self.writers]


@remembered
def ground(pool: int = 3, **given: Any) -> Ground:
    """Return the ground with so many current members in the first lot's pool."""
    given.setdefault("standstill_call_off", "voluntary")
    setting = lots.agreement(**given)
    first, last = Lot.objects.filter(agreement=setting.agreement).select_related("agreement")
    made = Ground(
        agreement=first.agreement,
        lot=first,
        inactive_lot=last,
        authority=setting.lead_authority,
        partner=setting.partner,
        lead=setting.lead,
        releaser=person(setting.lead_authority, Role.LEAD, name="Rae Releaser"),
        commissioner=person(setting.lead_authority, Role.COMMISSIONER, name="Cal Commissioner"),
        partner_commissioner=person(setting.partner, Role.COMMISSIONER),
        director=person(setting.lead_authority, Role.DIRECTOR, name="Dee Director"),
        chair=setting.chair,
        member=setting.member,
    )
    for _ in range(pool):
        member_of(made)
    return made


def member_of(of: Ground, name: str = "", lot: Lot | None = None, **given: Any) -> User:
    """Add a provider to the pool, and return its administrator."""
    organisation = provider(name or f"Helping Hands {next(_numbers)}")
    providers.admission(lot or of.lot, organisation, **given)
    writer = providers.bid_writer(organisation)
    of.writers.append(writer)
    return writer


def facts(**given: Any) -> dict[str, Any]:
    """Return what a commissioner writes about a complete call-off."""
    return {
        "title": f"Community support {next(_numbers)}",
        "also_known_as": "",
        "need": "People who had a stroke need help at home. It lasts weeks. It is now patchy.",
        "value": Decimal("300000.00"),
        "starts_on": date(2027, 6, 1),
        "ends_on": date(2029, 5, 31),
        "option_months": 12,
        "funding": "own",
        "contract_form": "council",
        "coproduction": "Two workshops with people who use the service.",
        "impact_assessments": "Equality and data protection assessments of May 2026.",
        "tupe": "Four people may transfer.",
        "case_integrated": "Health and social care share one pathway.",
        "case_duplication": "No other contract covers it.",
        "case_fit": "It is what the lot is for.",
        "case_pool": "Nine providers could respond.",
        **given,
    }


def draft(
    of: Ground, *, joint: bool = True, specification: bool = True, now: datetime = NOW, **given: Any
) -> CallOff:
    """Return a draft that is complete, shared by two authorities."""
    written = facts(**given)
    calloff = calloffs.create(
        lot=of.lot, authority=of.authority, facts=written, actor=of.commissioner, now=now
    )
    if joint:
        half = (written["value"] / 2).quantize(Decimal("0.01"))
        amounts = {of.authority: half, of.partner: written["value"] - half}
        calloffs.share_out(calloff=calloff, amounts=amounts, actor=of.commissioner, now=now)
    if specification:
        calloffs.upload_specification(
            calloff=calloff,
            title="Specification",
            upload=providers.pdf("specification.pdf"),
            actor=of.commissioner,
            now=now,
        )
    return calloff


def tabled(of: Ground, *, now: datetime = NOW, **given: Any) -> Paper:
    """Return the paper of a draft that was put to the board."""
    calloff = draft(of, now=now, **given)
    return calloffs.put_to_board(calloff=calloff, decide_by=date(2027, 1, 20), actor=of.commissioner, now=now)


def calloff_of(paper: Paper) -> CallOff:
    return CallOff.objects.get(paper_links__paper=paper)


def met(test: str = "", answer: str = "met") -> dict[str, tuple[str, str]]:
    """Return answers to the four tests: all met, but for one named."""
    return {code: (answer if code == test else "met", f"Because of {code}.") for code, _ in TESTS}


def act(
    paper: Paper, by: User, *, vote: str = "for", answers: dict | None = None, now: datetime = NOW
) -> None:
    """Let a member declare no interest, answer the tests and vote."""
    papers.declare_interest(paper=paper, has_interest=False, nature="", actor=by, now=now)
    papers.answer_all(paper=paper, answers=answers or met(), actor=by, now=now)
    if vote:
        papers.vote(paper=paper, value=vote, reason="As said.", actor=by, now=now)


@remembered
def approved(of: Ground, *, now: datetime = NOW, **given: Any) -> CallOff:
    """Return a call-off that the board has approved."""
    paper = tabled(of, now=now, **given)
    for one in (of.chair, of.member):
        act(paper, one, now=now)
    return calloffs.close_vote(paper=paper, note="", actor=of.chair, now=now)


def govern(of: Ground, calloff: CallOff, *, now: datetime = NOW) -> None:
    """Record every sharing authority's own decision."""
    for authority, actor in ((of.authority, of.commissioner), (of.partner, of.partner_commissioner)):
        if calloff.shares.filter(organisation=authority).exists():
            decide(calloff, authority, actor, now=now)


def decide(
    calloff: CallOff, authority: Organisation, actor: User, *, now: datetime = NOW, **given: Any
) -> None:
    decision = {
        "body": "Cabinet Member for Adult Social Care",
        "decision_reference": "DEC/1",
        "decided_on": date(2027, 1, 8),
        "is_key_decision": False,
        "notice_published_on": None,
        "call_in_ended_on": None,
        **given,
    }
    calloffs.record_governance(calloff=calloff, authority=authority, actor=actor, now=now, **decision)


def scheme(of: Ground, **given: Any) -> Scheme:
    """Return a published scheme for a mini-competition: quality 70, price 30 by the lowest price."""
    return providers.scheme(
        of.agreement,
        "competition",
        **{
            "quality_weight": Decimal("70.00"),
            "price_weight": Decimal("30.00"),
            "price_formula": "lowest",
            "tie_break": ["quality", "price"],
            "threshold": None,
            **given,
        },
    )


@remembered
def published(of: Ground, *, asked: Scheme | None = None, now: datetime = NOW, **given: Any) -> Competition:
    """Return a mini-competition that is open for bids."""
    calloff = approved(of, now=now, **given)
    return competitions.publish(
        calloff=calloff,
        scheme=asked or scheme(of),
        questions_close_at=QUESTIONS_CLOSE,
        deadline=DEADLINE,
        expected_award_on=None,
        actor=of.lead,
        now=now,
    )


def invitation(of: Competition, writer: User) -> Invitation:
    return Invitation.objects.get(competition=of, organisation=providers.provider_of(writer))


def question(
    asked_by: Invitation, writer: User, text: str = "May it be run from two places?"
) -> Clarification:
    return clarifications.ask(invitation=asked_by, question=text, actor=writer, now=NOW)


def started(of: Competition, writer: User, *, now: datetime = NOW) -> Bid:
    return bids.start(invitation=invitation(of, writer), actor=writer, now=now)


def filled(of: Competition, writer: User, *, price: str = "20.00", now: datetime = NOW) -> Bid:
    """Return a bid that answers everything; each price line has the price given."""
    bid = started(of, writer, now=now)
    values = {
        item.code: Decimal(price) if item.kind == "price" else providers.answer(item)
        for item in submissions.items.of_scheme(bid.submission.scheme)
    }
    bids.save(bid=bid, values=values, actor=writer, now=now)
    return bid


def submitted(of: Competition, writer: User, *, price: str = "20.00", now: datetime = NOW) -> Bid:
    bid = filled(of, writer, price=price, now=now)
    bids.submit(bid=bid, actor=writer, now=now)
    return bid


@remembered
def closed(of: Ground, *, prices: tuple[str, ...] = ("20.00", "25.00"), **given: Any) -> Competition:
    """Return a competition closed after so many bids, one a writer of the pool in turn."""
    competition = published(of, **given)
    for writer, price in zip(of.writers, prices, strict=False):
        submitted(competition, writer, price=price)
    assert competitions.close(competition=competition, actor=bids.SWEEP, now=DEADLINE + timedelta(minutes=1))
    return competition


@remembered
def opened(of: Ground, **given: Any) -> Competition:
    competition = closed(of, **given)
    competitions.unseal(competition=competition, actor=of.lead, now=AFTER)
    return competition


@remembered
def judged(
    of: Ground, *, scores: tuple[int, ...] = (4, 3), by_services: bool = False, **given: Any
) -> Competition:
    """Return a competition whose moderation is closed and whose prices are open.

    `scores` are the agreed scores of every question, one a bid in the order of the writers.
    """
    competition = opened(of, **given)
    exercise = competition.exercise
    assert exercise is not None
    work = judge_by_services if by_services else judge
    work(of, exercise, dict(zip([one.pk for one in of.providers], scores, strict=False)))
    exercise.refresh_from_db()
    competition.refresh_from_db()
    if competition.scheme.price_weight:
        competitions.unseal_prices(competition=competition, actor=of.lead, now=JUDGED)
    return competition


@remembered
def recommended(of: Ground, **given: Any) -> Award:
    competition = judged(of, **given)
    winner = competition.bids.get(organisation=of.providers[0])
    return awards.recommend(
        competition=competition,
        bid=winner,
        reasons="First by the published ranking.",
        advantages="A dated plan with named partners.",
        actor=of.lead,
        now=JUDGED,
    )


@remembered
def signed(of: Ground, **given: Any) -> Award:
    award = recommended(of, **given)
    govern(of, award.calloff, now=JUDGED)
    awards.sign(award=award, actor=of.director, now=JUDGED)
    return award


@remembered
def lettered(of: Ground, *, rendered: bool = True, **given: Any) -> Award:
    award = signed(of, **given)
    awards.draft_letters(award=award, planned_on=SENT_ON, actor=of.lead, now=JUDGED)
    if rendered:
        pretend_rendered()
    return award


@remembered
def released(of: Ground, **given: Any) -> Award:
    award = lettered(of, **given)
    awards.release(award=award, actor=of.releaser, now=SENT)
    return award


@remembered
def issued(of: Ground, **given: Any) -> Contract:
    award = released(of, **given)
    contract = contracts.issue(award=award, actor=of.lead, now=MADE)
    pretend_rendered()
    return contract


@remembered
def in_force(of: Ground, **given: Any) -> Contract:
    contract = issued(of, **given)
    contracts.sign_for_provider(contract=contract, actor=of.writers[0], now=MADE)
    contracts.sign_for_authority(contract=contract, actor=of.director, now=MADE)
    return contract


def pretend_rendered() -> None:
    """Mark every drafted letter as rendered; what rendering does is tested where it lives."""
    Letter.objects.filter(rendered_at=None).update(rendered_at=NOW, path="nowhere", sha256="0" * 64, size=1)
