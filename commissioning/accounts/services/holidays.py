"""Bank holidays: what ships can be added to and put right, since proclamations come late."""

from datetime import date, datetime

from commissioning import policies
from commissioning.audit.services import record, unit
from commissioning.people.actors import Actor
from commissioning.people.models import BankHoliday
from commissioning.workflow import Refused


def add(*, division: str, day: date, name: str, actor: Actor, now: datetime) -> BankHoliday:
    """Add a bank holiday; periods that are already running are counted anew by it. Raises Denied, Refused."""
    policies.require(actor, "organisation.maintain")
    with unit():
        _refuse_second(division, day)
        holiday = BankHoliday.objects.create(division=division, date=day, name=name.strip())
        record("bank_holiday.add", holiday, actor=actor, at=now, after=_facts(holiday))
    return holiday


def change(
    *, holiday: BankHoliday, division: str, day: date, name: str, actor: Actor, now: datetime
) -> BankHoliday:
    """Change a bank holiday. Raises Denied, and Refused for a day that has one."""
    policies.require(actor, "organisation.maintain")
    with unit():
        kept = BankHoliday.objects.select_for_update().get(pk=holiday.pk)
        _refuse_second(division, day, besides=kept)
        before = _facts(kept)
        kept.division, kept.date, kept.name = division, day, name.strip()
        kept.save()
        record("bank_holiday.change", kept, actor=actor, at=now, before=before, after=_facts(kept))
    return kept


def remove(*, holiday: BankHoliday, actor: Actor, now: datetime) -> None:
    """Remove a day that is no bank holiday after all. Raises Denied."""
    policies.require(actor, "organisation.maintain")
    with unit():
        kept = BankHoliday.objects.select_for_update().get(pk=holiday.pk)
        record("bank_holiday.remove", kept, actor=actor, at=now, before=_facts(kept))
        kept.delete()


def _facts(holiday: BankHoliday) -> dict[str, str]:
    return {"division": holiday.division, "date": str(holiday.date), "name": holiday.name}


def _refuse_second(division: str, day: date, besides: BankHoliday | None = None) -> None:
    same = BankHoliday.objects.filter(division=division, date=day).first()
    if same is not None and same != besides:
        raise Refused("This day is a bank holiday there already.", field="date")
