"""Facts of the messages to providers, one class a kind; the wording is in `templates/emails/`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from lots.letters import Notice


@dataclass(frozen=True)
class EntryReceived(Notice):
    """To the provider's own people: this was received, and here is its receipt. It holds no content.

    `replacing` is the number of a receipt that is not the first, which then takes the place of those before.
    """

    kind: ClassVar[str] = "entry_received"

    organisation: str
    lot: str
    window: str
    application: str
    lot_number: int
    package: int
    received_at: str
    deadline: datetime
    digest: str
    support: str
    replacing: str = ""


@dataclass(frozen=True)
class RollingEntryReceived(Notice):
    """To the provider's own people: this was received outside the windows, and when a decision is due."""

    kind: ClassVar[str] = "rolling_entry_received"

    organisation: str
    lot: str
    application: str
    lot_number: int
    package: int
    received_at: str
    digest: str
    decision_by: date | None


@dataclass(frozen=True)
class EntryWithdrawn(Notice):
    """To the provider's own people: this was taken back, by whom, and until when it may go in again."""

    kind: ClassVar[str] = "entry_withdrawn"

    organisation: str
    lot: str
    window: str
    application: str
    who: str
    deadline: datetime
    support: str


@dataclass(frozen=True)
class EntryLapsed(Notice):
    """To the provider's own people: the deadline passed and this was not submitted.

    `missing` are the titles of what kept it from going in under a standing instruction.
    """

    kind: ClassVar[str] = "entry_lapsed"

    organisation: str
    lot: str
    window: str
    application: str
    deadline: datetime
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntrySentAtClose(Notice):
    """To the provider's own people: this went in at the close as they had asked, and here is its receipt."""

    kind: ClassVar[str] = "entry_sent_at_close"

    organisation: str
    lot: str
    window: str
    application: str
    lot_number: int
    package: int
    who: str
    given_at: str
    saved_at: str
    fixed_at: str
    deadline: datetime
    digest: str


@dataclass(frozen=True)
class DeadlineMoved(Notice):
    """To everybody who has started an application: the old and the new deadline, and why (rulebook G3)."""

    kind: ClassVar[str] = "deadline_moved"

    window: str
    agreement: str
    application: str
    old: datetime
    new: datetime
    reason: str
    questions_close: datetime | None
    support: str


@dataclass(frozen=True)
class ApplicationReminder(Notice):
    """To the provider's own people: the deadline is near, and this is missing; `left` says how near."""

    kind: ClassVar[str] = "application_reminder"

    organisation: str
    window: str
    application: str
    deadline: datetime
    left: str
    lots: list[str]


@dataclass(frozen=True)
class WindowStopped(Notice):
    """To whoever was writing a rolling entry to a lot that was removed: it ended unopened, and why."""

    kind: ClassVar[str] = "window_stopped"

    organisation: str
    window: str
    agreement: str
    agreement_title: str
    application: str
    reason: str


@dataclass(frozen=True)
class AdmissionInForce(Notice):
    """To the provider's own people: the standstill is over and the place in the pool stands."""

    kind: ClassVar[str] = "admission_in_force"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    since: date


@dataclass(frozen=True)
class AdmissionSuspended(Notice):
    """To the provider's own people: no new invitations for now, why, and when it is looked at again (E15)."""

    kind: ClassVar[str] = "admission_suspended"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    reason: str
    review_on: date


@dataclass(frozen=True)
class SuspensionLifted(Notice):
    """To the provider's own people: invitations go on from now."""

    kind: ClassVar[str] = "suspension_lifted"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    reason: str


@dataclass(frozen=True)
class AdmissionOnHold(Notice):
    """To the provider's own people: what ran out or fell, what it holds, and what ends it (rulebook G23)."""

    kind: ClassVar[str] = "admission_on_hold"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    reason: str
    profile: str


@dataclass(frozen=True)
class AdmissionOffHold(Notice):
    """To the provider's own people: what was missing is there, and invitations go on."""

    kind: ClassVar[str] = "admission_off_hold"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    profile: str


@dataclass(frozen=True)
class DocumentRunsOut(Notice):
    """To the provider's own people: the last day of a document, and the lots it would hold."""

    kind: ClassVar[str] = "document_runs_out"

    organisation: str
    document: str
    expires_on: date
    lots: str
    profile: str


@dataclass(frozen=True)
class AdmissionRemoved(Notice):
    """To the provider's own people: the place in the pool has ended, and why."""

    kind: ClassVar[str] = "admission_removed"

    organisation: str
    lot: str
    agreement: str
    agreement_title: str
    reason: str


@dataclass(frozen=True)
class DamageFound(Notice):
    """To the leads, by bidder and piece, and to the administrators, by sealed file: this is damaged.

    `page` is where a lead reads it again; administrators get none.
    """

    kind: ClassVar[str] = "damage_found"

    what: str
    page: str
    pieces: tuple[str, ...]
