"""Writing and submitting answers to a scheme, the same for an entry and for a bid (settled 2).

The caller knows the deadline, the rounds and who is told; here is what is kept, sealed and receipted.
Saving a draft is no event of the record (settled 19): each version keeps who saved it and when.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from commissioning.audit.services import unit
from commissioning.clock.words import spoken_clock
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation
from commissioning.records import sealing
from commissioning.records.models import Round, SealedBlob
from commissioning.workflow import Reason, Refused, lock
from lots.models import Scheme
from providers import rules
from providers.consortium import Consortium
from providers.models import AnswerVersion, Submission, SubmittedFile
from providers.queries import items, submissions
from providers.queries.items import Declared, Item

from .files import add_file, check_file, label_file, remove_file, replace_file
from .packages import (
    insist_it_was_shown,
    package,
    prepare,
    read_receipt,
    standing_unchanged,
    withdraw_package,
)

__all__ = [
    "Declared",
    "Overtaken",
    "add_file",
    "check_file",
    "declare",
    "insist_it_was_shown",
    "items",
    "keep_shown",
    "label_file",
    "package",
    "prepare",
    "read_receipt",
    "remove_file",
    "replace_file",
    "save_answer",
    "save_answers",
    "save_question",
    "seal_to",
    "standing_unchanged",
    "start",
    "withdraw_package",
]


class Overtaken(Refused):
    """Somebody saved this item after the form was drawn; nothing was saved over it.

    `versions` are the newer ones, to be shown beside what was typed.
    """

    def __init__(self, overtaken: Iterable[tuple[Item, AnswerVersion]]) -> None:
        pairs = list(overtaken)
        self.versions = [version for _, version in pairs]
        super().__init__([_overtaken_reason(item, version) for item, version in pairs])


def start(*, organisation: Organisation, scheme: Scheme, round: Round | None, now: datetime) -> Submission:
    """Return a new, empty submission; the common part of an application has no round of its own."""
    with unit():
        return Submission.objects.create(
            organisation=organisation, scheme=scheme, round=round, created_at=now
        )


def save_answer(
    *,
    submission: Submission,
    item: str,
    value: Any,
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
    based_on: int | None = None,
) -> AnswerVersion | None:
    """Save one item as a new sealed version, and return it; the same again saves nothing.

    `value` is a text, an amount of money or an `items.Declared`; `rounds` are all that it is sealed to.
    `based_on` is the number of the version the form was drawn with (0: none). Raises Overtaken where a
    newer one exists, Refused for a value that cannot be taken, LookupError for an unknown item.
    """
    return save_answers(
        submission=submission,
        values={item: value},
        rounds=rounds,
        actor=actor,
        now=now,
        based_on=None if based_on is None else {item: based_on},
    ).get(item)


def save_answers(
    *,
    submission: Submission,
    values: Mapping[str, Any],
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
    based_on: Mapping[str, int] | None = None,
    autosave: bool = False,
    carried_from: AnswerVersion | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, AnswerVersion]:
    """Save several items of one page, all or none, and return the version each has now; as `save_answer`.

    With `autosave` the person's own autosaved version of the same ten minutes is superseded, not kept.
    `carried_from` is the answer of an earlier window that the one value is taken over from. `earlier` are
    values that go into the history first: what was typed, where its writer has then chosen a colleague's.
    """
    asked = items.find_all(submission.scheme, values)
    cleaned = _cleaned(asked, values)
    rounds = list(rounds)
    with unit():
        lock(submission)
        if earlier:
            given: dict[str, Any] = {"submission": submission, "rounds": rounds, "actor": actor, "now": now}
            first = save_answers(values=earlier, based_on=based_on, **given)
            based_on = {**(based_on or {}), **{code: row.number for code, row in first.items()}}
        rows = submissions.current_versions([submission]).filter(item__in=asked)
        held = {row.item: row for row in rows.select_related("blob__owner")}
        changed = _changed(held, cleaned, actor, now)
        _refuse_overtaken(asked, held, changed, based_on)
        for code, value in changed.items():
            before = held.get(code)
            held[code] = _new_version(
                submission,
                asked[code],
                value,
                before,
                rounds,
                actor,
                now,
                is_autosaved=autosave,
                carried_from=carried_from or _still_carried(before, value, actor, now),
            )
            if before and autosave:
                _supersede(before, held[code])
    return held


def save_question(
    *,
    submission: Submission,
    item: str,
    text: str,
    based_on: int,
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
    add: Any = None,
    remove: SubmittedFile | None = None,
    earlier: Iterable[str] = (),
) -> None:
    """Save one question's page: its text, and a file to add or to take out. Raises as its parts.

    A file that cannot be taken is refused before anything is saved. `earlier` are texts that go into the
    history before it: what was typed, where its writer has then chosen a colleague's text or a mixture.
    """
    checked = None
    if add is not None:
        checked = check_file(submission=submission, item=item, upload=add)
    rounds = list(rounds)
    with unit():
        for one in (*earlier, text):
            saved = save_answers(
                submission=submission,
                values={item: one},
                rounds=rounds,
                based_on={item: based_on},
                actor=actor,
                now=now,
            )
            based_on = saved[item].number if item in saved else based_on
    if remove is not None:
        remove_file(file=remove, actor=actor, now=now)
    if add is not None:
        add_file(
            submission=submission,
            item=item,
            upload=add,
            rounds=rounds,
            actor=actor,
            now=now,
            checked=checked,
        )


def declare(
    *,
    submission: Submission,
    item: str,
    is_met: bool | None,
    text: str = "",
    rounds: Iterable[Round],
    actor: Actor,
    now: datetime,
    based_on: int | None = None,
) -> AnswerVersion | None:
    """Save a declaration on a minimum standard: met or not, with its words; as `save_answer`."""
    return save_answer(
        submission=submission,
        item=item,
        value=Declared(is_met, text),
        rounds=rounds,
        actor=actor,
        now=now,
        based_on=based_on,
    )


def seal_to(*, submission: Submission, round: Round) -> None:
    """Seal all that stands in the draft to one more round: the common part, for a lot entered later."""
    with unit():
        lock(submission)
        for blob in _blobs([submission]):
            sealing.add_round(blob=blob, round=round)


def keep_shown(*, versions: Iterable[AnswerVersion]) -> list[AnswerVersion]:
    """Keep in the history what is shown to somebody as the newer text, and return it.

    What has been saved once more meanwhile is shown, and kept, as it stands now.
    """
    kept = []
    for version in versions:
        with unit():
            lock(version.submission)
            rows = submissions.current_versions([version.submission]).select_related("blob__owner")
            current = rows.get(item=version.item)
            current.is_kept = True
            current.save(update_fields=["is_kept"])
            kept.append(current)
    return kept


def _cleaned(asked: Mapping[str, Item], values: Mapping[str, Any]) -> dict[str, items.Value]:
    cleaned, problems = {}, []
    for code, value in values.items():
        try:
            cleaned[code] = asked[code].cleaned(value)
        except Refused as problem:
            problems.append(problem)
    if problems:
        raise Refused(items.refusals(problems))
    return cleaned


def _changed(
    held: Mapping[str, AnswerVersion], cleaned: Mapping[str, items.Value], actor: Actor, now: datetime
) -> dict[str, items.Value]:
    """Return what differs from what was saved last; an item left empty from the start holds nothing."""
    read = sealing.read_all_as_provider(blobs=[row.blob for row in held.values()], actor=actor, now=now)
    return {
        code: value
        for code, value in cleaned.items()
        if (
            read[held[code].blob_id] != items.encoded(value)
            if code in held
            else value not in (None, "", Declared(None), Consortium())
        )
    }


def _refuse_overtaken(
    asked: Mapping[str, Item],
    held: Mapping[str, AnswerVersion],
    changed: Mapping[str, Any],
    based_on: Mapping[str, int] | None,
) -> None:
    if based_on is None:
        return
    newer = [
        (asked[code], held[code])
        for code in changed
        if code in held and held[code].number > based_on.get(code, 0)
    ]
    if newer:
        raise Overtaken(newer)


def _overtaken_reason(item: Item, version: AnswerVersion) -> Reason:
    who = version.saved_by.name if version.saved_by else "Somebody"
    return Reason(
        f"{who} saved “{item.title}” at {spoken_clock(version.saved_at, 'seconds')} London time, after you "
        "opened this page. Nothing was saved over it: both are shown below.",
        field=item.code,
    )


def _new_version(
    submission: Submission,
    item: Item,
    value: items.Value,
    before: AnswerVersion | None,
    rounds: Collection[Round],
    actor: Actor,
    now: datetime,
    **marks: Any,
) -> AnswerVersion:
    return AnswerVersion.objects.create(
        submission=submission,
        item=item.code,
        number=before.number + 1 if before else 1,
        blob=_sealed(items.encoded(value), submission, item.compartment, rounds, now),
        words=item.words(value),
        is_complete=item.is_complete(value),
        saved_at=now,
        saved_by_id=actor.pk,
        **marks,
    )


def _still_carried(
    before: AnswerVersion | None, value: items.Value, actor: Actor, now: datetime
) -> AnswerVersion | None:
    """Return the earlier window's answer that this value is word for word once more, if it ever was."""
    if before is None:
        return None
    taken = AnswerVersion.objects.filter(
        submission=before.submission_id, item=before.item, carried_from__isnull=False
    )
    version = taken.select_related("carried_from__blob__owner").first()
    carried = version.carried_from if version else None
    if carried is None:
        return None
    content = sealing.read_as_provider(blob=carried.blob, actor=actor, now=now)
    return carried if content == items.encoded(value) else None


def _supersede(before: AnswerVersion, after: AnswerVersion) -> None:
    """Drop what the page saved by itself a moment before, or each answer's history would run to hundreds."""
    if (
        before.is_autosaved
        and before.saved_by_id == after.saved_by_id
        and rules.is_same_stretch(before.saved_at, after.saved_at)
        and not before.is_kept
        and not before.packages.exists()
    ):
        blob = before.blob
        before.delete()
        sealing.discard(blob=blob)


def _sealed(
    content: bytes, submission: Submission, compartment: str, rounds: Iterable[Round], now: datetime
) -> SealedBlob:
    return sealing.seal(
        content=content,
        organisation=submission.organisation,
        rounds=rounds,
        compartment=compartment,
        now=now,
    )


def _blobs(parts: Collection[Submission]) -> list[SealedBlob]:
    versions = submissions.current_versions(parts).select_related("blob")
    files = submissions.current_files(parts).select_related("blob", "label")
    return [row.blob for row in versions] + [blob for row in files for blob in (row.blob, row.label)]
