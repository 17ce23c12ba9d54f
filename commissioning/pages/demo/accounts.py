"""A second factor in the demonstration: its telephone is lost, and the reset waits for a second person."""

from datetime import datetime

from commissioning.accounts import second_factor
from commissioning.accounts.demo import PASSWORD
from commissioning.accounts.services import factor_resets, factors
from commissioning.people.models import Membership
from commissioning.people.roles import Role

from . import people
from .stage import MARK, authority, days_from, person

LOST = ("kit@pcc", "Kit Harlow", "Quality officer, has lost the telephone (demo)", [Role.MODERATOR])


def tell(*, now: datetime) -> None:
    """Let Kit join, switch on a second factor, and let one administrator ask for its reset."""
    council, asker = authority("PCC"), person("admin@pcc")
    joined_at, lost_at = days_from(now, -40), days_from(now, -1, "16:20")
    people.join(council, LOST, giver=asker, at=joined_at, confirmer=person("second-admin@pcc"))
    kit = person(LOST[0])
    offered = second_factor.fresh_offer(kit)
    factors.switch_on(
        user=kit,
        offered=offered,
        password=PASSWORD,
        code=second_factor.present_code(kit, offered),
        this_session="",
        now=joined_at,
    )
    factor_resets.ask(
        membership=Membership.objects.current().get(user=kit, organisation=council),
        reason=f"{MARK}The telephone was left on a train, with the recovery codes in its case.",
        actor=asker,
        now=lost_at,
    )
