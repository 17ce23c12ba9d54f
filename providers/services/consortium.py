"""Naming who applies together in an entry: alone or with others, each added, changed and taken out.

Each act saves the whole as one more sealed version of the item, so that it has a history, is overwritten by
nobody unseen, and goes in with the rest (settled 6, 15, 28).
"""

from dataclasses import replace
from datetime import datetime

from commissioning.people.models import User
from commissioning.workflow import Refused
from providers import consortium as rules
from providers.consortium import Associate, Consortium
from providers.models import Application, Entry
from providers.queries import submissions
from providers.queries.submissions import Own

from . import application_answers


def apply_alone(*, entry: Entry, based_on: int, actor: User, now: datetime) -> None:
    """Say that the provider applies alone, without consortium and subcontractors.

    Raises Refused while others are named, and as `application_answers.save_answers`.
    """
    kept = _kept(_own(entry, actor, now))
    if kept.associates:
        named = ", ".join(one.name for one in kept.associates)
        raise Refused(f"Take out those named first: {named}.", field="how")
    _save(entry, Consortium(alone=True), based_on, actor, now)


def apply_with_others(*, entry: Entry, based_on: int, actor: User, now: datetime) -> None:
    """Say that the provider applies with others; they are named next. Raises as `apply_alone`."""
    kept = _kept(_own(entry, actor, now))
    _save(entry, replace(kept, alone=False), based_on, actor, now)


def put(*, entry: Entry, associate: Associate, based_on: int, actor: User, now: datetime) -> None:
    """Add an associate to those named, or change the one of its number; number 0 is a new one.

    The numbers it is known by are already in their form. Raises Refused by the field to mend, for one that
    a colleague has taken out meanwhile, and as `application_answers.save_answers`.
    """
    own = _own(entry, actor, now)
    kept = _kept(own)
    if associate.number and own.number <= based_on and kept.find(associate.number) is None:
        raise Refused(f"{associate.name} is not among those named any more: add it again.")
    if problems := rules.refusals(associate, kept, entry.application.organisation.name):
        raise Refused(problems)
    numbered = replace(associate, number=associate.number or rules.next_number(kept))
    _save(entry, kept.put(_settled(numbered, own)), based_on, actor, now)


def take_out(*, entry: Entry, number: int, based_on: int, actor: User, now: datetime) -> None:
    """Take an associate out; the version before stays in the history. Raises as `put`."""
    kept = _kept(_own(entry, actor, now))
    if kept.find(number) is None:
        raise Refused("It is not among those named any more.")
    _save(entry, kept.without(number), based_on, actor, now)


def _settled(associate: Associate, own: Own) -> Associate:
    """Return it without a declaration that nobody asks for, and without an account of no ground."""
    asked = associate.declares(own.item.source.asks_grounds_of)
    is_clear = associate.is_clear if asked else None
    return replace(associate, is_clear=is_clear, account=associate.account if is_clear is False else "")


def _own(entry: Entry, actor: User, now: datetime) -> Own:
    return submissions.read_own_item(submission=entry.submission, code=rules.CODE, actor=actor, now=now)


def _kept(own: Own) -> Consortium:
    return own.value if isinstance(own.value, Consortium) else Consortium()


def _save(entry: Entry, value: Consortium, based_on: int, actor: User, now: datetime) -> None:
    application: Application = entry.application
    application_answers.save_answers(
        application=application,
        submission=entry.submission,
        values={rules.CODE: value},
        based_on={rules.CODE: based_on},
        actor=actor,
        now=now,
    )
