from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots import queries
from lots.models import Agreement, Succession
from lots.queries import standing
from lots.services import authorities
from lots.services.checks import Overtaken
from tests.factories import NOW, authority, client_for, person, provider
from tests.lots import factories

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


GOVERNANCE: dict[str, Any] = {
    "decided_by": " Adults committee ",
    "key_decision_from": Decimal("500000.00"),
    "call_in_days": 5,
    "funding_routes": ["s75", "own", "gold"],
}


def place_of(setting, organisation):
    return setting.agreement.authorities.get(organisation=organisation, until=None)


def fresh(setting):
    return Agreement.objects.get(pk=setting.agreement.pk)


class TestRights:
    def test_a_partner_joins_a_draft_once_with_rights_and_cap(self):
        setting, other = factories.agreement(published=False), authority()
        given: dict[str, Any] = {
            "agreement": setting.agreement,
            "organisation": other,
            "actor": setting.lead,
            "now": NOW,
        }
        place = authorities.add(**given, may_call_off_alone=False, spend_cap=Decimal("6000000.00"))
        assert (place.spend_cap, place.may_call_off_alone) == (Decimal("6000000.00"), False)
        with pytest.raises(Refused, match="already"):
            authorities.add(**given)

    def test_a_provider_is_no_partner(self):
        setting = factories.agreement(published=False)
        with pytest.raises(Refused, match="Only a commissioning authority"):
            authorities.add(agreement=setting.agreement, organisation=provider(), actor=setting.lead, now=NOW)

    def test_once_published_a_change_needs_its_reason(self):
        setting = factories.agreement()
        change: dict[str, Any] = {
            "place": place_of(setting, setting.partner),
            "may_call_off_alone": False,
            "may_call_off_jointly": True,
            "spend_cap": None,
            "actor": setting.lead,
            "now": NOW,
        }
        with pytest.raises(Refused, match="give the reason"):
            authorities.change(**change)
        authorities.change(**change, reason="Decided by its cabinet.")
        assert not place_of(setting, setting.partner).may_call_off_alone
        assert "cabinet" in Event.objects.get(action="agreement.change_authority").payload

    @pytest.mark.parametrize(
        ("rights", "field"),
        [
            ({"may_call_off_alone": False, "may_call_off_jointly": False}, "may_call_off_jointly"),
            ({"spend_cap": Decimal("0.00")}, "spend_cap"),
        ],
    )
    def test_rights_that_mean_nothing_are_refused(self, rights, field):
        setting = factories.agreement(published=False)
        with pytest.raises(Refused) as refusal:
            authorities.add(
                agreement=setting.agreement, organisation=authority(), actor=setting.lead, now=NOW, **rights
            )
        assert refusal.value.reasons[0].field == field

    def test_the_lead_cannot_be_taken_out(self):
        setting = factories.agreement(published=False)
        with pytest.raises(Refused, match="lead authority"):
            authorities.remove(place=place_of(setting, setting.lead_authority), actor=setting.lead, now=NOW)


class TestSuccession:
    def succeeded(self, setting, organisation, successor, **given):
        values: dict[str, Any] = {
            "effective_on": TODAY,
            "reason": "By order.",
            "actor": setting.lead,
            "now": NOW,
            **given,
        }
        return authorities.succeed(place=place_of(setting, organisation), successor=successor, **values)

    def test_the_successor_takes_place_rights_and_cap_and_the_old_seats_end(self):
        setting, icb = factories.agreement(), authority("ICB")
        place = place_of(setting, setting.partner)
        authorities.change(
            place=place,
            may_call_off_alone=False,
            may_call_off_jointly=True,
            spend_cap=Decimal("615000.00"),
            reason="Agreed.",
            actor=setting.lead,
            now=NOW,
        )
        self.succeeded(setting, setting.partner, icb)
        agreement = fresh(setting)
        taken = place_of(setting, icb)
        assert (taken.since, taken.spend_cap) == (TODAY, Decimal("615000.00"))
        assert not taken.may_call_off_alone
        assert agreement.sighted_by == {setting.lead_authority.pk, icb.pk}
        assert [seat.user for seat in agreement.board.current_seats()] == [setting.chair]
        place.refresh_from_db()
        assert place.until == TODAY - timedelta(days=1)
        assert place.succession.successor == taken

    def test_the_lead_itself_may_be_succeeded(self):
        setting, heir = factories.agreement(), authority()
        self.succeeded(setting, setting.lead_authority, heir)
        assert fresh(setting).lead == heir

    def test_it_is_recorded_from_its_own_day_in_london(self):
        setting, icb = factories.agreement(), authority()
        effective = date(2027, 7, 1)
        with pytest.raises(Refused, match="from the day it took effect"):
            self.succeeded(
                setting,
                setting.partner,
                icb,
                effective_on=effective,
                now=datetime(2027, 6, 30, 22, 59, tzinfo=UTC),
            )
        self.succeeded(
            setting,
            setting.partner,
            icb,
            effective_on=effective,
            now=datetime(2027, 6, 30, 23, 0, tzinfo=UTC),
        )

    def test_who_was_succeeded_anywhere_takes_no_new_place(self):
        setting, heir = factories.agreement(), authority()
        self.succeeded(setting, setting.partner, heir)
        other, draft = factories.agreement(), factories.agreement(published=False)
        for one in (setting, other, draft):
            assert setting.partner not in queries.possible_partners(fresh(one))
        assert heir in queries.possible_partners(fresh(other))
        words = f"{setting.partner} was succeeded by {heir}"
        with pytest.raises(Refused, match=words) as refusal:
            self.succeeded(other, other.partner, setting.partner)
        assert [one.field for one in refusal.value.reasons] == ["successor"]
        with pytest.raises(Refused, match=words) as refusal:
            authorities.add(
                agreement=draft.agreement, organisation=setting.partner, actor=draft.lead, now=NOW
            )
        assert [one.field for one in refusal.value.reasons] == ["organisation"]

    @pytest.mark.parametrize("state", ["draft", "discarded"])
    def test_what_was_recorded_in_a_draft_counts_in_no_other_agreement(self, state):
        setting, heir = factories.agreement(published=False), authority()
        self.succeeded(setting, setting.partner, heir)
        Agreement.objects.filter(pk=setting.agreement.pk).update(state=state)
        leader, other = person(setting.partner, Role.LEAD), factories.agreement(published=False)
        assert setting.partner in queries.led_by(leader)
        assert setting.partner in queries.possible_partners(fresh(other))
        assert queries.successor_of(setting.partner) is None
        authorities.add(agreement=other.agreement, organisation=setting.partner, actor=other.lead, now=NOW)
        page = client_for(leader).get(reverse("agreement-new")).content.decode()
        assert "was succeeded by" not in page

    def test_within_the_draft_itself_it_counts(self):
        setting, heir = factories.agreement(published=False), authority()
        self.succeeded(setting, setting.partner, heir)
        assert setting.partner not in queries.possible_partners(fresh(setting))
        with pytest.raises(Refused, match=f"{setting.partner} was succeeded by {heir}"):
            authorities.add(
                agreement=fresh(setting), organisation=setting.partner, actor=setting.lead, now=NOW
            )

    def test_it_counts_everywhere_once_the_draft_is_published(self):
        setting, heir = factories.agreement(published=False), authority()
        self.succeeded(setting, setting.partner, heir)
        Agreement.objects.filter(pk=setting.agreement.pk).update(state="published")
        assert queries.successor_of(setting.partner) == heir

    def test_it_is_recorded_of_an_abandoned_agreement_and_not_of_a_discarded_draft(self):
        gone, kept = factories.agreement(published=False), factories.agreement()
        Agreement.objects.filter(pk=gone.agreement.pk).update(state="discarded")
        Agreement.objects.filter(pk=kept.agreement.pk).update(state="abandoned")
        with pytest.raises(Refused, match="This draft was discarded: nothing in it can be changed any more"):
            self.succeeded(gone, gone.partner, authority())
        assert not Succession.objects.exists()
        self.succeeded(kept, kept.partner, authority())
        assert Succession.objects.exists()

    def test_once_gone_or_already_in_it_is_refused(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="in this agreement already"):
            self.succeeded(setting, setting.partner, setting.lead_authority)
        place = place_of(setting, setting.partner)
        self.succeeded(setting, setting.partner, authority())
        place.refresh_from_db()
        with pytest.raises(Refused, match="left this agreement already"):
            authorities.succeed(
                place=place,
                successor=authority(),
                effective_on=TODAY,
                reason="Again.",
                actor=setting.lead,
                now=NOW,
            )


class TestSeats:
    def seat(self, setting, user, kind="member", organisation=None):
        return authorities.seat(
            agreement=fresh(setting),
            organisation=organisation or setting.partner,
            user=user,
            kind=kind,
            actor=setting.lead,
            now=NOW,
        )

    def test_a_deputy_sits_beside_the_member_and_leaves_again(self):
        setting = factories.agreement()
        seat = self.seat(setting, person(setting.partner, Role.BOARD_MEMBER), "deputy")
        assert len(fresh(setting).board.current_seats()) == 3
        authorities.vacate(agreement=setting.agreement, seat=seat, actor=setting.lead, now=NOW)
        assert len(fresh(setting).board.current_seats()) == 2
        with pytest.raises(Refused, match="has ended already"):
            authorities.vacate(agreement=setting.agreement, seat=seat, actor=setting.lead, now=NOW)

    @pytest.mark.parametrize(
        ("who", "kind", "sentence"),
        [
            ((Role.COMMISSIONER,), "member", "role of board member"),
            ((Role.BOARD_MEMBER,), "chair", "role of board chair"),
            ((Role.BOARD_CHAIR,), "chair", "has a chair already"),
            ((Role.BOARD_MEMBER,), "king", "Choose chair, member or deputy"),
        ],
    )
    def test_a_seat_needs_its_role_and_there_is_one_chair(self, who, kind, sentence):
        setting = factories.agreement()
        with pytest.raises(Refused, match=sentence):
            self.seat(setting, person(setting.partner, *who), kind)

    def test_who_waits_for_a_second_person_is_said_to_wait(self):
        setting = factories.agreement()
        waiting = person(setting.partner, Role.BOARD_MEMBER)
        RoleGrant.objects.filter(membership__user=waiting).update(confirmed_at=None)
        with pytest.raises(Refused, match="does not count until another of its administrators confirms it"):
            self.seat(setting, waiting)

    def test_a_person_has_one_seat_for_an_authority_of_the_agreement(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="has a seat on this board already"):
            self.seat(setting, setting.member)
        stranger = authority()
        with pytest.raises(Refused, match="is not in this agreement"):
            self.seat(setting, person(stranger, Role.BOARD_MEMBER), organisation=stranger)

    def test_the_quorum_must_be_within_reach(self):
        setting = factories.agreement()
        change: dict[str, Any] = {
            "agreement": setting.agreement,
            "name": "Board",
            "chair_has_casting_vote": True,
            "actor": setting.lead,
            "now": NOW,
        }
        authorities.change_board(**change, quorum=2)
        assert fresh(setting).board.chair_has_casting_vote
        for quorum in (0, 3):
            with pytest.raises(Refused):
                authorities.change_board(**change, quorum=quorum)

    def test_only_the_lead_seats(self):
        setting = factories.agreement()
        setting.lead = setting.chair
        with pytest.raises(Denied):
            self.seat(setting, person(setting.partner, Role.BOARD_MEMBER))


class TestGovernance:
    def test_the_leads_of_the_agreement_and_of_the_authority_say_how_it_decides(self):
        setting = factories.agreement()
        for actor, body in (
            (setting.lead, "Cabinet"),
            (person(setting.partner, Role.LEAD), "Adults committee"),
        ):
            place, given = place_of(setting, setting.partner), GOVERNANCE | {"decided_by": body}
            authorities.set_governance(place=place, actor=actor, now=NOW, **given)
        place = place_of(setting, setting.partner)
        assert (place.decided_by, place.call_in_days) == ("Adults committee", 5)
        assert place.funding_routes == ["own", "s75"]
        assert [place.is_key_decision(Decimal(share)) for share in ("499999.99", "500000")] == [False, True]
        assert place_of(setting, setting.lead_authority).is_key_decision(Decimal(1)) is None
        assert Event.objects.filter(action="authority.govern").count() == 2

    def test_a_third_authoritys_lead_and_a_colleague_may_not(self):
        setting = factories.agreement()
        place = place_of(setting, setting.lead_authority)
        for actor in (person(setting.partner, Role.LEAD), person(setting.lead_authority, Role.COMMISSIONER)):
            with pytest.raises(Denied):
                authorities.set_governance(place=place, actor=actor, now=NOW, **GOVERNANCE)

    @pytest.mark.parametrize(
        ("given", "field"),
        [({"key_decision_from": Decimal(0)}, "key_decision_from"), ({"call_in_days": 0}, "call_in_days")],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, given, field):
        setting = factories.agreement()
        place = place_of(setting, setting.partner)
        with pytest.raises(Refused) as refusal:
            authorities.set_governance(place=place, actor=setting.lead, now=NOW, **GOVERNANCE | given)
        assert [reason.field for reason in refusal.value.reasons] == [field]

    def test_what_another_lead_said_meanwhile_is_told_and_not_replaced(self):
        setting = factories.agreement()
        place = place_of(setting, setting.partner)
        given = GOVERNANCE | {"actor": setting.lead, "now": NOW, "seen": standing.governance(place)}
        authorities.set_governance(place=place, **given | {"decided_by": "Cabinet"})
        with pytest.raises(Overtaken, match=f"{setting.lead.name} saved this"):
            authorities.set_governance(place=place, **given | {"decided_by": "The leader"})
        assert place_of(setting, setting.partner).decided_by == "Cabinet"

    def test_a_successor_says_its_own(self):
        setting, successor = factories.agreement(now=NOW - timedelta(days=30)), authority()
        place = place_of(setting, setting.partner)
        authorities.set_governance(place=place, actor=setting.lead, now=NOW, **GOVERNANCE)
        authorities.succeed(
            place=place,
            successor=successor,
            effective_on=TODAY,
            reason="By order.",
            actor=setting.lead,
            now=NOW,
        )
        assert place_of(setting, successor).decided_by == ""
