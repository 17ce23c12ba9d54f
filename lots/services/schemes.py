"""Verbs on a scheme: begin it, write its parts, publish it (which freezes it), copy it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.models import Organisation, User
from commissioning.regimes import exclusions
from commissioning.workflow import Reason, Refused, lock
from lots import proposals, rules
from lots.models import Agreement, MinimumStandard, PriceLine, Question, ScaleLevel, Scheme
from lots.queries import standing
from lots.rules.ended import refusal_to_begin_scheme
from lots.rules.schemes import refusal_to_change, scale_refusals
from lots.workflow import SCHEME

from .checks import refuse_any, refuse_if, refuse_overtaken

Seen = Mapping[str, Any] | None

THRESHOLD = Decimal("65.00")
SETTINGS = (
    "title",
    "threshold",
    "quality_weight",
    "price_weight",
    "price_formula",
    "price_benchmark",
    "tie_break",
    "file_megabytes",
    "files_megabytes",
    "file_name_length",
    "plain_file_names",
    "panel_sees_last_score",
    "asks_consortium",
)
PARTS = (Question, MinimumStandard, ScaleLevel, PriceLine)


def create(
    *,
    agreement: Agreement,
    kind: str,
    title: str,
    actor: User,
    now: datetime,
    authority: Organisation | None = None,
    proposed: bool = False,
    threshold: Decimal | None = None,
    price_weight: Decimal = Decimal("0.00"),
    price_formula: str = "",
    price_benchmark: Decimal | None = None,
    tie_break: Sequence[str] = (),
    panel_sees_last_score: bool = False,
    asks_consortium: bool | None = None,
) -> Scheme:
    """Begin a scheme as a draft, with the proposed 0-5 scale unless it is a common part; return it.

    `proposed` adds the usual questions and minimum standards as well, and asks of an admission who applies
    together unless `asks_consortium` says otherwise. `authority` writes it where that is
    not the agreement's lead (settled 5). An admission scheme without a threshold gets 65 per cent; quality
    has what price leaves of 100. Raises Denied, Refused.
    """
    if kind not in Scheme.Kind.values:
        raise Refused("Choose what the scheme is for.", field="kind")
    if authority is not None and authority.pk not in agreement.sighted_by:
        raise Refused(f"{authority} is not in this agreement.", field="authority")
    scheme = Scheme(
        agreement=agreement,
        authority=authority,
        kind=kind,
        title=title.strip(),
        threshold=THRESHOLD if threshold is None and kind == Scheme.Kind.ADMISSION else threshold,
        quality_weight=rules.HUNDRED - price_weight,
        price_weight=price_weight,
        price_formula=price_formula,
        price_benchmark=price_benchmark,
        tie_break=list(tie_break),
        panel_sees_last_score=panel_sees_last_score,
        asks_consortium=(
            proposed and kind == Scheme.Kind.ADMISSION if asks_consortium is None else asks_consortium
        ),
        state="draft",
        state_since=now,
        created_at=now,
    )
    policies.require(actor, "scheme.change", scheme)
    refuse_if(refusal_to_begin_scheme(scheme.agreement, now))
    refuse_any(rules.scheme_refusals(scheme))
    _settle_grounds(scheme)
    with unit():
        scheme.save()
        _begin(scheme, proposed=proposed)
        record("scheme.create", scheme, actor=actor, at=now, after={"kind": kind, **_settings(scheme)})
    return scheme


def change(*, scheme: Scheme, actor: User, now: datetime, seen: Seen = None, **settings: Any) -> None:
    """Change a draft scheme's own settings, which `SETTINGS` names; the same again changes nothing.

    `seen` is what stood when the page was drawn (`queries.standing.settings`). Raises Denied, Refused, and
    Overtaken where something else stands by now.
    """
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise TypeError(f"A scheme takes no {', '.join(sorted(unknown))}.")
    with unit():
        _draft(scheme, actor)
        before, stands = _settings(scheme), standing.settings(scheme)
        for name, value in settings.items():
            setattr(scheme, name, value)
        if "price_weight" in settings and "quality_weight" not in settings:
            scheme.quality_weight = rules.HUNDRED - scheme.price_weight
        changed, given = standing.last_change(scheme, "scheme.change"), standing.settings(scheme)
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        refuse_any(rules.scheme_refusals(scheme))
        _settle_grounds(scheme)
        if standing.is_same(before, _settings(scheme)):
            return
        scheme.save()
        record("scheme.change", scheme, actor=actor, at=now, before=before, after=_settings(scheme))


def add_question(*, scheme: Scheme, actor: User, now: datetime, **values: Any) -> Question:
    """Add a question to a draft scheme, last unless `position` says otherwise.

    Values are the question's own fields: code, kind, title, text, guidance, word_limit, weight (per cent),
    floor, files_allowed. Raises Denied, Refused.
    """
    return _add(Question(scheme=scheme), values, rules.question_refusals, actor, now)


def change_question(
    *, question: Question, actor: User, now: datetime, seen: Seen = None, **values: Any
) -> None:
    """Change a question of a draft scheme; the same again changes nothing.

    `seen` is what stood when the page was drawn (`queries.standing.part`). Raises Denied, Refused, and
    Overtaken where something else stands by now.
    """
    _change(question, values, rules.question_refusals, actor, now, seen)


def add_standard(*, scheme: Scheme, actor: User, now: datetime, **values: Any) -> MinimumStandard:
    """Add a minimum standard: its fields are the model's own. Raises Denied, Refused."""
    return _add(MinimumStandard(scheme=scheme), values, _nothing, actor, now)


def change_standard(
    *, standard: MinimumStandard, actor: User, now: datetime, seen: Seen = None, **values: Any
) -> None:
    """Change a minimum standard of a draft scheme, as `change_question` does."""
    _change(standard, values, _nothing, actor, now, seen)


def add_price_line(*, scheme: Scheme, actor: User, now: datetime, **values: Any) -> PriceLine:
    """Add a price line: code, title, unit, quantity, ceiling in GBP or None. Raises Denied, Refused."""
    if scheme.kind != Scheme.Kind.COMPETITION:
        raise Refused("Only a mini-competition has a price.")
    return _add(PriceLine(scheme=scheme), values, _line_refusals, actor, now)


def change_price_line(
    *, line: PriceLine, actor: User, now: datetime, seen: Seen = None, **values: Any
) -> None:
    """Change a price line of a draft scheme, as `change_question` does."""
    _change(line, values, _line_refusals, actor, now, seen)


def remove_part(*, part: Question | MinimumStandard | PriceLine, actor: User, now: datetime) -> None:
    """Take a question, minimum standard or price line out of a draft scheme. Raises Denied, Refused."""
    with unit():
        _draft(part.scheme, actor)
        action = f"scheme.remove_{_noun(part)}"
        record(action, part.scheme, actor=actor, at=now, before=standing.part(part))
        part.delete()


def set_scale(
    *,
    scheme: Scheme,
    levels: Sequence[tuple[str, str, str]],
    actor: User,
    now: datetime,
    seen: Seen = None,
) -> None:
    """Describe the scale whole, from 0 up: label, descriptor, and a plainer wording for lay evaluators.

    `seen` is what stood when the page was drawn (`queries.standing.scale`). The same again changes nothing.
    Raises Denied, Overtaken where something else stands by now, and Refused unless every score from 0 to
    the highest has a label and a descriptor.
    """
    with unit():
        _draft(scheme, actor)
        if scheme.kind == Scheme.Kind.COMMON:
            raise Refused("The common part is not scored, so it has no scale.")
        described = [
            ScaleLevel(
                scheme=scheme,
                score=score,
                label=label.strip(),
                descriptor=descriptor.strip(),
                plain=plain.strip(),
            )
            for score, (label, descriptor, plain) in enumerate(levels)
        ]
        stands, given = standing.scale(scheme.scale.all()), standing.scale(described)
        changed = standing.last_change(scheme, "scheme.set_scale")
        refuse_overtaken(seen=seen, stands=stands, given=given, changed=changed)
        refuse_any(scale_refusals(scheme, described))
        if standing.is_same(stands, given):
            return
        scheme.scale.all().delete()
        ScaleLevel.objects.bulk_create(described)
        record("scheme.set_scale", scheme, actor=actor, at=now, after=[list(level) for level in levels])


def publish(*, scheme: Scheme, actor: User, now: datetime) -> None:
    """Publish the scheme: it is frozen for good (product 4). Raises Denied, Refused while incomplete."""
    with unit():
        SCHEME.move(scheme, "publish", actor=actor, now=now)


def copy(
    *,
    scheme: Scheme,
    title: str,
    actor: User,
    now: datetime,
    authority: Organisation | None = None,
) -> Scheme:
    """Begin a new draft that holds everything this one holds; return it. Raises Denied, Refused."""
    if not title.strip():
        raise Refused("Give the copy a title.", field="title")
    made = Scheme(
        agreement=scheme.agreement,
        authority=authority or scheme.authority,
        kind=scheme.kind,
        maximum=scheme.maximum,
        copied_from=scheme,
        asks_grounds_of=scheme.asks_grounds_of,
        state="draft",
        state_since=now,
        created_at=now,
        **{**_settings(scheme), "title": title.strip()},
    )
    policies.require(actor, "scheme.change", made)
    refuse_if(refusal_to_begin_scheme(made.agreement, now))
    with unit():
        made.save()
        for model in PARTS:
            rows = list(model.objects.filter(scheme=scheme))
            for row in rows:
                row.pk, row.scheme = None, made
            model.objects.bulk_create(rows)
        record("scheme.copy", made, actor=actor, at=now, of=scheme.reference)
    return made


def _begin(scheme: Scheme, *, proposed: bool) -> None:
    common = scheme.kind == Scheme.Kind.COMMON
    if not common:
        ScaleLevel.objects.bulk_create(
            ScaleLevel(scheme=scheme, **asdict(level)) for level in proposals.SCALE
        )
    if not proposed:
        return
    regime = scheme.agreement.regime
    asked = proposals.COMMON_QUESTIONS if common else proposals.ADMISSION_QUESTIONS
    standards = proposals.common_standards(regime) if common else proposals.ADMISSION_STANDARDS
    if scheme.kind == Scheme.Kind.COMPETITION:
        standards = ()
    Question.objects.bulk_create(
        Question(scheme=scheme, position=place, **asdict(one)) for place, one in enumerate(asked, start=1)
    )
    MinimumStandard.objects.bulk_create(
        MinimumStandard(scheme=scheme, position=place, **asdict(one))
        for place, one in enumerate(standards, start=1)
    )


def _settle_grounds(scheme: Scheme) -> None:
    """Let a scheme that begins to ask who applies together take from its law of whom grounds are declared."""
    law = exclusions.of_regime(scheme.agreement.regime)
    if not scheme.asks_consortium:
        scheme.asks_grounds_of = []
    elif not scheme.asks_grounds_of:
        scheme.asks_grounds_of = list(law.associates)


def _draft(scheme: Scheme, actor: User) -> None:
    lock(scheme)
    policies.require(actor, "scheme.change", scheme)
    if refusal := refusal_to_change(scheme):
        raise Refused(refusal)


def _add(part: Any, values: dict[str, Any], refusals: Any, actor: User, now: datetime) -> Any:
    scheme = part.scheme
    with unit():
        _draft(scheme, actor)
        rows = type(part).objects.filter(scheme=scheme)
        last = rows.aggregate(last=Max("position"))["last"] or 0
        part.position = values.pop("position", None) or last + 1
        _fill(part, values)
        _judge(part, refusals)
        part.save()
        _renumber(part)
        record(f"scheme.add_{_noun(part)}", scheme, actor=actor, at=now, after=standing.part(part))
    return part


def _change(part: Any, values: dict[str, Any], refusals: Any, actor: User, now: datetime, seen: Seen) -> None:
    with unit():
        _draft(part.scheme, actor)
        part.refresh_from_db()
        before, action = standing.part(part), f"scheme.change_{_noun(part)}"
        part.position = values.pop("position", None) or part.position
        _fill(part, values)
        given, changed = standing.part(part), standing.last_change_of_part(part.scheme, action, before)
        refuse_overtaken(seen=seen, stands=before, given=given, changed=changed)
        _judge(part, refusals)
        if standing.is_same(before, given):
            return
        part.save()
        _renumber(part)
        record(action, part.scheme, actor=actor, at=now, before=before, after=standing.part(part))


def _fill(part: Any, values: dict[str, Any]) -> None:
    known = {field.name for field in part._meta.fields} - {"id", "scheme", "position"}
    if set(values) - known:
        raise TypeError(f"A {_noun(part)} takes no {', '.join(sorted(set(values) - known))}.")
    for name, value in values.items():
        setattr(part, name, value.strip() if isinstance(value, str) else value)


def _judge(part: Any, refusals: Any) -> None:
    problems = [
        Reason(f"Give the {name}.", field=name) for name in ("code", "title") if not getattr(part, name)
    ]
    if _is_taken(part):
        problems.append(Reason(f"The code {part.code} is taken in this scheme.", field="code"))
    refuse_any(problems + refusals(part.scheme, part))


def _renumber(part: Any) -> None:
    """Put the part at its place and number all parts 1, 2, 3."""
    rows = list(type(part).objects.filter(scheme=part.scheme).exclude(pk=part.pk).order_by("position"))
    rows.insert(part.position - 1, part)
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            row.position = place
            row.save(update_fields=["position"])


def _nothing(scheme: Scheme, part: Any) -> list[Reason]:
    return []


def _line_refusals(scheme: Scheme, line: PriceLine) -> list[Reason]:
    return rules.line_refusals(line)


def _settings(scheme: Scheme) -> dict[str, Any]:
    return {name: getattr(scheme, name) for name in SETTINGS}


def _is_taken(part: Any) -> bool:
    """Return whether another question, standard or price line has the code: answers are kept by it."""
    for model in (Question, MinimumStandard, PriceLine):
        others = model._default_manager.filter(scheme=part.scheme, code=part.code)
        if part.pk and isinstance(part, model):
            others = others.exclude(pk=part.pk)
        if others.exists():
            return True
    return False


def _noun(part: Any) -> str:
    return {"question": "question", "minimumstandard": "standard", "priceline": "price_line"}[
        str(part._meta.model_name)
    ]
