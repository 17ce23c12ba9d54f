"""Wording proposed when a scheme is begun: the scale, the usual questions and declarations.

Only a beginning: the procurement lead changes it before publishing, and what is published is frozen.
"""

from dataclasses import dataclass
from decimal import Decimal

from commissioning.regimes import exclusions


@dataclass(frozen=True)
class Level:
    """One score of the scale; `plain` is what lay evaluators read."""

    score: int
    label: str
    descriptor: str
    plain: str


@dataclass(frozen=True)
class Asked:
    """A question; without a weight it is answered and not scored."""

    code: str
    kind: str
    title: str
    text: str
    guidance: str
    word_limit: int
    weight: Decimal | None = None
    files_allowed: int = 0


@dataclass(frozen=True)
class Standard:
    """A minimum standard that is declared and decided pass or fail."""

    code: str
    title: str
    text: str
    evidence_wanted: str = ""
    ground: str = ""
    look_back_years: int | None = None


SCALE = (
    Level(
        0,
        "No answer",
        "Nothing was answered, or nothing that has to do with the question.",
        "They did not answer the question.",
    ),
    Level(
        1,
        "Poor",
        "Little of the question is answered. There is no evidence, or it does not support what is claimed, "
        "and we would have serious doubts that the need could be met.",
        "I would not trust this answer: most of it is missing.",
    ),
    Level(
        2,
        "Limited",
        "Part of the question is answered. The evidence is thin or general, and there are gaps that leave "
        "doubts about parts of the service.",
        "Some of it is there, but something important is missing.",
    ),
    Level(
        3,
        "Satisfactory",
        "The question is answered in the main. The evidence is relevant, and what is missing is minor and "
        "would not harm the service.",
        "This is good enough: it would work, with small gaps.",
    ),
    Level(
        4,
        "Good",
        "The whole question is answered. The evidence is specific and convincing, and gives confidence that "
        "the need will be met well.",
        "This is a good answer: I can see how it would work and why.",
    ),
    Level(
        5,
        "Excellent",
        "The whole question is answered in depth. Specific, tested evidence gives high confidence, and the "
        "answer brings benefits to people beyond what was asked.",
        "This is an excellent answer: it is clear, proven, and offers people more than we asked for.",
    ),
)

_LOOK_FOR = "What you do now, how you know that it works, and what you would do here. Use real examples."

ADMISSION_QUESTIONS = (
    Asked(
        "MS1",
        "method",
        "Experience and skills",
        "Describe your organisation's experience of this kind of support, and how your people have the "
        "skills that the lot asks for.",
        _LOOK_FOR,
        750,
        Decimal("30.00"),
        1,
    ),
    Asked(
        "MS2",
        "method",
        "Outcomes for people",
        "Explain how you would achieve the lot's outcomes with people and those who care for them, how you "
        "would measure this, and what you would do where it does not work.",
        _LOOK_FOR,
        750,
        Decimal("30.00"),
        1,
    ),
    Asked(
        "MS3",
        "method",
        "Working with others",
        "Explain how you work together with health, social care and community organisations, and how people "
        "who use your support shape it.",
        _LOOK_FOR,
        750,
        Decimal("30.00"),
        1,
    ),
    Asked(
        "SV1",
        "social_value",
        "Social value",
        "Say what your work under this agreement would add for local people, the local economy and the "
        "environment, and how anyone could see that it happened.",
        "Promises that can be kept and checked, in proportion to the size of your organisation.",
        500,
        Decimal("10.00"),
    ),
)

ADMISSION_STANDARDS = (
    Standard(
        "INS",
        "Insurance",
        "We hold, or will hold before any contract starts, employer's liability insurance of £5 million and "
        "public liability insurance of £5 million.",
        "Certificates, or a broker's letter",
    ),
    Standard(
        "SAFE",
        "Safeguarding",
        "We have a safeguarding policy for adults, a named lead, and checks by the Disclosure and Barring "
        "Service for everyone whose work requires one.",
        "The policy and the name of the lead",
    ),
    Standard(
        "CQC",
        "Registration where it is required",
        "Where what we offer is a regulated activity we are registered with the Care Quality Commission and "
        "rated Good or Outstanding; where it is not, we do not need to be registered.",
        "The provider ID, where there is one",
    ),
)

COMMON_QUESTIONS = (
    Asked(
        "ORG1",
        "information",
        "What your organisation does",
        "Tell us in a few sentences what your organisation does, for whom and where.",
        "",
        200,
    ),
)

TRUE = "TRUE"
COMMON_STANDARDS = (
    Standard(
        "SLAVE",
        "Modern slavery",
        "The organisation takes steps against modern slavery in its own work and in what it buys.",
    ),
    Standard(
        "DATA",
        "Personal data",
        "The organisation protects personal data as the law asks, and everyone who handles it has been "
        "trained.",
        "Your registration number with the Information Commissioner",
    ),
    Standard(
        TRUE,
        "True and complete",
        "What is said in this application is true and complete as far as we know, and we will tell you if it "
        "changes.",
    ),
)


def common_standards(regime: str) -> tuple[Standard, ...]:
    """Return the declarations of a common part under a regime."""
    return declarations(exclusions.of_regime(regime))


def declarations(law: exclusions.Exclusions) -> tuple[Standard, ...]:
    """Return what is declared under a law: its grounds for exclusion, then the usual declarations."""
    return (
        *(_standard(ground) for ground in law.grounds),
        *COMMON_STANDARDS,
    )


def _standard(ground: exclusions.Ground) -> Standard:
    return Standard(
        ground.code,
        ground.title,
        ground.statement,
        ground=str(ground.kind),
        look_back_years=ground.look_back_years,
    )
