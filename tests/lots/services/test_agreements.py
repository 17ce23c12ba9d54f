from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commissioning import regimes
from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots import queries
from lots.models import Agreement
from lots.services import agreements, authorities, holds, lots, rates, schemes, windows
from tests.factories import NOW, authority, client_for, person
from tests.lots import factories

pytestmark = pytest.mark.django_db


def facts(**given):
    return {
        "reference": "EIP-PDPS",
        "title": "Early intervention",
        "description": "Support at home.",
        "regime": "PCR_LTR",
        "starts_on": date(2021, 5, 3),
        "initial_years": 5,
        "extension_years": 2,
        "published_maximum": Decimal("21329161.00"),
        **given,
    }


def fields(refusal):
    return {reason.field for reason in refusal.value.reasons}


class TestCreate:
    def test_a_lead_begins_a_draft_of_the_right_term(self):
        pcc = authority("PCC")
        lead = person(pcc, Role.LEAD)
        made = agreements.create(lead=pcc, actor=lead, now=NOW, **facts(reference=" eip-pdps "))
        assert (made.reference, made.state, made.lead) == ("EIP-PDPS", "draft", pcc)
        assert (made.initial_ends_on, made.latest_end) == (date(2026, 5, 2), date(2028, 5, 2))
        assert Event.objects.get(action="agreement.create").chain.name == "EIP-PDPS"

    def test_only_for_an_authority_of_which_one_is_lead(self):
        lead, other = person(authority(), Role.LEAD), authority()
        with pytest.raises(Refused, match="Only a procurement lead"):
            agreements.create(lead=other, actor=lead, now=NOW, **facts())
        commissioner = person(other, Role.COMMISSIONER)
        with pytest.raises(Denied):
            agreements.create(lead=other, actor=commissioner, now=NOW, **facts())

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"reference": "EIP PDPS"}, "reference"),
            ({"reference": "-X"}, "reference"),
            ({"initial_years": 0}, "initial_years"),
            ({"extension_years": 21}, "extension_years"),
            ({"published_maximum": Decimal(0)}, "published_maximum"),
            ({"reopen_every_months": 0}, "reopen_every_months"),
            ({"regime": "GATT"}, "regime"),
            ({"standstill_call_off": "sometimes"}, "standstill_call_off"),
            ({"standstill_admission": "none", "standstill_call_off": "none"}, "standstill_admission"),
        ],
    )
    def test_what_is_impossible_is_refused_beside_its_field(self, given, field):
        pcc = authority()
        lead = person(pcc, Role.LEAD)
        with pytest.raises(Refused) as refusal:
            agreements.create(lead=pcc, actor=lead, now=NOW, **facts(**given))
        assert fields(refusal) == {field}
        assert not Agreement.objects.exists()

    def test_a_reference_is_taken_once(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="already"):
            agreements.create(
                lead=setting.lead_authority,
                actor=setting.lead,
                now=NOW,
                **facts(reference=setting.agreement.reference),
            )


class TestPublish:
    def test_it_freezes_the_regime_with_the_agreements_choices(self, monkeypatch):
        setting = factories.agreement(published=False, standstill_call_off="none")
        agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
        monkeypatch.setattr(regimes, "PROFILES", {})
        kept = Agreement.objects.get(pk=setting.agreement.pk).regime_profile
        assert kept.standstill_call_off == regimes.Standstill.NONE
        assert kept.law == regimes.PCR_LTR.law

    @pytest.mark.parametrize("choice", ["none", "voluntary"])
    def test_standstill_at_admission_is_a_choice_where_the_law_leaves_it_open(self, choice):
        setting = factories.agreement(
            published=False, regime="PA23_LTR_FRAMEWORK", standstill_admission=choice
        )
        agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
        kept = Agreement.objects.get(pk=setting.agreement.pk).regime_profile
        assert kept.standstill_admission == choice

    @pytest.mark.parametrize(
        ("spoil", "field"),
        [
            (lambda s: s.agreement.lots.all().delete(), "lots"),
            (lambda s: s.agreement.board.seats.filter(user=s.member).delete(), "board"),
            (lambda s: s.agreement.board.seats.filter(user=s.chair).update(kind="member"), "board"),
            (lambda s: type(s.agreement.board).objects.update(quorum=3), "quorum"),
        ],
    )
    def test_each_gap_is_named_with_the_part_that_mends_it(self, spoil, field):
        setting = factories.agreement(published=False)
        for lot in setting.lots:
            lot.points.all().delete()
            lot.point_versions.all().delete()
        spoil(setting)
        agreement = Agreement.objects.get(pk=setting.agreement.pk)
        with pytest.raises(Refused) as refusal:
            agreements.publish(agreement=agreement, actor=setting.lead, now=NOW)
        assert field in fields(refusal)
        agreement.refresh_from_db()
        assert agreement.state == "draft"

    def test_afterwards_only_references_and_contact_can_be_put_right(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="is published"):
            agreements.change(agreement=setting.agreement, actor=setting.lead, now=NOW, title="Other")
        administrator = person(is_staff=True)
        for actor, value in ((setting.lead, "PCC/1"), (administrator, "PCC/2")):
            agreements.correct_references(
                agreement=setting.agreement, actor=actor, now=NOW, council_reference=value
            )
            setting.agreement.refresh_from_db()
            assert setting.agreement.council_reference == value
        with pytest.raises(Denied):
            agreements.correct_references(
                agreement=setting.agreement, actor=setting.member, now=NOW, council_reference="X"
            )

    def test_support_is_not_emptied_while_a_window_is_announced(self):
        setting = factories.agreement()

        def correct(**given):
            agreements.correct_references(agreement=setting.agreement, actor=setting.lead, now=NOW, **given)

        correct(support_contact="", support_hours="")
        correct(support_contact="help@pcc.example", support_hours="Mornings")
        window = factories.window(setting)
        for name in ("support_contact", "support_hours"):
            with pytest.raises(Refused, match=f"“{window.title}” is announced") as refusal:
                correct(**{name: " "})
            assert fields(refusal) == {name}
        correct(support_contact="desk@pcc.example")
        windows.cancel(window=window, reason="R", actor=setting.lead, now=NOW)
        correct(support_contact="")

    def test_nothing_but_references_is_taken_as_one(self):
        setting = factories.agreement()
        with pytest.raises(TypeError):
            agreements.correct_references(
                agreement=setting.agreement, actor=setting.lead, now=NOW, title="Other"
            )


class TestALongTerm:
    def test_is_published_with_its_justification_alone_which_everybody_reads(self):
        setting = factories.agreement(published=False, regime="PA23_OPEN_FRAMEWORK", initial_years=9)
        with pytest.raises(Refused, match="longer than 8 years"):
            agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
        agreements.change(
            agreement=setting.agreement,
            actor=setting.lead,
            now=NOW,
            term_justification=" Homes are leased for ten years. ",
        )
        agreements.publish(agreement=setting.agreement, actor=setting.lead, now=NOW)
        page = client_for().get(setting.agreement.get_absolute_url()).content.decode()
        assert "Why the term is so long" in page
        assert "Homes are leased for ten years." in page
        short = factories.agreement()
        assert "Why the term" not in client_for().get(short.agreement.get_absolute_url()).content.decode()


class TestDiscard:
    def discard(self, setting, **given):
        values: dict[str, Any] = {"reason": "Set up twice.", "actor": setting.lead, "now": NOW, **given}
        agreements.discard(agreement=setting.agreement, **values)

    def test_a_draft_ends_with_its_reason_and_stays_on_record(self):
        setting = factories.agreement(published=False)
        assert queries.worklist(setting.lead, NOW)
        self.discard(setting)
        kept = Agreement.objects.get()
        assert (kept.state, kept.discard_reason) == ("discarded", "Set up twice.")
        event = Event.objects.get(action="agreement.discard")
        assert event.chain.name == kept.reference
        assert "Set up twice." in event.payload
        assert queries.worklist(setting.lead, NOW) == []
        assert list(queries.served_by(setting.lead)) == []
        with pytest.raises(Refused, match="was discarded"):
            agreements.change(agreement=kept, actor=setting.lead, now=NOW, title="Again")
        with pytest.raises(Refused, match="already"):
            factories.agreement(reference=kept.reference)

    def test_its_own_people_go_on_reading_it_and_nobody_else(self):
        setting = factories.agreement(published=False)
        url = reverse("agreement-setup", args=[setting.agreement.reference])
        page = client_for(setting.lead).get(url).content.decode()
        assert reverse("agreement-discard", args=[setting.agreement.reference]) in page
        self.discard(setting)
        for shown in (url, setting.agreement.get_absolute_url()):
            page = client_for(setting.member).get(shown).content.decode()
            assert "Set up twice." in page
            assert "You can apply to as many lots" not in page
        page = client_for(setting.lead).get(url).content.decode()
        for act in ("agreement-publish", "agreement-discard", "agreement-change", "lot-add"):
            assert reverse(act, args=[setting.agreement.reference]) not in page
        assert client_for().get(setting.agreement.get_absolute_url()).status_code == 404

    def test_not_while_a_window_is_planned_in_it(self):
        setting = factories.agreement(published=False)
        window = factories.window(setting, announced=False)
        with pytest.raises(Refused, match="Cancel that window first"):
            self.discard(setting)
        windows.cancel(window=window, reason="Not now.", actor=setting.lead, now=NOW)
        self.discard(setting)

    def test_only_a_draft_with_a_reason_by_its_lead(self):
        with pytest.raises(Refused, match="Published"):
            self.discard(factories.agreement())
        setting = factories.agreement(published=False)
        with pytest.raises(Refused) as refusal:
            self.discard(setting, reason=" ")
        assert fields(refusal) == {"reason"}
        for actor in (person(setting.partner, Role.LEAD), setting.member, person(is_staff=True)):
            with pytest.raises(Denied):
                self.discard(setting, actor=actor)


class TestExtend:
    STARTS = date(2021, 5, 3)
    LIVE = datetime(2026, 2, 1, 12, tzinfo=UTC)

    def extended(self, setting, **given):
        values: dict[str, Any] = {
            "new_end": date(2028, 5, 2),
            "decision_reference": "KEY/1",
            "decided_on": date(2026, 1, 20),
            "reason": "It works.",
            "now": self.LIVE,
            **given,
        }
        return agreements.extend(agreement=setting.agreement, actor=setting.lead, **values)

    def test_a_recorded_decision_moves_the_end(self):
        setting = factories.agreement(starts_on=self.STARTS)
        extension = self.extended(setting)
        setting.agreement.refresh_from_db()
        assert (extension.old_end, setting.agreement.ends_on) == (date(2026, 5, 2), date(2028, 5, 2))
        with pytest.raises(Refused, match="whole option to extend is used"):
            self.extended(setting)

    def test_the_option_can_be_used_in_steps_each_with_its_decision(self):
        setting = factories.agreement(starts_on=self.STARTS)
        self.extended(setting, new_end=date(2027, 5, 2))
        later = datetime(2027, 1, 10, 12, tzinfo=UTC)
        for wrong in (date(2027, 5, 2), date(2028, 5, 3)):
            with pytest.raises(Refused, match="must be after"):
                self.extended(setting, new_end=wrong, now=later)
        second = self.extended(setting, decision_reference="KEY/2", reason="It still works.", now=later)
        assert (second.old_end, second.new_end) == (date(2027, 5, 2), date(2028, 5, 2))
        setting.agreement.refresh_from_db()
        assert setting.agreement.ends_on == setting.agreement.latest_end
        assert [step.decision_reference for step in setting.agreement.extensions.all()] == ["KEY/1", "KEY/2"]
        events = Event.objects.filter(action="agreement.extend").order_by("pk")
        assert ["KEY/1" in one.payload for one in events] == [True, False]
        assert "It still works." in events.last().payload

    def test_a_second_step_after_the_first_has_ended_is_refused(self):
        setting = factories.agreement(starts_on=self.STARTS)
        self.extended(setting, new_end=date(2027, 5, 2))
        with pytest.raises(Refused, match="ended on Sunday 2 May 2027"):
            self.extended(setting, now=datetime(2027, 5, 3, 12, tzinfo=UTC))

    def test_on_the_last_day_in_london_it_still_can_and_after_it_not(self):
        setting = factories.agreement(starts_on=self.STARTS)
        with pytest.raises(Refused, match="only while the agreement is live"):
            self.extended(setting, now=datetime(2026, 5, 2, 23, 0, tzinfo=UTC))
        self.extended(setting, now=datetime(2026, 5, 2, 22, 59, 59, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"new_end": date(2028, 5, 3)}, "new_end"),
            ({"new_end": date(2026, 5, 2)}, "new_end"),
            ({"decided_on": date(2026, 2, 2)}, "decided_on"),
            ({"decision_reference": " "}, "decision_reference"),
            ({"reason": ""}, "reason"),
        ],
    )
    def test_outside_the_option_or_without_a_decision_it_is_refused(self, given, field):
        setting = factories.agreement(starts_on=self.STARTS)
        with pytest.raises(Refused) as refusal:
            self.extended(setting, **given)
        assert fields(refusal) == {field}

    def test_without_an_option_or_before_publication_never(self):
        with pytest.raises(Refused, match="without an option"):
            self.extended(factories.agreement(starts_on=self.STARTS, extension_years=0))
        with pytest.raises(Refused, match="Only a published"):
            self.extended(factories.agreement(starts_on=self.STARTS, published=False))

    def test_a_partners_lead_may_not(self):
        setting = factories.agreement(starts_on=self.STARTS)
        setting.lead = person(setting.partner, Role.LEAD)
        with pytest.raises(Denied):
            self.extended(setting)


def test_a_change_of_a_draft_is_recorded_with_both_values():
    setting = factories.agreement(published=False)
    agreements.change(
        agreement=setting.agreement,
        actor=setting.lead,
        now=NOW,
        title="New title",
        regime="PSR",
        starts_on=date(2026, 4, 1),
        initial_years=3,
    )
    changed = Agreement.objects.get(pk=setting.agreement.pk)
    assert changed.initial_ends_on == date(2029, 3, 31)
    assert changed.profile["key"] == "PSR"
    event = Event.objects.get(action="agreement.change")
    assert "New title" in event.payload
    assert setting.agreement.reference == event.chain.name


def test_a_draft_can_lose_a_partner_with_its_seats():
    setting = factories.agreement(published=False)
    place = setting.agreement.authorities.get(organisation=setting.partner)
    authorities.remove(place=place, actor=setting.lead, now=NOW)
    agreement = Agreement.objects.get(pk=setting.agreement.pk)
    assert [seat.user for seat in agreement.board.current_seats()] == [setting.chair]
    assert agreement.sighted_by == {setting.lead_authority.pk}


RIGHTS: dict[str, Any] = {
    "may_call_off_alone": True,
    "may_call_off_jointly": True,
    "spend_cap": None,
    "reason": "R",
}
DECISION: dict[str, Any] = {"decision_reference": "K", "decided_on": NOW.date(), "reason": "R"}
ENDED: list[tuple[str, Any]] = [
    (
        "its board",
        lambda s, by: authorities.change_board(agreement=s.agreement, name="Other", quorum=1, **by),
    ),
    ("rights", lambda s, by: authorities.change(place=s.agreement.authorities.first(), **RIGHTS, **by)),
    ("points", lambda s, by: lots.set_points(lot=s.lot, kind="skill", texts=["N"], reason="R", **by)),
    ("rates", lambda s, by: rates.set_rates(lot=s.lot, zones=["North"], bands=[], reason="R", **by)),
    ("holds", lambda s, by: holds.set_rule(lot=s.lot, documents=[], lowest_rating="good", reason="R", **by)),
    ("removal", lambda s, by: lots.remove(lot=s.lot, **DECISION, **by)),
    ("a scheme", lambda s, by: schemes.create(agreement=s.agreement, kind="common", title="T", **by)),
]


@pytest.mark.parametrize("state", ["abandoned", "discarded"])
@pytest.mark.parametrize(("what", "act"), ENDED, ids=[what for what, _ in ENDED])
def test_nothing_of_an_agreement_that_ended_is_changed_from_a_page_left_open(state, what, act):
    setting = factories.agreement()
    Agreement.objects.update(state=state)
    setting.agreement.refresh_from_db()
    setting.lot.refresh_from_db()
    events = Event.objects.count()
    by: dict[str, Any] = {"actor": setting.lead, "now": NOW}
    if what == "its board":
        by["chair_has_casting_vote"] = False
    with pytest.raises(Refused, match=f"was {state}: nothing in it can be changed"):
        act(setting, by)
    assert Event.objects.count() == events
