"""What must hold for schemes, their questions, scale and prices."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from commissioning.workflow import Reason

HUNDRED = Decimal("100.00")
# The formulas of `evaluation.rules.price_points`.
PRICE_FORMULAS = (
    ("lowest", "The lowest price divided by the bid's price"),
    ("benchmark", "A published benchmark divided by the bid's price, at most full points"),
    ("fixed", "A fixed price: every bid that keeps to it has full points"),
)
# What may decide between equal totals, in an order that each competition publishes (rulebook D16).
TIE_BREAKS = (
    ("quality", "The higher quality total"),
    ("price", "The lower price"),
    ("first_question", "The higher score on the question with the most weight"),
    ("lot", "Drawing lots, recorded"),
)

# Limits on files that a scheme begins with, and the most that it may set; MB are of 1,048,576 bytes.
FILE_MEGABYTES = MOST_FILE_MEGABYTES = 25
FILES_MEGABYTES, MOST_FILES_MEGABYTES = 100, 500
FILE_NAME_LENGTH, LEAST_NAME_LENGTH, MOST_NAME_LENGTH = 100, 20, 150


def refusal_to_change(scheme: Any) -> str | None:
    """Return why nothing in a scheme can be changed any more, or nothing."""
    if scheme.state == "draft":
        return None
    return "A published scheme is frozen: copy it, and change the copy."


def scored(questions: Iterable[Any]) -> list[Any]:
    """Return the questions that are scored."""
    return [question for question in questions if question.kind != "information"]


def total_weight(questions: Iterable[Any]) -> Decimal:
    """Return the exact total of the scored questions' weights."""
    return sum((question.weight or Decimal(0) for question in scored(questions)), Decimal("0.00"))


def questions_are_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the questions still lack, or nothing: weights total exactly 100 (rulebook D2)."""
    questions = list(scheme.questions.all())
    if scheme.kind == "common":
        if questions or scheme.standards.all():
            return None
        return Reason("Add at least one question or minimum standard.", field="questions")
    if any(question.weight is None or question.weight <= 0 for question in scored(questions)):
        return Reason("Give each scored question a weight above 0.", field="questions")
    total = total_weight(questions)
    if total != HUNDRED:
        return Reason(
            f"The weights of the questions total {total}; they must total exactly 100.", field="questions"
        )
    return None


def scale_is_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the scale and threshold still lack, or nothing."""
    if scheme.kind == "common":
        return None
    if [level.score for level in scheme.scale.all()] != list(range(scheme.maximum + 1)):
        return Reason(f"Describe each score of the scale, from 0 to {scheme.maximum}.", field="scale")
    if scheme.kind == "admission" and scheme.threshold is None:
        return Reason("Set the quality threshold.", field="scheme")
    return None


def price_is_complete(scheme: Any, actor: Any, now: datetime) -> Reason | None:
    """Return what the price part still lacks, or nothing."""
    if scheme.quality_weight + scheme.price_weight != HUNDRED:
        return Reason("The quality and price weights must total exactly 100.", field="scheme")
    if scheme.price_weight and not (scheme.price_formula and scheme.price_lines.all()):
        return Reason(
            "Price has a weight, so choose a price formula and add at least one price line.",
            field="price_lines",
        )
    return None


def scheme_refusals(scheme: Any) -> list[Reason]:
    """Return what is impossible in a scheme's own settings, whatever its questions."""
    problems = _of_another_kind(scheme)
    if scheme.threshold is not None and not 0 <= scheme.threshold <= 100:
        problems.append(Reason("The threshold must be 0 to 100 per cent.", field="threshold"))
    if not 0 <= scheme.price_weight <= 100 or scheme.quality_weight + scheme.price_weight != HUNDRED:
        problems.append(
            Reason(
                f"The quality weight ({scheme.quality_weight}) and the price weight ({scheme.price_weight}) "
                "must total exactly 100.",
                field="price_weight",
            )
        )
    if scheme.price_formula and scheme.price_formula not in dict(PRICE_FORMULAS):
        problems.append(Reason("Choose one of the price formulas.", field="price_formula"))
    if scheme.price_weight and not scheme.price_formula:
        problems.append(Reason("Price has a weight, so choose a price formula.", field="price_formula"))
    if scheme.price_formula == "benchmark" and not (scheme.price_benchmark and scheme.price_benchmark > 0):
        problems.append(Reason("Give the benchmark, more than £0.", field="price_benchmark"))
    unknown = [one for one in scheme.tie_break if one not in dict(TIE_BREAKS)]
    if unknown or len(set(scheme.tie_break)) != len(scheme.tie_break):
        problems.append(Reason("Give each tie-break once, in its order.", field="tie_break"))
    return problems + file_refusals(scheme)


def _of_another_kind(scheme: Any) -> list[Reason]:
    problems = []
    if scheme.kind == "common" and scheme.threshold is not None:
        problems.append(Reason("The common part is not scored, so it has no threshold.", field="threshold"))
    if scheme.kind != "admission" and scheme.panel_sees_last_score:
        problems.append(
            Reason("Only an application to a lot can be made again.", field="panel_sees_last_score")
        )
    if scheme.kind != "competition" and scheme.price_weight:
        problems.append(Reason("Only a mini-competition has a price.", field="price_weight"))
    if scheme.asks_consortium and scheme.kind != "admission":
        problems.append(
            Reason("Who applies together is asked in an entry for a lot only.", field="asks_consortium")
        )
    return problems


def file_refusals(scheme: Any) -> list[Reason]:
    """Return what is impossible in a scheme's limits on files (product 59)."""
    problems = []
    if not 1 <= scheme.file_megabytes <= MOST_FILE_MEGABYTES:
        problems.append(
            Reason(f"One file may have 1 to {MOST_FILE_MEGABYTES} MB at most.", field="file_megabytes")
        )
    if not scheme.file_megabytes <= scheme.files_megabytes <= MOST_FILES_MEGABYTES:
        problems.append(
            Reason(
                f"All files together may have {scheme.file_megabytes} MB, as much as one file, "
                f"to {MOST_FILES_MEGABYTES} MB at most.",
                field="files_megabytes",
            )
        )
    if not LEAST_NAME_LENGTH <= scheme.file_name_length <= MOST_NAME_LENGTH:
        problems.append(
            Reason(
                f"A file's name may have {LEAST_NAME_LENGTH} to {MOST_NAME_LENGTH} characters at most.",
                field="file_name_length",
            )
        )
    return problems


def question_refusals(scheme: Any, question: Any) -> list[Reason]:
    """Return what is impossible in one question."""
    problems = []
    if question.kind == "information":
        if question.weight is not None or question.floor is not None:
            problems.append(
                Reason("A question that is not scored has no weight and no floor.", field="weight")
            )
    elif scheme.kind == "common":
        problems.append(Reason("The common part is not scored: ask for information only.", field="kind"))
    elif question.weight is None or not 0 < question.weight <= 100:
        problems.append(Reason("The weight must be more than 0 and at most 100.", field="weight"))
    if not 1 <= question.word_limit <= 10_000:
        problems.append(Reason("The word limit must be 1 to 10,000 words.", field="word_limit"))
    if question.floor is not None and not 1 <= question.floor <= scheme.maximum:
        problems.append(Reason(f"The lowest score that passes must be 1 to {scheme.maximum}.", field="floor"))
    if not 0 <= question.files_allowed <= 5:
        problems.append(Reason("At most 5 files may be asked for.", field="files_allowed"))
    return problems


def scale_refusals(scheme: Any, levels: Sequence[Any]) -> list[Reason]:
    """Return which scores are not described: each from 0 to the highest has a label and a descriptor."""
    problems = [
        Reason(f"Describe score {level.score}.", field=f"descriptor_{level.score}")
        for level in levels
        if not level.label or not level.descriptor
    ]
    if len(levels) != scheme.maximum + 1:
        problems.append(Reason(f"Describe each score from 0 to {scheme.maximum}."))
    return problems


def line_refusals(line: Any) -> list[Reason]:
    """Return what is impossible in one price line."""
    problems = []
    if line.quantity <= 0:
        problems.append(Reason("The quantity must be more than 0.", field="quantity"))
    if line.ceiling is not None and line.ceiling <= 0:
        problems.append(Reason("The ceiling must be more than £0, or left empty.", field="ceiling"))
    return problems
