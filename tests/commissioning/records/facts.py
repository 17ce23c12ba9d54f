"""Facts for letters in tests, realistic and complete; `dataclasses.replace` changes one of them."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from commissioning import regimes
from commissioning.records import letter_parts
from commissioning.records.letter_parts import (
    Addressee,
    Admitted,
    AuthorityBlock,
    Line,
    ScaleStep,
    ScoreRow,
    Scores,
    Signatory,
    Standard,
    Standstill,
)
from evaluation.letters import AdmissionLetter, RefusalLetter

SENT_ON = date(2021, 3, 23)

SCALE = (
    ScaleStep(score=0, meaning="No answer, or nothing in it that bears on the question."),
    ScaleStep(score=1, meaning="Poor: most of what was asked for is missing or not believable."),
    ScaleStep(score=2, meaning="Limited: part of what was asked for, with important gaps."),
    ScaleStep(score=3, meaning="Satisfactory: what was asked for, with minor gaps."),
    ScaleStep(score=4, meaning="Good: all that was asked for, with evidence."),
    ScaleStep(score=5, meaning="Excellent: all that was asked for, with strong evidence and added worth."),
)


def letterhead() -> AuthorityBlock:
    return AuthorityBlock(
        name="Peterborough City Council",
        address=("Sand Martin House", "Bittern Way", "Fletton Quays", "Peterborough PE2 8TY"),
        email="procurement@pcc.example",
        partners=("Cambridgeshire County Council", "NHS Cambridgeshire and Peterborough"),
    )


def signatory() -> Signatory:
    return Signatory(
        name="Moira Fenwick", job_title="Procurement Lead", authority="Peterborough City Council"
    )


def standstill() -> Standstill:
    return letter_parts.standstill(regimes.PCR_LTR, regimes.Stage.ADMISSION, sent_on=SENT_ON)


REASONS = (
    (
        "Clear pathway from ward to home within 24 hours, with named link workers at both hospitals. "
        "Evidence from two earlier services. How weekend discharges would be staffed was not shown."
    ),
    (
        "Safe recruitment, induction and supervision are described in full. Cover for sickness rests "
        "on one person, and the route for raising a safeguarding concern at night is not stated."
    ),
    (
        "Outcomes are measured at the start and at 12 weeks with a recognised scale, and findings "
        "from complaints changed the service twice last year. Long-term follow-up is planned but not "
        "yet dated."
    ),
    (
        "Two paid traineeships a year for carers returning to work, and food-bank partnerships in "
        "three wards. Targets are given, but not how they will be checked."
    ),
)
TITLES = (
    ("Method statement 1: getting people home safely", 30, 4),
    ("Method statement 2: people, training and safeguarding", 30, 3),
    ("Method statement 3: outcomes and learning", 30, 4),
    ("Social value", 10, 3),
)


def scores() -> Scores:
    return Scores(
        rows=tuple(
            ScoreRow(
                title=title,
                weight=Decimal(weight),
                score=score,
                points=Decimal(weight) * score / 5,
                reason=reason,
            )
            for (title, weight, score), reason in zip(TITLES, REASONS, strict=True)
        ),
        maximum=5,
        scale=SCALE,
        total=Decimal(72),
        threshold=Decimal(65),
    )


def admission() -> AdmissionLetter:
    return AdmissionLetter(
        authority=letterhead(),
        to=Addressee(name="P3 Charity", address=("Eagle House", "Cotmanhay Road", "Ilkeston DE7 8HU")),
        sent_on=SENT_ON,
        signatory=signatory(),
        particulars=(
            Line(label="Agreement", text="Early Intervention and Prevention (EIP-PDPS)"),
            Line(label="Lot", text="Lot 1, Hospital Discharge and Admission Avoidance"),
            Line(
                label="Application round", text="First round (WIN-4TR7K), closed 20 January 2021, 12:00 noon"
            ),
            Line(label="Your application", text="APP-7K3M9"),
        ),
        notice="Notice of the decision: admitted",
        rights=regimes.PCR_LTR.rights,
        lot="Lot 1, Hospital Discharge and Admission Avoidance",
        agreement="Early Intervention and Prevention Pseudo Dynamic Purchasing System",
        round_title="first application round",
        lot_summary="The lot helps people to leave hospital in good time and to stay well at home.",
        standards=(
            Standard(title="Insurance cover in the sums required", passed=True),
            Standard(title="No ground for exclusion", passed=True),
        ),
        scores=scores(),
        standstill=standstill(),
        questions_to="procurement@pcc.example, Monday to Friday, 9:00 to 17:00",
        conditions=("Your insurance stays in force for as long as you are in the pool.",),
        begins_on=date(2021, 5, 3),
    )


def refusal() -> RefusalLetter:
    shared = {
        field.name: getattr(admission(), field.name)
        for field in fields(AdmissionLetter)
        if field.name not in ("conditions", "begins_on", "notice", "to")
    }
    below = scores()
    rows = tuple(
        replace(row, score=score, points=row.weight * score / 5, reason=reason)
        for row, score, reason in zip(below.rows, (3, 2, 3, 2), REFUSED, strict=True)
    )
    return RefusalLetter(
        **{**shared, "scores": replace(below, rows=rows, total=Decimal(52))},
        to=Addressee(name="Fenland Home Support Ltd (demo)", address=("4 Quay Street", "Wisbech PE13 1AX")),
        notice=regimes.PCR_LTR.letter_not_admitted,
        grounds=(
            "Your total was 52% and the quality threshold is 65%: you were 13 percentage points short.",
        ),
        admitted=tuple(
            Admitted(name=name, total=Decimal(total))
            for name, total in (
                ("Age UK Cambridgeshire and Peterborough", 84),
                ("British Red Cross", 82),
                ("Cambridgeshire Deaf Association", 70),
                ("Care Network Cambridgeshire", 80),
                ("Caring Together Charity", 76),
                ("Cera Care Operations Ltd", 68),
                ("HomeLink Healthcare Ltd", 74),
                ("Huntingdonshire Society for the Blind", 66),
                ("P3 Charity", 72),
            )
        ),
        field_summary=(
            "9 providers were admitted to this lot, with totals from 66% to 84%. Their agreed scores "
            "were: Method statement 1, 3 to 5; Method statement 2, 3 to 4; Method statement 3, 3 to "
            "4; Social value, 3 to 5. Their answers named who does what from ward to home, showed "
            "results of earlier services with figures, and said how staff are covered when somebody "
            "is ill."
        ),
        reopens_on=date(2021, 10, 4),
        feedback_until=date(2021, 4, 20),
    )


REFUSED = (
    (
        "The steps from referral to the first visit are described in general terms. No named contact "
        "at the hospitals, and no evidence from an earlier service."
    ),
    (
        "Recruitment checks are stated. Induction, supervision and cover for absence are not "
        "described, and the safeguarding route names a policy but no person."
    ),
    (
        "Satisfaction is measured once a year. Outcomes for the person are listed, without a way to "
        "measure them."
    ),
    "One commitment, to recruit locally, without a number or a date.",
)
