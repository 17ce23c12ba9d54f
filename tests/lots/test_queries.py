from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from commissioning.clock import at_london
from commissioning.people.roles import Role
from lots import queries, tasks
from lots.models import Agreement, Scheme, Window
from lots.services import schemes, windows
from tests.factories import NOW, authority, person, provider
from tests.lots import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def tasks_of(user, now=NOW):
    return {(task.what, task.reference) for task in queries.worklist(user, now)}


class TestVisible:
    def test_a_draft_is_seen_by_its_authorities_alone(self):
        setting = factories.agreement(published=False)
        scheme = factories.scheme(setting)
        factories.window(setting, announced=False, lots=[(setting.lot, scheme)])
        insiders: list[Any] = [setting.lead, setting.member, person(setting.partner, Role.COMMISSIONER)]
        outsiders: list[Any] = [
            AnonymousUser(),
            person(provider(), Role.PROVIDER_ADMIN),
            person(authority(), Role.LEAD),
            person(is_staff=True),
        ]
        for viewer, seen in [*((one, 1) for one in insiders), *((one, 0) for one in outsiders)]:
            for kind in (Agreement, Scheme, Window):
                assert kind.objects.visible_to(viewer).count() == seen

    def test_an_authority_that_was_succeeded_sees_drafts_no_more(self):
        setting = factories.agreement(published=False)
        setting.agreement.authorities.filter(organisation=setting.partner).update(until=date(2026, 1, 1))
        assert not Agreement.objects.visible_to(setting.member).exists()

    def test_what_a_competition_asks_is_not_public(self):
        setting = factories.agreement()
        competition = factories.scheme(setting, kind="competition")
        assert competition.state == "published"
        assert competition not in Scheme.objects.visible_to(AnonymousUser())
        assert competition in Scheme.objects.visible_to(setting.member)


class TestWindowsBeforeClose:
    def test_open_and_coming_are_told_by_the_dates_not_by_the_label(self):
        window = factories.window(factories.agreement())
        for now, expected in (
            (NOW, ([], [window])),
            (window.opens_at, ([window], [])),
            (window.deadline, ([window], [])),
            (window.deadline + timedelta(microseconds=1), ([], [])),
        ):
            assert queries.windows_before_close(AnonymousUser(), now) == expected


class TestWorklist:
    def test_a_draft_agreement_and_scheme_wait_for_their_lead_alone(self):
        setting = factories.agreement(published=False)
        scheme = factories.scheme(setting, published=False, title="Admission")
        assert tasks_of(setting.lead) == {
            ("Finish setting up the agreement", setting.agreement.reference),
            ("Finish and publish the scheme “Admission”", scheme.reference),
        }
        assert tasks_of(setting.chair) == set()
        assert tasks_of(person(setting.partner, Role.LEAD)) == set()

    def test_a_partners_lead_is_given_the_scheme_of_its_own_call_off(self):
        setting = factories.agreement()
        partner = person(setting.partner, Role.LEAD)
        made = schemes.create(
            agreement=setting.agreement,
            authority=setting.partner,
            kind="competition",
            title="Stroke",
            actor=partner,
            now=NOW,
        )
        assert tasks_of(partner) == {("Finish and publish the scheme “Stroke”", made.reference)}
        assert tasks_of(setting.lead) == set()

    def test_windows_are_announced_and_their_entries_opened(self):
        setting = factories.agreement()
        window = factories.window(setting, announced=False)
        assert tasks_of(setting.lead) == {("Announce the window “Spring window”", window.reference)}
        windows.announce(window=window, actor=setting.lead, now=NOW)
        assert tasks_of(setting.lead) == set()
        tasks.sweep(now=window.deadline + DAY)
        assert tasks_of(setting.lead, window.entries_open_from - DAY) == set()
        opening = {("Open the entries of “Spring window”", window.reference)}
        assert tasks_of(setting.lead, window.entries_open_from) == opening

    def test_the_next_window_is_asked_for_from_60_days_before_its_planned_opening(self):
        setting = factories.agreement(reopen_every_months=6)
        factories.window(setting, opens_at=NOW, deadline=NOW + 15 * DAY)
        Window.objects.update(state="decided")
        planned = at_london(date(2027, 7, 5), time(9))  # the first Monday six months on
        assert tasks_of(setting.lead, planned - 60 * DAY - MICROSECOND) == set()
        (task,) = queries.worklist(setting.lead, planned - 60 * DAY)
        assert (task.what, task.due) == ("Schedule the next window", planned)
        later = {"opens_at": planned, "deadline": planned + DAY}
        factories.window(setting, announced=False, **later)
        announcing = {("Announce the window “Spring window”", Window.objects.latest("pk").reference)}
        assert tasks_of(setting.lead, planned - 60 * DAY) == announcing

    def test_no_opening_is_planned_before_the_deadline_of_an_announced_window(self):
        setting = factories.agreement(reopen_every_months=6)
        agreement, summer, winter = (
            setting.agreement,
            at_london(date(2027, 7, 5), time(9)),
            at_london(date(2028, 1, 3), time(9)),
        )
        window = factories.window(setting, opens_at=NOW, deadline=summer + DAY)
        planned = [one.opens_at for one in queries.planned_openings(agreement, [window], NOW)]
        assert planned[0] == winter
        window.deadline = summer - DAY
        planned = [one.opens_at for one in queries.planned_openings(agreement, [window], NOW)]
        assert planned == [summer, winter]

    def test_its_cost_does_not_grow(self, django_assert_num_queries):
        setting = factories.agreement()
        for _ in range(3):
            factories.scheme(setting, published=False)
            factories.window(setting, announced=False)
        lead = type(setting.lead).objects.get(pk=setting.lead.pk)
        lead.held_roles()
        with django_assert_num_queries(3):
            assert len(queries.worklist(lead, NOW)) == 6


class TestPossibleMembers:
    def test_people_with_a_board_role_who_have_no_seat(self):
        setting = factories.agreement()
        both = person(setting.partner, Role.BOARD_MEMBER, Role.BOARD_CHAIR)
        plain = person(setting.lead_authority, Role.BOARD_MEMBER)
        person(setting.partner, Role.COMMISSIONER)
        person(authority(), Role.BOARD_MEMBER)
        person(setting.partner, Role.BOARD_MEMBER, is_active=False)
        found = {(user, may_chair) for user, _, may_chair in queries.possible_members(setting.agreement)}
        assert found == {(both, True), (plain, False)}


def test_a_draft_that_was_cancelled_is_its_authorities_alone():
    setting = factories.agreement()
    draft = factories.window(setting, announced=False)
    windows.cancel(window=draft, reason="R", actor=setting.lead, now=NOW)
    assert draft in Window.objects.visible_to(setting.lead)
    for viewer in (AnonymousUser(), person()):
        assert draft not in Window.objects.visible_to(viewer)
