"""The record of a thing as people read it: its events, less what a sealed round still hides (settled 18)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet

from commissioning import policies
from commissioning.audit import queries
from commissioning.audit.models import AccessEntry, Event
from commissioning.clock.words import spoken_day, spoken_time
from commissioning.people.models import Membership, User
from commissioning.people.roles import PROVIDER_ROLES

from .models import Round

# Acts that the table of permissions does not name, or names in words that ask for what stands beside them.
WORDS = {
    "admission.give": "admit to the pool",
    "bank_holiday.add": "add a bank holiday",
    "bank_holiday.change": "change a bank holiday",
    "bank_holiday.remove": "remove a bank holiday",
    "exercise.change": "change the terms of the panel",
    "exercise.hand_back": "hand scores back",
    "agreement.add_authority": "add an authority",
    "agreement.add_document": "add a document to the agreement",
    "agreement.change": "change the agreement",
    "agreement.change_authority": "change an authority's rights",
    "agreement.correct": "correct the references",
    "agreement.create": "set up the agreement",
    "agreement.issue_document": "issue a document of the agreement anew",
    "agreement.remove_authority": "remove an authority",
    "agreement.take_out_document": "take a document out of the agreement",
    "application.enter_lots": "add lots to the application",
    "application.start": "start an application",
    "board.change": "change the board's rules",
    "board.seat": "give a seat on the board",
    "board.vacate": "end a seat on the board",
    "calloff.attach_specification": "attach the specification",
    "calloff.create": "draft the call-off",
    "calloff.share_out": "share out the value",
    "competition.correct": "say anew whom bidders may ask",
    "competition.publish": "publish the mini-competition",
    "document.add": "add a document",
    "document.set_public": "say who may have a document",
    "exercise.appoint": "appoint to the panel",
    "exercise.declare": "declare interests",
    "exercise.gate": "decide a minimum standard",
    "exercise.note_missing": "note that a document is missing",
    "exercise.hand_in": "hand in the scores",
    "exercise.mitigate": "decide about a conflict of interest",
    "exercise.moderate": "agree a score",
    "exercise.remind": "remind an evaluator of overdue scores",
    "exercise.result": "note the results",
    "exercise.score": "score an answer",
    "exercise.set_up": "set up the panel",
    "exercise.stand_down": "stand down from the panel",
    "file.hold_damaged": "hold back a file that is not what was submitted",
    "file.hold_infected": "hold back a file with a virus",
    "file.mend": "find a damaged file whole again",
    "file.release": "release a file after its virus scan",
    "invitation.withdraw": "withdraw an invitation",
    "letter.draft": "draft a letter",
    "letter.release": "release a letter",
    "letter.render_again": "make a letter's PDF again",
    "letters.draft": "draft the letters",
    "letters.release": "release the letters",
    "letters.withdraw": "take back the letters",
    "lot.add": "add a lot",
    "lot.change": "change the lot",
    "lot.set_outcomes": "set the lot's outcomes",
    "lot.set_rates": "set the lot's zones and rate bands",
    "lot.set_skills": "set the lot's skills",
    "lot.take_out": "take out the lot",
    "message.note_history": "note the messages of days gone by",
    "message.resend": "send a message again",
    "message template.change": "change a message's wording",
    "message template.restore": "restore a message's wording",
    "organisation.create": "create the organisation",
    "organisation.join": "join the organisation",
    "organisation.leave": "leave the organisation",
    "paper.table": "put a paper to the board",
    "password.change": "change the password",
    "password.reset": "set a new password",
    "person.change": "change a person's details",
    "person.create": "create a person",
    "person.make_administrator": "make a person an administrator",
    "registration.confirm": "confirm a registration",
    "role.confirm": "confirm a role",
    "role.give": "give a role",
    "role.withdraw": "withdraw a role",
    "round.create": "make the sealing key",
    "round.open": "open what was sealed",
    "round.open_prices": "open the sealed prices",
    "scheme.copy": "copy the scheme",
    "scheme.create": "start a scheme",
    "scheme.set_scale": "set the scale",
    "opening.propose": "propose the opening",
    "opening.confirm": "confirm the opening",
    "opening.lapse": "let the proposed opening run out",
    "opening.withdraw": "withdraw the proposed opening",
    "sealing_key.rotate": "change the sealing key",
    "signing_key.make": "make a signing key",
    "signing_key.retire": "retire a signing key",
    "agreement.notify": "publish a notice",
    "event.move": "move an event",
    "event.call_off": "call an event off",
    "sign_up.confirm": "sign up for an event",
    "sign_up.cancel": "cancel a place at an event",
    "sign_up.forget": "forget who signed up for an event",
    "follower.confirm": "follow an agreement",
    "follower.end": "stop following an agreement",
    "window.answer": "publish an answer to a question",
    "window.correct_answer": "correct an answer to a question",
    "window_question.ask": "ask a question about a window",
    "admission.hold_changed": "change what a hold rests on",
    "bid.clear_instruction": "take back what is sent at the close",
    "application.clear_instruction": "take back what is sent at the close",
    "calendar.end": "end a calendar address",
    "calendar.renew": "make a calendar address",
    "lot.set_hold_rule": "set what members keep in date",
    "outage.record": "record an outage",
    "profile.add_document": "add a document to the profile",
    "profile.declare": "declare on the profile",
    "profile.record_rating": "record a CQC rating",
    "profile.remind": "remind of a document that runs out",
    "profile.take_out_document": "take a document out of the profile",
    "submission.find_damage": "find a piece that is not what was submitted",
    "second_factor.ask_reset": "ask for a second factor's reset",
    "second_factor.decline_reset": "decline a second factor's reset",
    "second_factor.renew_codes": "renew the recovery codes",
    "second_factor.reset": "reset a second factor",
    "second_factor.switch_off": "switch the second factor off",
    "second_factor.switch_on": "switch the second factor on",
    "second_factor.use_recovery_code": "use a recovery code",
    "session.end": "end a session",
    "session.end_others": "end the other sessions",
    "window.check_debarment": "check an applicant against the debarment list",
    "window.confirm_platform": "confirm an applicant's central platform registration",
    "window.create": "plan a window",
    "window.begin_rolling": "begin a rolling entry",
    "window.change": "change the window",
    "window.move_end": "let a rolling entry go on to the agreement's new end",
}
# Fields whose names are short for more than they say.
FACTS = {
    "contract from": "a contract may be made from",
    "common": "the common part",
    "next due at": "looked at next",
}
# What a decision rests on stands beside what it changed.
GROUNDS = ("decision", "decided_on", "reason")
LONGEST = 600
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Line:
    """One event as `components/timeline.html` shows it."""

    title: str
    by: str
    at: datetime
    text: str = ""


def opened_rounds() -> QuerySet[Any]:
    """Return the references of the rounds whose submissions were opened."""
    return Round.objects.filter(opened_at__isnull=False).values("reference")


def unveiled(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out the events or access entries that a sealed round still hides."""
    return queries.unveiled(rows, opened=opened_rounds())


def events_for(subject: Model | str, viewer: User) -> QuerySet[Event]:
    """Return the events of a subject that this person may know of, oldest first.

    The bidder's own people see all about their own things (`owned_by`); anybody else, the administrator and
    the auditor included, sees nothing that a sealed round hides. Whether they may read the record at all
    is the caller's question to `policies`.
    """
    found = queries.about(subject)
    return found if _owns(viewer, subject) else unveiled(found)


def accesses_for(subject: Model | str, viewer: User) -> QuerySet[AccessEntry]:
    """Return who read a subject or tried to, as far as this person may know."""
    found = queries.accesses_to(subject)
    return found if _owns(viewer, subject) else unveiled(found)


def things(entries: Iterable[AccessEntry]) -> dict[int, str]:
    """Return, by the entry, what each attempt was at, in words that name no bidder; one query.

    SECURITY: what a sealed round hid when it was tried is named by the round alone (settled 18): the
    reference of an application or bid tells that there is one.
    """
    rows = list(entries)
    titles = dict(
        Round.objects.filter(reference__in={row.veil for row in rows if row.veil}).values_list(
            "reference", "title"
        )
    )
    return {
        row.pk: f"something sealed in {titles.get(row.veil, row.veil)}"
        if row.veil
        else f"{row.subject_type} {row.subject}".strip()
        for row in rows
    }


def lines(events: Iterable[Event], viewer: User) -> list[Line]:
    """Return events in words for a timeline; two queries at most, however many events there are.

    People of a provider read their colleagues' names; whoever acted for an authority is "the authority".
    """
    rows = list(events)
    named = _named(rows, viewer)
    return [Line(title(event.action), _by(event, named), event.at, _text(event)) for event in rows]


def title(action: str) -> str:
    """Return an action in words: what the table of permissions calls it, else its own words."""
    rule = policies.TABLE.get(action)
    words = WORDS.get(action) or (rule.what if rule else action.replace(".", ": ").replace("_", " "))
    return words[:1].upper() + words[1:]


def _owns(viewer: User, subject: Model | str) -> bool:
    owners: Iterable[int] = getattr(subject, "owned_by", ())
    return not viewer.organisation_ids().isdisjoint(owners)


def _named(events: Sequence[Event], viewer: User) -> set[int]:
    """Return the people whose names this viewer reads."""
    actors = {event.actor_id for event in events if event.actor_id}
    if viewer.roles_in() - {str(role) for role in PROVIDER_ROLES}:
        return actors
    colleagues = Membership.objects.filter(
        user__in=actors, organisation__in=viewer.organisation_ids()
    ).values_list("user_id", flat=True)
    return set(colleagues) | {viewer.pk}


def _by(event: Event, named: set[int]) -> str:
    if event.actor is None:
        return "The portal"
    return event.actor.name if event.actor_id in named else "The authority"


def _text(event: Event) -> str:
    after = event.data.get("after")
    changed = after if isinstance(after, dict) else {}
    model = _models().get(event.subject_type)
    shown = {_called(model, key): _word(_label(model, key, value)) for key, value in changed.items()}
    shown |= {_called(None, key): _word(event.data.get(key)) for key in GROUNDS if key not in changed}
    words = "; ".join(f"{name}: {word}" for name, word in shown.items() if word)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _called(model: type[Model] | None, key: str) -> str:
    """Return what pages call a fact: a field's own words, else its name in words."""
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        field = None
    words = str(getattr(field, "verbose_name", "")).removeprefix("is ") or key.replace("_", " ")
    return FACTS.get(words, words)


@cache
def _models() -> dict[str, type[Model]]:
    """Return the tables of the portal by the words in which events name their subjects."""
    return {str(model._meta.verbose_name): model for model in apps.get_models()}


def _label(model: type[Model] | None, key: str, value: Any) -> Any:
    """Return a stored value as pages name it: states and choices by their words; "" for a row's number."""
    if key == "state" and (machine := getattr(model, "MACHINE", None)):
        return dict(machine.states).get(value, value)
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return value
    if isinstance(field, ForeignKey):
        return ""
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return str(choices.get(value, value)) if choices else value


def _word(value: Any) -> str:
    """Return a plain value in words, times as everywhere in the portal; "" for lists and what is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return ""
    if MOMENT.fullmatch(value):
        return spoken_time(datetime.fromisoformat(value))
    return spoken_day(date.fromisoformat(value)) if DAY.fullmatch(value) else value
