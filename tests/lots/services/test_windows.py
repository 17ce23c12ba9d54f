from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from commissioning.audit.models import Event
from commissioning.people.actors import System
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Outage, Round
from commissioning.web.text import london
from commissioning.workflow import Refused
from lots import lost_time
from lots.models import Window
from lots.services import lots, windows
from lots.workflow import WINDOW
from tests.factories import NOW, person
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
# A draft that lay around since then.
OLD = {"now": NOW - 10 * DAY, "questions_close_at": NOW - 5 * DAY}


@pytest.fixture
def setting():
    return factories.agreement()


@pytest.fixture
def window(setting):
    return factories.window(setting)


class TestSchedule:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"opens_at": NOW + 2 * DAY, "deadline": NOW + 2 * DAY}, "deadline"),
            ({"deadline": NOW + timedelta(days=3000)}, "deadline"),
            ({"opens_at": NOW - DAY}, "opens_at"),
            ({"opens_at": NOW - 2 * HOUR, "deadline": NOW - HOUR}, "deadline"),
            ({"questions_close_at": NOW}, "questions_close_at"),
            ({"expected_decision_on": NOW.date() + 15 * DAY}, "expected_decision_on"),
            ({"expected_decision_on": date(1999, 1, 1)}, "expected_decision_on"),
        ],
    )
    def test_impossible_dates_are_refused(self, setting, given, field):
        with pytest.raises(Refused) as refusal:
            factories.window(setting, **given)
        assert refusal.value.reasons[0].field == field
        assert not Window.objects.exists()

    def test_a_lot_needs_a_scheme_of_its_own_agreement_and_kind(self, setting):
        common = factories.scheme(setting, kind="common")
        with pytest.raises(Refused, match="is not a scheme for admission"):
            factories.window(setting, lots=[(setting.lot, common)])
        other = factories.agreement()
        with pytest.raises(Refused, match="must be of this agreement"):
            factories.window(setting, lots=[(setting.lot, factories.scheme(other))])
        scheme = factories.scheme(setting)
        with pytest.raises(Refused, match="in a window once"):
            factories.window(setting, lots=[(setting.lot, scheme), (setting.lot, scheme)])
        with pytest.raises(Refused, match="is not a common part"):
            factories.window(setting, common_scheme=scheme)

    def test_the_same_within_minutes_is_one_draft(self, setting):
        pairs = [(setting.lot, factories.scheme(setting))]
        draft: dict[str, Any] = {"announced": False, "lots": pairs}
        made = factories.window(setting, **draft)
        assert factories.window(setting, **draft, now=NOW) == made
        assert Event.objects.filter(action="window.create").count() == 1
        other = factories.window(setting, **draft, title="Another window")
        dates = {"opens_at": made.opens_at, "deadline": made.deadline}
        later = factories.window(setting, **draft, **dates, now=NOW + HOUR)
        asked = factories.window(setting, **draft, questions_close_at=made.deadline - DAY)
        assert len({made, other, later, asked}) == 4

    def test_a_draft_is_not_changed_to_what_cannot_come(self, setting):
        window = factories.window(setting, announced=False)
        row = window.lots.first()
        with pytest.raises(Refused, match="must be today or later"):
            windows.change(
                window=window,
                title="Summer",
                opens_at=NOW - DAY,
                deadline=NOW + 4 * DAY,
                lots=[(row.lot, row.scheme)],
                common_scheme=None,
                expected_decision_on=None,
                actor=setting.lead,
                now=NOW,
            )

    def test_a_draft_can_be_changed_and_an_announced_one_not(self, setting):
        scheme = factories.scheme(setting)
        window = factories.window(setting, announced=False)
        change: dict[str, Any] = {
            "window": window,
            "title": "Summer",
            "opens_at": NOW + 3 * DAY,
            "deadline": NOW + 4 * DAY,
            "lots": [(setting.lot, scheme)],
            "common_scheme": None,
            "expected_decision_on": None,
            "actor": setting.lead,
            "now": NOW,
        }
        windows.change(**change)
        assert [row.lot for row in window.lots.all()] == [setting.lot]
        windows.announce(window=window, actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="is announced"):
            windows.change(**change)


class TestCutOffForQuestions:
    def test_is_set_with_the_window_and_may_be_chosen(self, setting):
        assert factories.window(setting).questions_close_at == NOW + 15 * DAY - 7 * DAY
        chosen = NOW + 10 * DAY
        draft = factories.window(setting, announced=False, questions_close_at=chosen)
        assert draft.questions_close_at == chosen

    def test_of_a_short_window_that_opens_at_once_is_still_to_come(self, setting):
        window = factories.window(setting, opens_at=NOW - 3 * HOUR, deadline=NOW + HOUR)
        assert window.questions_close_at == NOW + HOUR / 2

    def test_after_the_deadline_is_refused(self, setting):
        with pytest.raises(Refused, match="before the deadline") as refusal:
            factories.window(setting, questions_close_at=NOW + 15 * DAY)
        assert refusal.value.reasons[0].field == "questions_close_at"

    def test_moves_with_an_extension_and_both_are_on_record(self, setting, window):
        before = window.questions_close_at
        later = window.deadline + 7 * DAY
        windows.extend(window=window, new_deadline=later, reason="Storm.", actor=setting.lead, now=NOW)
        window.refresh_from_db()
        assert window.questions_close_at == before + 7 * DAY
        assert "questions_close_at" in Event.objects.get(action="window.extend").payload


class TestAnnounce:
    def test_each_lot_gets_a_sealed_round_until_the_deadline(self, setting, window):
        rounds = [row.round for row in window.lots.all()]
        assert len(set(rounds)) == len(setting.lots)
        assert {one.not_before for one in rounds} == {window.deadline}
        assert {one.is_open for one in rounds} == {False}
        assert window.next_due_at == window.opens_at

    @pytest.mark.parametrize(
        ("make", "sentence"),
        [
            (lambda s: {"lots": []}, "at least one lot"),
            (
                lambda s: {"lots": [(s.lot, factories.scheme(s, published=False))]},
                "Publish the scheme of each",
            ),
            (
                lambda s: {"common_scheme": factories.scheme(s, kind="common", published=False)},
                "Publish the scheme of the common part",
            ),
            (lambda s: {**OLD, "opens_at": NOW, "deadline": NOW + DAY}, "nobody could ask"),
            (lambda s: {**OLD, "opens_at": NOW - 9 * DAY}, "The opening must be today or later"),
            (lambda s: {**OLD, "opens_at": NOW - 9 * DAY, "deadline": NOW}, "has already passed"),
        ],
    )
    def test_what_is_missing_stops_it(self, setting, make, sentence):
        window = factories.window(setting, announced=False, **make(setting))
        with pytest.raises(Refused, match=sentence):
            windows.announce(window=window, actor=setting.lead, now=NOW)
        assert not Round.objects.exists()

    def test_a_draft_agreement_or_a_removed_lot_stops_it(self, setting):
        draft = factories.agreement(published=False)
        with pytest.raises(Refused, match="Publish the agreement first"):
            factories.window(draft)
        window = factories.window(setting, announced=False)
        lots.remove(
            lot=setting.lot,
            decision_reference="K",
            decided_on=NOW.date(),
            reason="R",
            actor=setting.lead,
            now=NOW,
        )
        with pytest.raises(Refused, match="A removed lot"):
            windows.announce(window=window, actor=setting.lead, now=NOW)

    def test_an_opening_earlier_today_is_the_announcement(self, setting):
        window = factories.window(setting, opens_at=NOW - HOUR)
        assert (window.opens_at, window.next_due_at, window.is_open(NOW)) == (NOW, NOW, True)
        began, ended = NOW - HOUR, NOW - HOUR / 2
        Outage.objects.create(began_at=began, ended_at=ended, was_refused=True, recorded_at=NOW)
        assert lost_time.outages_of(window) == []

    def test_a_lot_is_in_one_window_at_a_time(self, setting, window):
        one = [(setting.lot, factories.scheme(setting))]
        draft = factories.window(
            setting,
            announced=False,
            lots=one,
            opens_at=window.deadline - DAY,
            deadline=window.deadline + DAY,
        )
        with pytest.raises(Refused) as refusal:
            windows.announce(window=draft, actor=setting.lead, now=NOW)
        (reason,) = refusal.value.reasons
        assert f"{setting.lot} is in “Spring window” too" in reason.text
        assert london(window.deadline) in reason.text
        windows.cancel(window=window, reason="Not now.", actor=setting.lead, now=NOW)
        windows.announce(window=draft, actor=setting.lead, now=NOW)

    def test_another_lot_or_the_moment_of_the_deadline_is_free(self, setting):
        first = factories.window(setting, lots=[(setting.lot, factories.scheme(setting))])
        factories.window(setting, lots=[(setting.lots[1], factories.scheme(setting))])
        factories.window(setting, opens_at=first.deadline, deadline=first.deadline + DAY)
        assert Window.objects.filter(state="scheduled").count() == 3

    @pytest.mark.parametrize(
        ("lacks", "sentence"),
        [
            ("support_contact", "Say whom applicants may ask, and when"),
            ("support_hours", "Say when they are there"),
        ],
    )
    def test_whom_to_ask_is_named_first(self, lacks, sentence):
        setting = factories.agreement(**{lacks: ""})
        with pytest.raises(Refused, match=sentence) as refusal:
            factories.window(setting)
        assert refusal.value.reasons[0].field == lacks

    def test_an_open_framework_opens_with_all_its_lots(self):
        setting = factories.agreement(regime="PA23_OPEN_FRAMEWORK")
        scheme = factories.scheme(setting)
        with pytest.raises(Refused, match="all its lots together") as refusal:
            factories.window(setting, lots=[(setting.lot, scheme)])
        assert str(setting.lots[1]) in str(refusal.value)
        removed = {"decision_reference": "K", "decided_on": NOW.date(), "reason": "R", "now": NOW}
        lots.remove(lot=setting.lots[1], **removed, actor=setting.lead)
        windows.announce(window=Window.objects.get(), actor=setting.lead, now=NOW)


class TestExtend:
    def extend(self, setting, window, **given):
        values: dict[str, Any] = {
            "new_deadline": window.deadline + 7 * DAY,
            "reason": "More time.",
            "actor": setting.lead,
            "now": NOW,
            **given,
        }
        return windows.extend(window=window, **values)

    def test_old_and_new_are_kept_and_every_round_moves(self, setting, window):
        old = window.deadline
        change = self.extend(setting, window)
        assert (change.old, change.new, change.changed_by) == (old, old + 7 * DAY, setting.lead)
        assert {row.round.not_before for row in window.lots.all()} == {old + 7 * DAY}
        kept = Window.objects.get(pk=window.pk)
        assert (kept.deadline, kept.next_due_at) == (old + 7 * DAY, window.opens_at)
        assert "More time." in Event.objects.get(action="window.extend").payload

    def test_an_open_window_closes_at_the_new_deadline(self, setting, window):
        windows.keep_time(window_id=window.pk, now=window.opens_at)
        old = window.deadline
        self.extend(setting, window, now=old - MICROSECOND)
        assert windows.keep_time(window_id=window.pk, now=old + MICROSECOND) == []
        assert windows.keep_time(window_id=window.pk, now=old + 7 * DAY + MICROSECOND) == ["close"]

    @pytest.mark.parametrize("days", [0, 3000])
    def test_what_cannot_be_is_told_beside_its_box(self, setting, window, days):
        with pytest.raises(Refused) as refusal:
            self.extend(setting, window, new_deadline=window.deadline + days * DAY)
        assert {reason.field for reason in refusal.value.reasons} == {"new_deadline"}

    def test_only_before_the_deadline_has_passed(self, setting, window):
        with pytest.raises(Refused, match="One that has passed is not moved"):
            self.extend(setting, window, now=window.deadline + MICROSECOND)
        self.extend(setting, window, now=window.deadline)

    def test_not_over_the_opening_of_the_next_window_of_a_lot(self, setting, window):
        one = [(setting.lot, factories.scheme(setting))]
        opens_at = window.deadline + 7 * DAY
        factories.window(setting, lots=one, title="Next", opens_at=opens_at, deadline=opens_at + DAY)
        with pytest.raises(Refused, match=r"opens again on .* in “Next”"):
            self.extend(setting, window, new_deadline=opens_at + MICROSECOND)
        self.extend(setting, window, new_deadline=opens_at)

    def test_what_is_unusual_is_asked_about_until_that_is_meant(self, setting, window):
        saturday = window.deadline + 4 * DAY
        with pytest.raises(Refused, match="is no working day") as asked:
            self.extend(setting, window, new_deadline=saturday, meant=[])
        told = [reason.text for reason in asked.value.reasons]
        assert {reason.field for reason in asked.value.reasons} == {"meant"}
        with pytest.raises(Refused):
            self.extend(setting, window, new_deadline=saturday + 7 * DAY, meant=told)
        self.extend(setting, window, new_deadline=saturday, meant=told)
        assert window.deadline == saturday

    def test_decisions_are_expected_after_the_new_deadline(self, setting):
        window = factories.window(setting, expected_decision_on=NOW.date() + 20 * DAY)
        self.extend(setting, window, new_deadline=window.deadline + 3 * DAY)
        assert window.expected_decision_on == NOW.date() + 20 * DAY
        self.extend(setting, window, new_deadline=window.deadline + 2 * DAY)
        assert window.expected_decision_on == NOW.date() + 22 * DAY

    def test_only_later_with_a_reason_and_by_the_lead(self, setting, window):
        with pytest.raises(Refused, match="must be later"):
            self.extend(setting, window, new_deadline=window.deadline)
        with pytest.raises(Refused, match="Give the reason"):
            self.extend(setting, window, reason="  ")
        for role in (Role.COMMISSIONER, Role.DIRECTOR, Role.AUTHORITY_ADMIN):
            with pytest.raises(Denied):
                self.extend(setting, window, actor=person(setting.lead_authority, role))
        with pytest.raises(Denied):
            self.extend(setting, window, actor=person(setting.partner, Role.LEAD))
        with pytest.raises(Denied):
            self.extend(setting, window, actor=person(is_staff=True))
        with pytest.raises(Denied):
            self.extend(setting, window, actor=System("anything"))
        assert not window.deadline_changes.exists()


class TestUnseal:
    def test_it_opens_every_round_once_after_deadline_and_margin(self, setting, window):
        first = window.entries_open_from
        with pytest.raises(Refused, match="stay sealed until"):
            windows.unseal(window=window, actor=setting.lead, now=first - MICROSECOND)
        assert not any(row.round.is_open for row in window.lots.select_related("round"))
        found = windows.unseal(window=window, actor=setting.lead, now=first)
        window.refresh_from_db()
        assert set(found) == {row.pk for row in window.lots.all()}
        assert (window.state, window.unsealed_at, window.unsealed_by) == ("unsealed", first, setting.lead)
        assert all(row.round.is_open for row in window.lots.select_related("round"))
        with pytest.raises(Refused):
            windows.unseal(window=window, actor=setting.lead, now=first)

    def test_nobody_but_the_lead_opens(self, setting, window):
        strangers: list[Any] = [
            person(setting.partner, Role.LEAD),
            person(setting.lead_authority, Role.AUDITOR, Role.MODERATOR, Role.DIRECTOR),
            person(is_staff=True),
            System("windows sweep"),
        ]
        for actor in strangers:
            with pytest.raises(Denied):
                windows.unseal(window=window, actor=actor, now=window.entries_open_from)


class TestCancel:
    def test_with_a_reason_before_it_opens(self, setting, window):
        with pytest.raises(Refused, match="Give the reason"):
            windows.cancel(window=window, reason="", actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="Open for applications"):
            windows.cancel(window=window, reason="Late.", actor=setting.lead, now=window.opens_at)
        windows.cancel(window=window, reason="No need.", actor=setting.lead, now=NOW)
        kept = Window.objects.get(pk=window.pk)
        assert (kept.state, kept.cancelled_reason, kept.next_due_at) == ("cancelled", "No need.", None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_open_it_once():
    window = factories.window(factories.agreement())

    def work(_: int) -> list[str]:
        try:
            return windows.keep_time(window_id=window.pk, now=window.opens_at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, range(4)))
    assert sorted(taken) == [[], [], [], ["open"]]
    assert Event.objects.filter(action="window.open").count() == 1


STEPS = {
    "draft": {"announce", "cancel"},
    "scheduled": {"open"},
    "open": {"close"},
    "closed": {"unseal"},
    "unsealed": {"decide"},
    "decided": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("state", STEPS)
def test_state_by_step(setting, window, state):
    Window.objects.update(state=state)
    window.refresh_from_db()
    late = NOW if state == "draft" else window.entries_open_from + DAY
    possible = {
        step.name
        for step in WINDOW.steps
        if not WINDOW.refusals(window, step.name, actor=setting.lead, now=late)
    }
    assert possible == STEPS[state]


def test_it_is_cancelled_until_it_opens_by_its_dates_whatever_the_sweep_did(setting, window):
    before = window.opens_at - MICROSECOND
    assert WINDOW.refusals(window, "cancel", actor=setting.lead, now=before) == []
    (reason,) = WINDOW.refusals(window, "cancel", actor=setting.lead, now=window.opens_at)
    assert "can no longer be cancelled" in reason.text
