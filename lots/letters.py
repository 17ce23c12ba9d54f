"""Facts of the letter on an agreement's extension (rulebook E13), and of the messages of this app."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from commissioning.records.letter_parts import LetterFacts


@dataclass(frozen=True, kw_only=True)
class ExtensionNotice(LetterFacts):
    """Tells a provider of the pool that the agreement goes on: until when, by which decision, and why.

    `lots` are those the provider is admitted to; `decision` names who decided, when and its reference.
    """

    KIND: ClassVar[str] = "extension_notice"

    agreement: str
    lots: tuple[str, ...]
    old_end: date
    new_end: date
    decision: str
    reason: str
    questions_to: str

    @property
    def subject_line(self) -> str:
        return f"The {self.agreement} is extended"


@dataclass(frozen=True)
class Notice:
    """What a message says; `kind` names its wording in `templates/emails/`."""

    kind: ClassVar[str]

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class QuestionToConfirm(Notice):
    """To an asker who has not registered: with a secret link to send the question, later to withdraw it."""

    kind: ClassVar[str] = "window_question_confirm"

    window: str
    agreement: str
    question: str
    until: datetime
    support: str


@dataclass(frozen=True)
class QuestionAsked(Notice):
    """To those who answer: a question waits. Neither who asked nor what is in it."""

    kind: ClassVar[str] = "window_question_asked"

    window: str
    agreement: str
    reference: str
    deadline: datetime


@dataclass(frozen=True)
class AnswerPublished(Notice):
    """To applicants and askers at once: question and answer, or their correction with its reason (B21)."""

    kind: ClassVar[str] = "window_answer"

    window: str
    agreement: str
    reference: str
    number: int
    question: str
    answer: str
    corrected: str
    deadline: datetime
    support: str


@dataclass(frozen=True)
class AnswerForFollower(AnswerPublished):
    """The same to whoever follows the agreement, with the secret link to stop it."""

    kind: ClassVar[str] = "window_answer_follower"


@dataclass(frozen=True)
class QuestionDeclined(Notice):
    """To the asker alone: the question is not answered, and why."""

    kind: ClassVar[str] = "window_question_declined"

    window: str
    agreement: str
    reference: str
    question: str
    reason: str
    deadline: datetime
    support: str


@dataclass(frozen=True)
class FollowToConfirm(Notice):
    """To an address that someone typed in to follow an agreement: with the secret link that confirms it."""

    kind: ClassVar[str] = "follow_confirm"

    agreement: str
    reference: str
    until: datetime


@dataclass(frozen=True)
class NoticePublished(Notice):
    """To members and past applicants: a notice on an agreement, with its event if it has one."""

    kind: ClassVar[str] = "agreement_notice"

    agreement: str
    reference: str
    notice: str
    title: str
    text: str
    event_at: datetime | None
    place: str
    link: str
    sign_up_by: datetime | None
    support: str


@dataclass(frozen=True)
class NoticeForFollower(NoticePublished):
    """The same to whoever follows the agreement, with the secret link to stop it."""

    kind: ClassVar[str] = "agreement_notice_follower"


@dataclass(frozen=True)
class WindowAnnounced(Notice):
    """To whoever follows the agreement: a window is announced, with its dates; and the link to stop it."""

    kind: ClassVar[str] = "window_announced"

    window: str
    agreement: str
    reference: str
    lots: list[str]
    opens_at: datetime
    questions_close: datetime | None
    deadline: datetime
    support: str


@dataclass(frozen=True)
class WindowExtended(Notice):
    """To whoever asked about a window: the old and the new deadline, and why (rulebook G3)."""

    kind: ClassVar[str] = "window_extended"

    window: str
    agreement: str
    reference: str
    old: datetime
    new: datetime
    reason: str
    questions_close: datetime | None
    support: str


@dataclass(frozen=True)
class WindowExtendedForFollower(WindowExtended):
    """The same to whoever follows the agreement, with the secret link to stop it."""

    kind: ClassVar[str] = "window_extended_follower"


@dataclass(frozen=True)
class WindowCancelled(Notice):
    """To whoever asked about a window: it was cancelled, and why."""

    kind: ClassVar[str] = "window_cancelled"

    window: str
    agreement: str
    reference: str
    reason: str
    support: str


@dataclass(frozen=True)
class WindowCancelledForFollower(WindowCancelled):
    """The same to whoever follows the agreement, with the secret link to stop it."""

    kind: ClassVar[str] = "window_cancelled_follower"


@dataclass(frozen=True)
class AgreementAbandoned(Notice):
    """To members, writers and askers: the agreement is abandoned, why, and which announced windows end.

    `member` is the provider with a place in the pool; `writes` says that its people may have sealed drafts.
    """

    kind: ClassVar[str] = "agreement_abandoned"

    agreement: str
    agreement_title: str
    decision: str
    reason: str
    windows: list[str]
    member: str = ""
    writes: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return super().facts | {"writes": "yes" if self.writes else ""}


@dataclass(frozen=True)
class AgreementAbandonedForFollower(AgreementAbandoned):
    """The same to whoever follows the agreement, with the secret link to be forgotten."""

    kind: ClassVar[str] = "agreement_abandoned_follower"


@dataclass(frozen=True)
class EventNotice(Notice):
    """What every message on an event to somebody who signed up holds, with the secret link to the place."""

    agreement: str
    reference: str
    notice: str
    title: str
    event_at: datetime
    place: str
    link: str
    support: str


@dataclass(frozen=True)
class SignUpToConfirm(EventNotice):
    """To an address that someone typed in to sign up: with the secret link that confirms it."""

    kind: ClassVar[str] = "event_sign_up_confirm"

    until: datetime


@dataclass(frozen=True)
class SignedUp(EventNotice):
    """To whoever holds a place at an event: when and where, and the link by which to cancel."""

    kind: ClassVar[str] = "event_signed_up"


@dataclass(frozen=True)
class EventMoved(EventNotice):
    """To whoever holds a place: the event is at another time or place, and why."""

    kind: ClassVar[str] = "event_moved"

    old_event_at: datetime
    old_place: str
    reason: str


@dataclass(frozen=True)
class EventCalledOff(EventNotice):
    """To whoever holds a place: the event does not take place, and why."""

    kind: ClassVar[str] = "event_called_off"

    reason: str
