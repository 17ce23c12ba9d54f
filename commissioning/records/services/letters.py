"""Letters: drafted with frozen facts, rendered once to a kept PDF, released by a second person.

Rendering is work found in the database: a worker claims a letter for the length of a lease, in real time
(settled 12), renders outside any transaction, and keeps the first file that is ready.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from commissioning import celery, policies
from commissioning.audit.hashing import canonical
from commissioning.audit.services import in_unit, record, unit
from commissioning.clock import HolidaysUnknownError, london_date, real_now
from commissioning.clock.words import spoken_day
from commissioning.people.actors import Actor
from commissioning.people.models import Organisation, RoleGrant, User
from commissioning.people.roles import PROVIDER_ROLES, Role
from commissioning.records import pdf, store
from commissioning.records.letter_parts import LetterFacts, frozen
from commissioning.records.models import Letter, LetterBatch
from commissioning.records.services import outbox
from commissioning.workflow import Refused

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
ATTEMPTS = 5
SWEEP_SIZE = 200


@dataclass(frozen=True)
class Progress:
    """How far a batch's PDFs are: all letters, those ready, and those that could not be rendered."""

    total: int
    ready: int
    failed: int

    @property
    def is_complete(self) -> bool:
        return self.ready == self.total

    @property
    def is_moving(self) -> bool:
        return self.ready + self.failed < self.total

    @property
    def percent(self) -> int:
        return 100 * self.ready // self.total if self.total else 100


@contextmanager
def resting_on(planned_on: date, *, now: datetime) -> Iterator[None]:
    """Draft letters that rest on this date of sending; Refused if it has passed or nothing counts from it."""
    if planned_on < london_date(now):
        raise Refused("Choose a date of sending that has not passed.", field="planned_on")
    try:
        yield
    except HolidaysUnknownError as unknown:
        raise Refused(str(unknown), field="planned_on") from unknown


def draft_batch(
    *, title: str, authority: Organisation, planned_on: date, chain: str, actor: User, now: datetime
) -> LetterBatch:
    """Open a batch of letters that rest on one London date of sending (settled 22). Raises Denied.

    Letters are added by `draft(batch=...)` in the same unit.
    """
    batch = LetterBatch(
        title=title,
        audit_chain=chain,
        authority=authority,
        planned_on=planned_on,
        drafted_at=now,
        drafted_by=actor,
    )
    policies.require(actor, "release.draft", batch)
    with unit():
        batch.save()
        record("letters.draft", batch, actor=actor, at=now, after={"title": title, "planned_on": planned_on})
    return batch


def draft(
    *,
    facts: LetterFacts,
    organisation: Organisation,
    about: str,
    chain: str,
    actor: Actor,
    now: datetime,
    batch: LetterBatch | None = None,
) -> Letter:
    """Save a letter with its frozen facts and let it be rendered once that is committed.

    `organisation` is whom the letter is to; `about` is the reference of what it decides. Raises ValueError
    when the facts carry another date of sending than the batch, TypeError for facts that could change,
    RuntimeError outside a unit.
    """
    if not in_unit():
        raise RuntimeError("A letter is drafted inside the unit of the act it tells of.")
    if batch is not None and facts.sent_on != batch.planned_on:
        raise ValueError(f"The letter says {facts.sent_on}, its batch {batch.planned_on}.")
    kept = frozen(facts)
    letter = Letter.objects.create(
        batch=batch,
        kind=facts.KIND,
        organisation=organisation,
        subject_line=facts.subject_line,
        about=about,
        facts=kept,
        template_version=pdf.template_version(facts.KIND),
        digest=hashlib.sha256(canonical(kept).encode()).hexdigest(),
        audit_chain=chain,
        drafted_at=now,
    )
    record("letter.draft", letter, actor=actor, at=now, kind=letter.kind, about=about, digest=letter.digest)
    _offer(letter.pk)
    return letter


def render(letter_id: int, *, printer: Callable[[Letter], bytes] | None = None) -> bool:
    """Render one letter if it is this caller's to render, keep the file, and return whether it was done here.

    The first file kept is the letter for good; a second one made by chance is not used.
    """
    letter = _claim(letter_id)
    if letter is None:
        return False
    try:
        content = (printer or pdf.render)(letter)
        path = store.save([content])
    except Exception as error:
        log.exception("letter %s could not be rendered", letter.reference)
        # Real time: the wait before another attempt, longer each time.
        wait = real_now() + timedelta(seconds=30) * letter.attempts
        Letter.objects.filter(pk=letter.pk, rendered_at=None).update(
            problem=f"{type(error).__name__}: {error}"[:300], leased_until=wait
        )
        return False
    return bool(
        Letter.objects.filter(pk=letter.pk, rendered_at=None).update(
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            template_version=pdf.template_version(letter.kind),
            rendered_at=real_now(),
            leased_until=None,
            problem="",
        )
    )


def has_failed(letter: Letter) -> bool:
    """Return whether the letter's PDF could not be made, and is not tried again by itself."""
    return letter.rendered_at is None and letter.withdrawn_at is None and letter.attempts >= ATTEMPTS


def due() -> list[int]:
    """Return the letters that wait for their PDF, or whose worker stopped in the middle."""
    return list(Letter.objects.filter(_claimable()).order_by("pk").values_list("pk", flat=True)[:SWEEP_SIZE])


def render_again(*, letter: Letter, actor: Actor, now: datetime) -> None:
    """Let a letter whose rendering failed be tried again. Raises Denied, and Refused if it did not fail."""
    policies.require(actor, "release.draft", letter.batch)
    with unit():
        kept = Letter.objects.select_for_update().get(pk=letter.pk)
        if not has_failed(kept):
            raise Refused("This letter is ready or still being prepared.")
        Letter.objects.filter(pk=kept.pk).update(attempts=0, leased_until=None, problem="")
        record("letter.render_again", kept, actor=actor, at=now)
        _offer(kept.pk)


def batch_progress(batch: LetterBatch) -> Progress:
    """Return how many of the batch's letters are ready, still to come, or failed."""
    letters = Letter.objects.filter(batch=batch, withdrawn_at=None)
    return Progress(
        total=letters.count(),
        ready=letters.filter(rendered_at__isnull=False).count(),
        failed=letters.filter(rendered_at=None, attempts__gte=ATTEMPTS).count(),
    )


def withdraw_batch(*, batch: LetterBatch, actor: Actor, now: datetime, reason: str = "") -> None:
    """Take back drafted letters: they stay on record, never sent. Raises Denied; Refused once released."""
    policies.require(actor, "release.withdraw", batch)
    with unit():
        _refuse_unless_open(_locked(batch))
        batch.withdrawn_at = now
        batch.save(update_fields=["withdrawn_at"])
        batch.letters.filter(withdrawn_at=None).update(withdrawn_at=now)
        record("letters.withdraw", batch, actor=actor, at=now, reason=reason or None)


def refusals(batch: LetterBatch, *, actor: Actor, now: datetime) -> list[str]:
    """Return why this person cannot release the batch now; empty means nothing stands in the way."""
    reasons = []
    if actor.pk == batch.drafted_by_id:
        reasons.append("You drafted these letters: a second person must release them.")
    planned, today = spoken_day(batch.planned_on), london_date(now)
    if today < batch.planned_on:
        reasons.append(
            f"These letters say that they are sent on {planned}, and their dates are counted from it. They "
            "can be released on that day. To send them sooner, take them back and draft them again."
        )
    elif today > batch.planned_on:
        reasons.append(
            f"These letters say that they are sent on {planned}, and their dates are counted from it. Today "
            f"is {spoken_day(today)}: take them back and draft them again."
        )
    progress = batch_progress(batch)
    if progress.total == 0:
        reasons.append("There is no letter to release.")
    if progress.failed:
        reasons.append(f"{progress.failed} of {progress.total} letters could not be made into a PDF.")
    elif not progress.is_complete:
        reasons.append(f"{progress.ready} of {progress.total} letters are ready: wait for the rest.")
    wanted = addressees(batch)
    reached = _reached(wanted)
    reasons += [
        f"Nobody at {organisation} has an account that could be told: let its administrator be invited first."
        for organisation in wanted
        if organisation.pk not in reached
    ]
    return reasons


def release_batch(*, batch: LetterBatch, actor: User, now: datetime) -> list[Letter]:
    """Release every letter of the batch and tell each organisation once; return the letters.

    Part of the unit in which outcomes take their states. Raises Denied, and Refused unless every PDF exists,
    a second person acts, and `now` is the planned London date (settled 21, 22).
    """
    if not in_unit():
        raise RuntimeError("Letters are released inside the unit of the decision they tell of.")
    policies.require(actor, "release.release", batch)
    _refuse_unless_open(_locked(batch))
    if reasons := refusals(batch, actor=actor, now=now):
        raise Refused(reasons)
    batch.released_at, batch.released_by = now, actor
    batch.save(update_fields=["released_at", "released_by"])
    batch.letters.filter(withdrawn_at=None).update(released_at=now)
    letters = list(batch.letters.filter(withdrawn_at=None).select_related("organisation"))
    record(
        "letters.release",
        batch,
        actor=actor,
        at=now,
        letters=[{"reference": one.reference, "sha256": one.sha256} for one in letters],
    )
    for organisation in addressees(batch):
        _tell(organisation, batch.title, batch.authority, batch.reference, letters, now=now)
    return letters


def release(
    *,
    letter: Letter,
    title: str,
    authority: Organisation,
    actor: Actor,
    now: datetime,
    tell: bool = True,
) -> None:
    """Release one letter that belongs to no batch at once, and tell its organisation unless the caller does.

    For letters that follow a decision already taken: an extension, a contract issued. Its PDF may still be
    in the making. Raises Refused if it was released or withdrawn before.
    """
    if not in_unit():
        raise RuntimeError("A letter is released inside the unit of the act it tells of.")
    kept = Letter.objects.select_for_update().get(pk=letter.pk)
    if kept.batch_id or kept.released_at or kept.withdrawn_at:
        raise Refused("This letter is not one that can be released by itself now.")
    letter.released_at = now
    letter.save(update_fields=["released_at"])
    record("letter.release", letter, actor=actor, at=now, digest=letter.digest)
    if tell:
        _tell(letter.organisation, title, authority, letter.reference, [letter], now=now)


def addressees(batch: LetterBatch) -> list[Organisation]:
    """Return the organisations the batch writes to, by name."""
    letters = Letter.objects.filter(batch=batch, withdrawn_at=None)
    return list(Organisation.objects.filter(pk__in=letters.values("organisation")).order_by("name"))


def people_to_tell(organisation: Organisation) -> list[User]:
    """Return who is told of an organisation's letters: all who write for a provider, an authority's leads."""
    grants = _who_are_told([organisation])
    users = User.objects.filter(is_active=True, memberships__grants__in=grants)
    return list(users.distinct().order_by("pk"))


def _reached(organisations: Iterable[Organisation]) -> set[int]:
    """Return those of these organisations where somebody is told, in one query however many they are."""
    grants = _who_are_told(organisations).filter(membership__user__is_active=True)
    return set(grants.values_list("membership__organisation", flat=True))


def _who_are_told(organisations: Iterable[Organisation]) -> "QuerySet[RoleGrant]":
    return RoleGrant.objects.in_force().filter(
        membership__organisation__in=list(organisations), role__in={*PROVIDER_ROLES, Role.LEAD}
    )


def read(letter: Letter) -> bytes:
    """Return the kept file of a letter that is rendered. Raises `store.Damaged` if it is changed."""
    try:
        content = b"".join(store.chunks(letter.path))
    except FileNotFoundError:
        raise store.Damaged(f"The file of {letter} is missing from the store.") from None
    if hashlib.sha256(content).hexdigest() != letter.sha256:
        raise store.Damaged(f"The file of {letter} is not the one that was kept.")
    return content


def _tell(
    organisation: Organisation,
    title: str,
    authority: Organisation,
    key: str,
    letters: list[Letter],
    *,
    now: datetime,
) -> None:
    mine = [letter for letter in letters if letter.organisation_id == organisation.pk]
    facts = {
        "title": title,
        "authority": authority.name,
        "organisation": organisation.name,
        "letters": "\n".join(f"* {letter.subject_line} ({letter.reference})" for letter in mine),
        "correspondence_url": settings.PORTAL_URL + reverse("correspondence", args=[organisation.reference]),
        "sent_at": now,
    }
    for person in people_to_tell(organisation):
        outbox.queue(
            kind="letters_released",
            to=person,
            key=f"letters:{key}:{organisation.reference}:{person.pk}",
            facts=facts,
            organisation=organisation,
            about=mine[0].reference if len(mine) == 1 else key,
            chain=mine[0].audit_chain,
            now=now,
        )


def _locked(batch: LetterBatch) -> LetterBatch:
    LetterBatch.objects.select_for_update().get(pk=batch.pk)
    batch.refresh_from_db()
    return batch


def _refuse_unless_open(batch: LetterBatch) -> None:
    if batch.released_at:
        raise Refused("These letters have been released already.")
    if batch.withdrawn_at:
        raise Refused("These letters were taken back; draft them again.")


def _offer(letter_id: int) -> None:
    transaction.on_commit(
        lambda: celery.app.send_task("records.render_letter", args=[letter_id], ignore_result=True),
        robust=True,
    )


def _claimable() -> Q:
    return Q(rendered_at=None, withdrawn_at=None, attempts__lt=ATTEMPTS) & (
        Q(leased_until=None) | Q(leased_until__lte=real_now())
    )


def _claim(letter_id: int) -> Letter | None:
    with transaction.atomic():
        letter = Letter.objects.select_for_update(skip_locked=True).filter(_claimable(), pk=letter_id).first()
        if letter is None:
            return None
        letter.attempts += 1
        letter.leased_until = real_now() + LEASE
        letter.save(update_fields=["attempts", "leased_until"])
    return letter
