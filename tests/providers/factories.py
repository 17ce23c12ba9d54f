"""Windows that are open, and applications in them, made as rows without their ceremony."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import regimes
from commissioning.board.models import Board
from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records import sealing
from commissioning.records.models import Round
from commissioning.regimes import exclusions
from lots.models import (
    Agreement,
    AgreementAuthority,
    Follower,
    Lot,
    MinimumStandard,
    PriceLine,
    Question,
    ScaleLevel,
    Scheme,
    Window,
    WindowAnswer,
    WindowAnswerVersion,
    WindowLot,
    WindowQuestion,
)
from providers.consortium import CODE, Associate, Consortium
from providers.models import Admission, Application, Entry, Submission
from providers.services import application_answers, applications, entries, submissions
from providers.services import consortium as consortium_services
from providers.services import rolling as rolling_services
from tests import factories
from tests.remembered import remembered

OPENS = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
NOW = datetime(2027, 1, 14, 14, 2, 11, tzinfo=UTC)
BEFORE = datetime(2027, 1, 13, 10, 0, tzinfo=UTC)
DEADLINE = datetime(2027, 1, 20, 12, 0, tzinfo=UTC)
AFTER = datetime(2027, 1, 20, 12, 10, tzinfo=UTC)
_numbers = count(1)


@remembered
def agreement(lots: int = 3, lead: Organisation | None = None, **given: Any) -> Agreement:
    """Return a saved, published agreement with so many active lots, led by an authority of its own."""
    number = next(_numbers)
    made = Agreement.objects.create(
        **{
            "reference": f"TEST-{number}",
            "title": f"Early help {number}",
            "description": "Help for people before they need more of it.",
            "regime": "PCR_LTR",
            "profile": regimes.as_data(regimes.profile("PCR_LTR")),
            "board": Board.objects.create(name=f"Board {number}", quorum=1),
            "starts_on": datetime(2026, 5, 3, tzinfo=UTC).date(),
            "initial_years": 5,
            "initial_ends_on": datetime(2031, 5, 2, tzinfo=UTC).date(),
            "published_maximum": Decimal("21329161.00"),
            "support_contact": "procurement@example.org",
            "support_hours": "Monday to Friday, 9 am to 5 pm",
            "created_at": OPENS,
            "state": "published",
            "state_since": OPENS,
            **given,
        }
    )
    AgreementAuthority.objects.create(
        agreement=made, organisation=lead or factories.authority(), is_lead=True, since=made.starts_on
    )
    for place in range(1, lots + 1):
        lot(made, place)
    return made


def lot(of: Agreement, number: int, **given: Any) -> Lot:
    given.setdefault("state", "active")
    return Lot.objects.create(
        agreement=of,
        number=number,
        title=f"Lot title {number}",
        annual_value=Decimal("654231.00"),
        term_value=Decimal("4579617.00"),
        state_since=OPENS,
        **given,
    )


def scheme(of: Agreement, kind: str = "admission", **given: Any) -> Scheme:
    """Return a saved, published scheme: two minimum standards, and three method statements with social value.

    The common part has one question and one declaration; a competition has two price lines as well.
    """
    given.setdefault("title", f"Scheme {next(_numbers)}")
    given.setdefault("threshold", None if kind == "common" else Decimal("65.00"))
    made = Scheme.objects.create(
        agreement=of, kind=kind, created_at=OPENS, state="draft", state_since=OPENS, **given
    )
    if kind == "common":
        question(made, 1, "ORG", kind=Question.Kind.INFORMATION, title="Your organisation", word_limit=200)
        standard(made, 1, "EXCL", title="Grounds for exclusion")
    else:
        _ask(made)
    made.state = "published"
    made.save(update_fields=["state"])
    return made


def _ask(made: Scheme) -> None:
    standard(made, 1, "INS", title="Insurance", evidence_wanted="Insurer and policy number")
    standard(made, 2, "SAFE", title="Safeguarding policy")
    for place in (1, 2, 3):
        question(made, place, f"MS{place}", title=f"Method statement {place}", files_allowed=2)
    question(
        made,
        4,
        "SV",
        kind=Question.Kind.SOCIAL_VALUE,
        title="Social value",
        word_limit=5,
        weight=Decimal("10.00"),
    )
    for score in range(6):
        ScaleLevel.objects.create(scheme=made, score=score, label=f"Level {score}", descriptor=f"As {score}")
    if made.kind == "competition":
        price_line(made, 1, "HOUR", title="One hour of support", ceiling=Decimal("30.00"))
        price_line(made, 2, "SET", title="Setting up", ceiling=None)


def question(of: Scheme, position: int, code: str, **given: Any) -> Question:
    given.setdefault("kind", Question.Kind.METHOD)
    given.setdefault("word_limit", 500)
    given.setdefault("guidance", "Evaluators look for people heard, and for results you can show.")
    if given["kind"] != Question.Kind.INFORMATION:
        given.setdefault("weight", Decimal("30.00"))
    return Question.objects.create(
        scheme=of, position=position, code=code, text=f"How will you do {code}?", **given
    )


def standard(of: Scheme, position: int, code: str, **given: Any) -> MinimumStandard:
    given.setdefault("text", f"We meet the standard {code}.")
    return MinimumStandard.objects.create(scheme=of, position=position, code=code, **given)


def price_line(of: Scheme, position: int, code: str, **given: Any) -> PriceLine:
    return PriceLine.objects.create(
        scheme=of, position=position, code=code, unit="hour", quantity=Decimal("100.00"), **given
    )


@remembered
def window(
    of: Agreement | None = None, *, common: bool = True, consortium: bool = False, **given: Any
) -> Window:
    """Return a saved window, open from `OPENS` to `DEADLINE`, for every lot of the agreement.

    With `consortium` its lots ask who applies together.
    """
    of = of or agreement()
    made = Window.objects.create(
        **{
            "agreement": of,
            "title": "Spring window",
            "opens_at": OPENS,
            "deadline": DEADLINE,
            "common_scheme": scheme(of, "common") if common else None,
            "next_due_at": given.get("deadline", DEADLINE),
            "created_at": OPENS,
            "state": "open",
            "state_since": OPENS,
            **given,
        }
    )
    law = exclusions.of_regime(of.regime)
    grounds = list(law.associates) if consortium else []
    asked = scheme(of, asks_consortium=consortium, asks_grounds_of=grounds)
    for offered in of.lots.exclude(state="removed"):
        WindowLot.objects.create(
            window=made,
            lot=offered,
            scheme=asked,
            round=sealing.create_round(
                title=f"{made.reference} {offered}",
                not_before=made.deadline,
                now=OPENS,
                audit_chain=of.reference,
            ),
        )
    return made


@remembered
def rolling_lot(of: Agreement | None = None, **given: Any) -> Lot:
    """Return the first lot of an agreement (a new one, unless given), which takes entries at any time."""
    of = of or agreement(**given)
    of.rolling_common_scheme = scheme(of, "common")
    of.save(update_fields=["rolling_common_scheme"])
    made = of.lots.get(number=1)
    made.rolling_scheme = scheme(of)
    made.save(update_fields=["rolling_scheme"])
    return made


@remembered
def rolling(of: Lot | None = None, *, by: User | None = None, now: datetime = BEFORE) -> Entry:
    """Return a rolling entry that was begun and filled the day before, not submitted."""
    by = by or bid_writer()
    begun = rolling_services.start(lot=of or rolling_lot(), organisation=provider_of(by), actor=by, now=now)
    return fill(begun.entries.get(), now=now)


def bid_writer(organisation: Organisation | None = None, **given: Any) -> User:
    """Return a saved person who writes for a provider (a new one, unless given)."""
    return factories.person(organisation or factories.provider(), Role.PROVIDER_ADMIN, **given)


def lead_of(of: Agreement) -> User:
    return factories.person(of.lead, Role.LEAD)


def provider_of(user: User) -> Organisation:
    membership = user.memberships.select_related("organisation").get()
    return membership.organisation


@remembered
def application(
    of: Window | None = None, *, by: User | None = None, numbers: tuple[int, ...] = (1,), now: datetime = NOW
) -> Application:
    """Return an application started by the service, for these lots of the window."""
    of = of or window()
    by = by or bid_writer()
    return applications.start(
        window=of,
        lots=list(of.lots.filter(lot__number__in=numbers)),
        organisation=provider_of(by),
        actor=by,
        now=now,
    )


def writer_of(of: Application) -> User:
    assert of.started_by is not None
    return of.started_by


def entry_of(of: Application, number: int = 1) -> Entry:
    return of.entries.get(window_lot__lot__number=number)


def round_of(of: Entry | Submission) -> Round:
    """Return the round an entry or its submission is sealed to."""
    found = (of.submission if isinstance(of, Entry) else of).round
    assert found is not None
    return found


def fill(of: Entry, *, by: User | None = None, now: datetime = NOW) -> Entry:
    """Answer everything an entry and its common part ask for, by the services."""
    by = by or writer_of(of.application)
    parts = [of.submission, *([of.application.common] if of.application.common else [])]
    for part in parts:
        application_answers.save_answers(
            application=of.application,
            submission=part,
            values={item.code: answer(item) for item in submissions.items.of_scheme(part.scheme)},
            actor=by,
            now=now,
        )
    return of


def answer(item: Any) -> Any:
    """Return a complete answer to an item; its words are found nowhere else."""
    if item.kind == "standard":
        return submissions.Declared(is_met=True, text=f"Zanzibar Mutual {item.code}")
    if item.kind == "consortium":
        return Consortium(alone=True)
    return Decimal("19.90") if item.kind == "price" else f"Marmalade {item.code} quokka"


def associate(name: str = "Hunts Forum", **given: Any) -> Associate:
    """Return a complete subcontractor, unless told otherwise."""
    facts = {"number": 0, "role": "subcontractor", "does": "Runs the evening line", **given}
    if facts["role"] == "member" or facts.get("relied_for"):
        facts.setdefault("is_clear", True)
    return Associate(name=name, **facts)


def name(of: Entry, *associates: Associate, by: User | None = None, now: datetime = NOW) -> Entry:
    """Name these in an entry, by the services."""
    by = by or writer_of(of.application)
    for one in associates or (associate(),):
        kept = of.submission.versions.filter(item=CODE).first()
        consortium_services.put(
            entry=of, associate=one, based_on=kept.number if kept else 0, actor=by, now=now
        )
    return of


def submitted(
    of: Window | None = None, *, number: int = 1, by: User | None = None, now: datetime = NOW
) -> Entry:
    """Return an entry that was filled and submitted."""
    entry = fill(entry_of(application(of, by=by, numbers=(number,), now=now), number), now=now)
    entries.submit(entry=entry, actor=writer_of(entry.application), now=now)
    return entry


def admission(of: Lot, organisation: Organisation | None = None, **given: Any) -> Admission:
    """Return a saved admission to the lot's pool, current unless told otherwise."""
    given.setdefault("state", "current")
    given.setdefault("decided_at", OPENS)
    given.setdefault("effective_at", OPENS)
    return Admission.objects.create(
        lot=of, organisation=organisation or factories.provider(), state_since=OPENS, **given
    )


def pdf(name: str = "policy.pdf", content: bytes = b"walrus", size: int | None = None) -> SimpleUploadedFile:
    """Return an upload that is a PDF by its content."""
    body = b"%PDF-1.7\n" + content + b"\n" * max(0, (size or 0) - len(content) - 20) + b"\n%%EOF\n"
    return SimpleUploadedFile(name, body, content_type="application/pdf")


def asked(
    of: Window, *, by: User | None = None, question: str = "May one provider answer twice?"
) -> WindowQuestion:
    """Return a question about a window that waits for an answer, asked by a provider's person."""
    writer = by or bid_writer()
    return WindowQuestion.objects.create(
        window=of,
        question=question,
        asked_at=NOW,
        organisation=provider_of(writer),
        person=writer,
        state="asked",
        state_since=NOW,
    )


def answered(of: Window, *, by: User | None = None) -> WindowAnswer:
    """Return a published answer to a question about a window."""
    made = WindowAnswer.objects.create(window=of, number=of.answers.count() + 1)
    question = asked(of, by=by)
    question.state, question.answer = "answered", made
    question.save()
    WindowAnswerVersion.objects.create(
        answer=made,
        version=1,
        published_question=question.question,
        text="No, once.",
        published_at=NOW,
        published_by=lead_of(of.agreement),
    )
    return made


def asked_by_email(of: Window, email: str = "robin@newcomer.example") -> WindowQuestion:
    """Return a question of somebody without an account, confirmed by the link in the e-mail."""
    return WindowQuestion.objects.create(
        window=of,
        question="Is there a price?",
        asked_at=NOW,
        name="Robin Newcomer",
        email=email,
        state="asked",
        state_since=NOW,
    )


def follower(of: Agreement, email: str = "robin@newcomer.example") -> Follower:
    """Return a confirmed follower of an agreement."""
    return Follower.objects.create(agreement=of, email=email, asked_at=OPENS, confirmed_at=OPENS)
