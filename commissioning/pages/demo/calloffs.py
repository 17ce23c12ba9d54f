"""Chapter five: call-offs at every stage, drawn from the phasing schedule, with dates relative to today."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from calloffs.models import Award, Bid, CallOff, Competition
from calloffs.services import awards, bids, clarifications, competitions, contracts
from calloffs.services import calloffs as files
from commissioning.board.rules import TESTS
from commissioning.board.services import papers as board
from commissioning.clock import london_date
from commissioning.people.actors import System
from commissioning.people.models import User
from commissioning.records.models import Letter
from evaluation.models import Assessment, Exercise
from lots.models import Scheme
from lots.services import schemes
from providers.queries import items
from providers.queries.items import Declared

from . import files as uploads
from . import judging, papers, printing, profiles, texts
from .stage import MARK, agreement, authority, bid_writer, days_from, london, person, provider
from .stories import STORIES, Story

SWEEP = System("calloffs sweep")
SEATS = (("PCC", "board@pcc"), ("CCC", "board@ccc"), ("CPICB", "board@cpicb"))


def told() -> bool:
    """Return whether this chapter is in the database."""
    return CallOff.objects.filter(title=STORIES[-1].title).exists()


def tell(*, now: datetime) -> None:
    """Tell each story as far as it goes, and then whom the standing watch holds since some days ago."""
    # Before anybody bids: what goes in are the details of that moment.
    profiles.describe(now)
    for story in STORIES:
        Telling(story, now).tell()
    # After the stories: what was published before the hold invited its provider as well.
    profiles.tell(now=now)


class Telling:
    """One story being told: each step on its own day, counted from the day the call-off was drafted."""

    def __init__(self, story: Story, now: datetime) -> None:
        self.story, self.today = story, now

    def at(self, day: int, clock: str = "10:00") -> datetime:
        """Return the moment so many days after the beginning, never later than now."""
        first = london_date(self.today) + timedelta(days=self.story.began)
        # Every story begins on a Monday, and its steps are on days of its weeks' work.
        return min(london(first - timedelta(days=first.weekday()) + timedelta(days=day), clock), self.today)

    def lead(self, what: str = "lead") -> str:
        return f"{what}@{self.story.code}"

    def tell(self) -> None:
        """Take every step that the story reaches."""
        story = self.story
        calloff = self.draft()
        if story.reaches("tabled"):
            self.board(calloff)
        if story.reaches("open"):
            competition = self.publish(calloff)
            offers = [self.bid(competition, name, n) for n, name in enumerate(story.bidders)]
            if story.reaches("scoring"):
                self.judge(competition)
                self.award(competition, offers)

    def draft(self) -> CallOff:
        """Draft the call-off, its shares and its specification."""
        story, who = self.story, person(self.lead("commissioner"))
        need = (
            f"{MARK}People who would use “{story.title}” wait too long today, or are sent from one place to "
            "the next. The service gives them one door and somebody who stays with them."
        )
        calloff = files.create(
            lot=agreement().lots.get(number=story.lot),
            authority=authority(story.lead),
            facts={
                "title": story.title,
                "also_known_as": story.also_known_as,
                "need": need,
                "value": Decimal(story.value),
                "starts_on": self.first_of_month(75),
                "ends_on": date(2028, 3, 31),
                "option_months": 0,
                "funding": "s256" if story.lead == "CPICB" else "own",
                "contract_form": "nhs" if story.lead == "CPICB" else "council",
            },
            actor=who,
            now=self.at(0),
        )
        if not story.reaches("tabled"):
            return calloff
        if story.partner:
            half = Decimal(story.value) / 2
            amounts = {authority(story.lead): half, authority(story.partner): half}
            files.share_out(calloff=calloff, amounts=amounts, actor=who, now=self.at(1))
        files.upload_specification(
            calloff=calloff,
            title=f"Specification: {story.title}",
            upload=papers.uploaded(texts.specification(story.title, need), "specification.pdf"),
            actor=who,
            now=self.at(2),
        )
        files.change(calloff=calloff, facts=self.case(), actor=who, now=self.at(3))
        return calloff

    def first_of_month(self, away: int) -> date:
        """Return the first of the month some days after today, when services like these begin."""
        later = (self.today + timedelta(days=away)).date()
        return later.replace(day=1)

    def case(self) -> dict[str, str]:
        """Return what the board wants to know."""
        return {
            "coproduction": f"{MARK}Twelve people who would use it helped to write the specification.",
            "impact_assessments": f"{MARK}Equality and data protection assessments were signed off.",
            "tupe": f"{MARK}Three people may transfer; anonymised details go to every bidder.",
            "case_integrated": f"{MARK}The partners were asked in the first week and helped to shape it.",
            "case_duplication": f"{MARK}No other contract of the three authorities covers this need.",
            "case_fit": f"{MARK}The need is in the description of the lot, and so are the outcomes.",
            "case_pool": f"{MARK}The pool of this lot is large enough; several members work in this field.",
        }

    def board(self, calloff: CallOff) -> None:
        """Put the call-off to the board; where it has decided, record each authority's own decision."""
        story = self.story
        paper = files.put_to_board(
            calloff=calloff,
            decide_by=self.at(4).date() + timedelta(days=21),
            actor=person(self.lead("commissioner")),
            now=self.at(4),
        )
        voters = SEATS if story.reaches("approved") else SEATS[1:2]
        for code, address in voters:
            member = person(address)
            board.declare_interest(paper=paper, has_interest=False, nature="", actor=member, now=self.at(8))
            board.answer_all(
                paper=paper,
                answers={test: ("met", f"{MARK}{code} has looked at it and agrees.") for test, _ in TESTS},
                actor=member,
                now=self.at(8, "11:00"),
            )
            board.vote(paper=paper, value="for", reason="", actor=member, now=self.at(8, "12:00"))
        if not story.reaches("approved"):
            return
        if story.until == "approved":
            board.set_condition(
                paper=paper,
                text=f"{MARK}Agree with the hospital who holds the list of referrals.",
                cures="",
                owner=authority(story.lead),
                due_on=self.today.date() + timedelta(days=14),
                actor=person("board@pcc"),
                now=self.at(9),
            )
        files.close_vote(
            paper=paper, note=f"{MARK}Agreed without discussion.", actor=person("board@pcc"), now=self.at(10)
        )
        calloff.refresh_from_db()
        if story.reaches("open"):
            for share in calloff.shares.all():
                code = share.organisation.code
                self.govern(calloff, code)

    def govern(self, calloff: CallOff, code: str) -> None:
        """Record one authority's own decision."""
        files.record_governance(
            calloff=calloff,
            authority=authority(code),
            body="Director of commissioning, under delegated powers",
            decision_reference=f"{code}-{calloff.reference} (demo)",
            decided_on=self.at(11).date(),
            is_key_decision=False,
            notice_published_on=None,
            call_in_ended_on=None,
            actor=person(f"commissioner@{code.lower()}"),
            now=self.at(11),
        )

    def scheme(self) -> Scheme:
        """Write and publish the scheme: quality 60, price 40, the lowest price first."""
        story, lead, now = self.story, person(self.lead()), self.at(14)
        made = schemes.create(
            agreement=agreement(),
            kind="competition",
            title=f"Mini-competition: {story.title}",
            authority=authority(story.lead),
            price_weight=Decimal("40.00"),
            price_formula="lowest",
            tie_break=["quality", "price"],
            actor=lead,
            now=now,
        )
        for code, kind, title, weight in (
            ("DEL", "method", "Delivering the service", "50.00"),
            ("OUT", "method", "Results for people", "30.00"),
            ("SV", "social_value", "Social value", "20.00"),
        ):
            schemes.add_question(
                scheme=made,
                code=code,
                kind=kind,
                title=title,
                text=f"Explain how you would go about “{title.lower()}” for this service.",
                guidance="What you do now, how you know that it works, and what you would do here.",
                word_limit=750,
                weight=Decimal(weight),
                files_allowed=2 if code == "DEL" else 0,
                actor=lead,
                now=now,
            )
        schemes.add_price_line(
            scheme=made,
            code="YEAR",
            title="The service for a year",
            unit="year",
            quantity=Decimal("1.00"),
            ceiling=Decimal(story.value),
            actor=lead,
            now=now,
        )
        schemes.publish(scheme=made, actor=lead, now=now)
        return made

    def publish(self, calloff: CallOff) -> Competition:
        """Publish the mini-competition; one question is asked and answered to all."""
        story = self.story
        is_open = story.until == "open"
        deadline = days_from(self.today, 9, "12:00") if is_open else self.at(37, "12:00")
        competition = competitions.publish(
            calloff=calloff,
            scheme=self.scheme(),
            questions_close_at=days_from(self.today, 4, "17:00") if is_open else self.at(30, "17:00"),
            deadline=deadline,
            expected_award_on=deadline.date() + timedelta(days=35),
            support_contact=f"{self.lead()}.example",
            support_hours="Monday to Friday, 09:00 to 17:00",
            actor=person(self.lead()),
            now=self.at(15),
        )
        asker = competition.invitations.get(organisation__name=story.bidders[0])
        asked = clarifications.ask(
            invitation=asker,
            question=f"{MARK}May the service be run from two places?",
            actor=self.writer(story.bidders[0]),
            now=self.at(17),
        )
        clarifications.answer(
            clarification=asked,
            published_question=f"{MARK}May the service be run from two places?",
            text=f"{MARK}Yes, as long as people reach it by one telephone number.",
            actor=person(self.lead("commissioner")),
            now=self.at(18),
        )
        return competition

    def writer(self, name: str) -> User:
        """Return the bid writer of a provider."""
        return bid_writer(provider(name))

    def bid(self, competition: Competition, name: str, number: int) -> Bid:
        """Let one provider bid; in a competition still open the last one is only half done."""
        story, writer = self.story, self.writer(name)
        bid = bids.start(
            invitation=competition.invitations.get(organisation__name=name), actor=writer, now=self.at(21)
        )
        asked = items.of_scheme(competition.scheme)
        half = story.until == "open" and number == len(story.bidders) - 1
        values = {item.code: self.value(item, name, number) for item in (asked[:1] if half else asked)}
        bids.save(bid=bid, values=values, actor=writer, now=self.at(24, "15:00"))
        if number < 2 and story.until in {"open", "scoring"}:
            uploads.put_to_bid(bid, writer, self.at(24, "15:20"))
        if not half:
            bids.submit(bid=bid, actor=writer, now=self.at(25, "16:00"))
        return bid

    def value(self, item: items.Item, name: str, number: int) -> object:
        """Return an invented answer, declaration or price."""
        if item.kind == "price":
            return (Decimal(self.story.value) * (86 + 4 * number) / 100).quantize(Decimal("0.01"))
        if item.kind == "standard":
            return Declared(is_met=True, text=f"{MARK}Yes.")
        return texts.answer(name, self.story.title, item.title, len(name) + number)

    def judge(self, competition: Competition) -> None:
        """Close and open the bids, and let the panel work."""
        competitions.close(competition=competition, actor=SWEEP, now=self.at(37, "12:01"))
        competitions.unseal(competition=competition, actor=person(self.lead()), now=self.at(41))
        competition.refresh_from_db()
        names = list(self.story.bidders)

        def agreed(assessment: Assessment) -> tuple[int, ...]:
            place = names.index(assessment.organisation.name)
            return ((4, 4, 4), (4, 3, 3), (3, 4, 3))[place % 3]

        times = judging.Times(
            appointed=self.at(41, "11:00"),
            started=self.at(41, "12:00"),
            declared=self.at(42),
            scored=self.at(45),
            handed_in=self.at(50),
            moderated=self.at(53),
            closed=self.at(56),
        )
        stop = "scoring" if self.story.until == "scoring" else ""
        exercise = Exercise.objects.get(competition=competition)
        judging.judge(exercise, agreed, times, lead=self.lead(), stop=stop)

    def award(self, competition: Competition, offers: list[Bid]) -> None:
        """Open the prices, recommend, sign, write to everyone, keep standstill, and make the contract."""
        story = self.story
        if not story.reaches("recommended"):
            return
        competition.refresh_from_db()
        competitions.unseal_prices(competition=competition, actor=person(self.lead()), now=self.at(58))
        award = awards.recommend(
            competition=competition,
            bid=offers[0],
            reasons=f"{MARK}It is first in the published ranking for quality and price together.",
            advantages=f"{MARK}It backed each claim with figures and named who does what, and when.",
            actor=person(self.lead()),
            now=self.at(60),
        )
        if story.reaches("standstill"):
            self.tell_bidders(award)
        if story.reaches("issued"):
            self.contract(award)

    def tell_bidders(self, award: Award) -> None:
        """Let the director sign, then draft, render and release the letters."""
        sent = self.at(67) if self.story.reaches("issued") else days_from(self.today, -3)
        awards.sign(award=award, actor=person(self.lead("director")), now=self.at(63))
        awards.draft_letters(award=award, planned_on=sent.date(), actor=person(self.lead()), now=self.at(64))
        award.refresh_from_db()
        printing.print_all(Letter.objects.filter(batch__award=award).values_list("pk", flat=True))
        awards.release(award=award, actor=person(self.lead("release")), now=sent)

    def contract(self, award: Award) -> None:
        """Issue the contract after standstill; where the story goes on, let both sign it."""
        award.refresh_from_db()
        contract = contracts.issue(award=award, actor=person(self.lead()), now=self.at(85))
        printing.print_all(Letter.objects.filter(about=contract.reference).values_list("pk", flat=True))
        if self.story.reaches("signed"):
            contract.refresh_from_db()
            contracts.sign_for_provider(
                contract=contract, actor=self.writer(self.story.bidders[0]), now=self.at(88)
            )
            contracts.sign_for_authority(
                contract=contract, actor=person(self.lead("director")), now=self.at(91)
            )
