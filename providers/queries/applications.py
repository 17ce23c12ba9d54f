"""Where an application stands: its parts, what each lot lacks, and what of it went in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from commissioning.people.models import Organisation, User
from commissioning.people.roles import Role
from commissioning.records.models import Letter
from commissioning.records.queries import letters_visible_to
from lots.models import Window, WindowLot
from lots.models.windows import WindowQuerySet
from providers.models import (
    Admission,
    AnswerVersion,
    Application,
    Entry,
    Package,
    StandingInstruction,
    Submission,
)

from . import associates, details, parts
from .damage import damaged_in
from .items import Item
from .parts import Part, Standing, Versions, latest, lines_of
from .submissions import current_files, current_versions

PARTS = ("questions", "standards", "price_lines")
WRITERS = (Role.PROVIDER_ADMIN, Role.PROVIDER_EDITOR)
# A version or a file: which of the two, its key, the submission and the item it belongs to.
Piece = tuple[str, int, int, str]
# By entry, the submission and item of what its drafts hold otherwise than what stands as submitted.
Unsent = Mapping[int, frozenset[tuple[int, str]]]
SENT = frozenset({"submitted", "opened", "admitted", "not_admitted"})


@dataclass(frozen=True)
class Board:
    """An application with its parts, as the task list shows it."""

    application: Application
    common: Part | None
    entries: list[Part]
    last_saved: AnswerVersion | None

    def missing_for(self, part: Part) -> list[tuple[Part, Item]]:
        """Return what a lot still lacks, in its own part and in the common one."""
        together = [self.common, part] if self.common else [part]
        return [(of, item) for of in together for item in of.missing]

    def missing(self, part: Part) -> int:
        """Return how many things a lot still lacks, the share code among them where the law asks for one."""
        return len(self.missing_for(part)) + self.application.lacks_share_code

    def goes_in(self, part: Part) -> bool:
        """Return whether a lot goes in as it is written now, with nothing more to do (settled 11)."""
        if part.package is not None:
            return not part.is_changed
        is_draft = part.entry is not None and part.entry.state == "draft"
        instructed = self.application.instruction is not None
        return instructed and is_draft and not self.missing(part)

    def entry(self, number: int) -> Part:
        """Return the part of the lot of this number. Raises LookupError."""
        for part in self.entries:
            if part.lot_number == number:
                return part
        raise LookupError(f"{self.application} has no entry for Lot {number}.")

    def standing(self, now: datetime) -> Standing:
        """Return where the application as a whole stands."""
        states = {part.entry.state for part in self.entries if part.entry}
        if states <= {"admitted", "not_admitted"}:
            return Standing("decided", "Decided")
        if states & {"opened", "admitted", "not_admitted"}:
            return Standing("evaluated", "Being evaluated")
        if self.application.window.state == "cancelled":
            return Standing("cancelled", "Ended unopened")
        if now > self.application.window.deadline and not self.application.window.is_rolling:
            return Standing("closed", "Closed")
        if states <= {"submitted"}:
            changed = any(part.is_changed for part in self.entries)
            return (
                Standing("draft", "Submitted, changed since")
                if changed
                else Standing("submitted", "Submitted")
            )
        return Standing("draft", "Partly submitted" if states & {"submitted"} else "In progress")


def applications(user: User) -> QuerySet[Application]:
    """Return the applications of the person's own organisations, with all that their pages show."""
    return in_full(Application.objects.visible_to(user))


def in_full(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Return these applications with all that `boards` reads of them, save what the schemes ask for."""
    entries = (
        Entry.objects.select_related(
            "window_lot__lot", "window_lot__window", "submission__round", "submission__scheme"
        )
        .prefetch_related("submission__package", "window_lot__lot__points")
        .order_by("window_lot__lot__number")
    )
    return rows.select_related(
        "window__agreement", "organisation", "started_by", "common__organisation", "common__scheme"
    ).prefetch_related(
        Prefetch("entries", entries),
        Prefetch("instructions", StandingInstruction.objects.select_related("given_by", "cleared_by")),
    )


def board(application: Application) -> Board:
    """Return how the application stands, from what was computed at save: nothing is opened (settled 15)."""
    return boards([application])[0]


def boards(applications: Sequence[Application]) -> list[Board]:
    """Return how each of these stands, with the queries of one."""
    entries = [entry for application in applications for entry in application.entries.all()]
    commons = [application.common for application in applications if application.common]
    written = [*(entry.submission for entry in entries), *commons]
    # Together, since a lot's scheme and the common one ask for the same kinds of things.
    prefetch_related_objects([submission.scheme for submission in written], *PARTS)
    # What was submitted is compared with them; a draft alone is not.
    sent = [one for one in applications if any(entry.submission.package_id for entry in one.entries.all())]
    prefetch_related_objects([one.organisation for one in sent], "former_details")
    versions = list(current_versions(written))
    unsent = _unsent(entries, commons, versions)
    by_part = {(version.submission_id, version.item): version for version in versions}
    return [_board(application, by_part, unsent) for application in applications]


def _board(application: Application, by_part: Versions, unsent: Unsent) -> Board:
    common = application.common
    own = {entry.submission_id for entry in application.entries.all()} | {application.common_id}
    mine = [version for (part, _), version in by_part.items() if part in own]
    return Board(
        application=application,
        common=Part(common, lines_of(common, by_part), unsent=_of_any(unsent, application))
        if common
        else None,
        entries=[_entry_part(application, entry, by_part, unsent) for entry in application.entries.all()],
        last_saved=latest(mine),
    )


def _entry_part(application: Application, entry: Entry, by_part: Versions, unsent: Unsent) -> Part:
    package, changed = entry.submission.package, unsent.get(entry.pk, frozenset())
    other = package and details.changed_since(
        package,
        application.organisation,
        application.window.deadline,
        asks_share_code=application.asks_share_code,
    )
    return Part(
        entry.submission,
        lines_of(entry.submission, by_part),
        entry=entry,
        package=package,
        is_rewritten=bool(changed),
        unsent=frozenset(item for part, item in changed if part == entry.submission_id),
        unsent_common=frozenset(item for part, item in changed if part == application.common_id),
        other_details=tuple(other or ()),
    )


def _of_any(unsent: Unsent, application: Application) -> frozenset[str]:
    """Return the items of the common part that were changed since any of the lots was submitted."""
    changed = [one for entry in application.entries.all() for one in unsent.get(entry.pk, ())]
    return frozenset(item for part, item in changed if part == application.common_id)


def lots_on_offer(window: Window, organisation: Organisation) -> list[tuple[WindowLot, str]]:
    """Return the window's lots, each with why this organisation cannot enter it, or an empty text."""
    held = Admission.objects.filter(organisation=organisation, lot=OuterRef("lot")).exclude(state="removed")
    entered = Entry.objects.filter(window_lot=OuterRef("pk"), application__organisation=organisation)
    offered = window.lots.select_related("lot", "scheme", "round")
    rows = offered.annotate(is_entered=Exists(entered), is_held=Exists(held))
    return [(row, _why_not(row)) for row in rows]


def may_apply_for(user: User) -> QuerySet[Organisation]:
    """Return the providers this person writes for."""
    return Organisation.objects.providers().filter(pk__in=user.organisation_ids(*WRITERS))


def own_in(window: Window, user: User) -> tuple[list[Application], bool]:
    """Return the applications in a window that this person writes, and whether another could be begun."""
    writes_for = set(may_apply_for(user).values_list("pk", flat=True))
    rows = Application.objects.visible_to(user).filter(window=window)
    own = list(rows.select_related("organisation").order_by("organisation__name"))
    return own, bool(writes_for - {row.organisation_id for row in own})


def windows(user: User) -> WindowQuerySet:
    """Return the windows this person may see, for applying."""
    return Window.objects.visible_to(user).select_related("agreement", "common_scheme")


@dataclass(frozen=True)
class Place:
    """Where an attempt belongs in the access log: the agreement, and the sealed round that hides it."""

    chain: str
    veil: str


def place_of(reference: str) -> Place:
    """Return where an attempt at this application belongs; one at none belongs nowhere, and stays hidden.

    SECURITY: for the access log alone, whoever asks.
    """
    found = Entry.objects.filter(application__reference=reference).order_by("pk")
    row = found.values_list(
        "window_lot__window__agreement__reference", "window_lot__round__reference"
    ).first()
    return Place(row[0], row[1] or "") if row else Place("", "none")


def opened(window: Window) -> list[dict[str, Any]]:
    """Return the entries that were opened, a lot a row; nothing at all before the opening (settled 18)."""
    if window.unsealed_at is None:
        return []
    entries = (
        Entry.objects.filter(window_lot__window=window)
        .in_round_opened()
        .exclude(state__in=("draft", "lapsed", "withdrawn"))
        .select_related(
            "application__organisation",
            "window_lot__lot",
            "submission__package",
            "submission__organisation",
        )
        .prefetch_related("submission__associates")
        .order_by("window_lot__lot__number", "application__organisation__name")
    )
    by_lot: dict[int, list[Entry]] = {}
    for entry in entries:
        by_lot.setdefault(entry.window_lot_id, []).append(entry)
    offered = list(window.lots.select_related("lot", "round"))
    damaged = damaged_in([row.sealed_round for row in offered])
    return [
        {
            "lot": row.lot,
            "entries": by_lot.get(row.pk, []),
            "twice": associates.twice(by_lot.get(row.pk, [])),
            "damaged": [piece for piece in damaged if piece.round.pk == row.round_id],
        }
        for row in offered
    ]


def next_window(window: Window, now: datetime) -> Window | None:
    """Return another window of the same agreement that is open, else opens next, for whoever is late."""
    others = Window.objects.dated().filter(agreement=window.agreement, state__in=("scheduled", "open"))
    return others.exclude(pk=window.pk).filter(deadline__gte=now).order_by("opens_at", "pk").first()


def receipts(user: User) -> QuerySet[Package]:
    """Return what the person's organisations ever submitted as entries, the latest first."""
    return (
        Package.objects.filter(
            submission__entry__isnull=False, submission__organisation__in=user.organisation_ids(*WRITERS)
        )
        .select_related(
            "submission__entry__application__window",
            "submission__entry__window_lot__lot",
            "submission__organisation",
            "stands_for",
        )
        .order_by("-received_at")
    )


def _unsent(
    entries: Iterable[Entry], commons: Iterable[Submission], versions: Iterable[AnswerVersion]
) -> Unsent:
    """Return which items of each entry's drafts differ from what stands, in a fixed number of queries."""
    standing = [entry for entry in entries if entry.submission.package_id]
    if not standing:
        return {}
    drafts_of = [*(entry.submission for entry in standing), *commons]
    packages = [entry.submission.package_id for entry in standing]
    sent: dict[int, set[Piece]] = {}
    for through, row in (
        (Package.answers.through, "answerversion"),
        (Package.files.through, "submittedfile"),
    ):
        found = through.objects.filter(package__in=packages)
        for package, *piece in found.values_list("package_id", *_piece(f"{row}__")):
            sent.setdefault(package, set()).add((row, *piece))
    drafts: dict[int, set[Piece]] = {}
    for version in versions:
        piece = ("answerversion", version.pk, version.submission_id, version.item)
        drafts.setdefault(version.submission_id, set()).add(piece)
    for pk, part, item in current_files(drafts_of).values_list(*_piece("")):
        drafts.setdefault(part, set()).add(("submittedfile", pk, part, item))
    return {
        entry.pk: frozenset(
            (part, item)
            for _, _, part, item in _both(drafts, entry) ^ sent.get(entry.submission.package_id or 0, set())
        )
        for entry in standing
    }


def _piece(prefix: str) -> list[str]:
    return [f"{prefix}{name}" for name in ("pk", "submission_id", "item")]


def _both(by_submission: dict[int, set[Piece]], entry: Entry) -> set[Piece]:
    shared = entry.application.common_id or 0
    return by_submission.get(entry.submission_id, set()) | by_submission.get(shared, set())


def _why_not(row: Any) -> str:
    if row.is_entered:
        return "It is already in your application."
    if row.is_held:
        return "You already have a place in this lot's pool."
    return ""


def letters(user: User, board: Board) -> dict[str, list[Letter]]:
    """Return the letters that were sent on each lot, by the entry's reference; none before the release."""
    found: dict[str, list[Letter]] = {part.entry.reference: [] for part in board.entries if part.entry}
    if board.application.window.unsealed_at is None:
        return found
    for letter in letters_visible_to(user, ()).filter(about__in=found):
        found[letter.about].append(letter)
    return found


def people_at_work(application: Application) -> list[User]:
    """Return who has written in this application, for "Who works on this"."""
    written = [entry.submission for entry in application.entries.all()]
    return parts.people_at_work([*written, *([application.common] if application.common else [])])
