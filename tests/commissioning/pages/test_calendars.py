"""The feed: what each person's calendar shows, judged at each request, and how it is asked for."""

from datetime import date, timedelta

import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.accounts.services import calendars
from lots.models import AgreementNotice
from providers.models import ProfileDocument
from providers.services import openings
from tests import factories as people
from tests.providers import factories as f
from tests.providers import profiles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.NOW, tick=False)


def url_of(user):
    return reverse("calendar-feed", args=[calendars.make(user=user, now=f.NOW)])


def events(url):
    response = Client().get(url)
    assert response.status_code == 200
    calendar = vobject.readOne(response.content.decode())
    return {one.uid.value.partition("@")[0]: one for one in getattr(calendar, "vevent_list", [])}


def test_the_feed_is_private_sets_no_cookie_and_is_text_calendar():
    response = Client().get(url_of(f.bid_writer()))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private"
    assert not response.cookies
    assert "Vary" not in response or "Cookie" not in response["Vary"]


def test_no_other_address_and_no_other_method_gives_anything():
    url = url_of(f.bid_writer())
    assert Client().get("/calendar/guess.ics").status_code == 404
    assert Client().post(url).status_code == 405
    assert Client().head(url).status_code == 200


def test_an_applicant_sees_the_windows_of_the_agreement_and_of_no_other():
    ana, window = f.bid_writer(), f.window()
    other = f.window(f.agreement())
    later = f.window(window.agreement, title="Next", state="scheduled")
    draft = f.window(window.agreement, title="Draft", state="draft")
    cancelled = f.window(window.agreement, title="Cancelled", state="cancelled")
    url = url_of(ana)
    assert events(url) == {}
    f.application(window, by=ana)
    found = events(url)
    assert set(found) == {
        f"{one.reference}-{name}" for one in (window, later) for name in ("opening", "deadline")
    }
    assert found[f"{window.reference}-deadline"].dtstart.value == f.DEADLINE
    assert found[f"{window.reference}-opening"].dtstart.value == f.OPENS
    for hidden in (other, draft, cancelled):
        assert f"{hidden.reference}-deadline" not in found


def test_the_last_moment_for_questions_is_there_for_those_concerned():
    ana, asked = f.bid_writer(), f.DEADLINE - timedelta(days=5)
    window = f.window(questions_close_at=asked)
    f.application(window, by=ana)
    for user in (ana, f.lead_of(window.agreement)):
        assert events(url_of(user))[f"{window.reference}-questions"].dtstart.value == asked
    assert events(url_of(f.bid_writer())) == {}


def test_who_writes_for_a_provider_sees_the_last_day_of_its_own_documents():
    ana = f.bid_writer()
    mine = f.provider_of(ana)
    first = profiles.document(mine, days=100, kind="dbs_policy")
    profiles.document(mine, days=-93, kind="safeguarding_policy")
    url = url_of(ana)
    ((key, found),) = events(url).items()
    assert key == f"{first.reference}-ends"
    assert found.dtstart.value == profiles.TODAY + timedelta(days=100)
    assert "DBS policy" in found.summary.value
    newer = profiles.document(mine, days=400, kind="dbs_policy")
    assert set(events(url)) == {f"{newer.reference}-ends"}
    ProfileDocument.objects.update(taken_out_at=f.NOW)
    assert events(url) == {}


def test_nobody_else_sees_it():
    ana = f.bid_writer()
    profiles.document(f.provider_of(ana), kind="dbs_policy")
    window = f.window()
    f.admission(window.agreement.lots.first(), f.provider_of(ana))
    reader = people.person(f.provider_of(ana))
    for user in (reader, f.bid_writer(), f.lead_of(window.agreement)):
        assert not any(key.endswith("-ends") for key in events(url_of(user)))


class TestEvents:
    def event(self, **given):
        agreement = f.agreement()
        return agreement.notices.create(
            title="Meet the buyers",
            text="Come.",
            event_at=f.NOW + timedelta(days=9),
            place="Town hall",
            published_at=f.OPENS,
            published_by=f.lead_of(agreement),
            **given,
        )

    def test_a_place_under_the_persons_own_address_is_there_until_it_is_cancelled(self):
        ana, notice = f.bid_writer(), self.event()
        held = notice.sign_ups.create(name="Ana", email=ana.email, asked_at=f.OPENS)
        url = url_of(ana)
        assert events(url) == {}
        notice.sign_ups.update(confirmed_at=f.NOW)
        (found,) = events(url).items()
        assert found[0] == f"{notice.reference}-event"
        assert found[1].dtstart.value == notice.event_at
        assert found[1].summary.value == "Meet the buyers: Town hall"
        assert events(url_of(f.lead_of(notice.agreement))) == {}
        held.delete()
        assert events(url) == {}

    def test_it_moves_with_the_event_and_says_when_it_is_called_off(self):
        ana, notice = f.bid_writer(), self.event()
        notice.sign_ups.create(name="Ana", email=ana.email, asked_at=f.OPENS, confirmed_at=f.OPENS)
        url = url_of(ana)
        (before,) = events(url).values()
        notice.event_changes.create(
            old_event_at=notice.event_at, reason="Snow.", changed_at=f.NOW, changed_by=notice.published_by
        )
        AgreementNotice.objects.update(event_at=notice.event_at + timedelta(days=1))
        (moved,) = events(url).values()
        AgreementNotice.objects.update(called_off_at=f.NOW)
        (off,) = events(url).values()
        assert [one.sequence.value for one in (before, moved, off)] == ["0", "1", "2"]
        assert moved.dtstart.value - before.dtstart.value == timedelta(days=1)
        assert not hasattr(moved, "status")
        assert off.status.value == "CANCELLED"


def test_a_moved_deadline_moves_in_the_calendar():
    ana, window = f.bid_writer(), f.window()
    f.application(window, by=ana)
    url = url_of(ana)
    before = events(url)[f"{window.reference}-deadline"]
    later = f.DEADLINE + timedelta(days=1)
    lead = f.lead_of(window.agreement)
    openings.extend(window=window, new_deadline=later, reason="Fairness.", actor=lead, now=f.NOW)
    after = events(url)[f"{window.reference}-deadline"]
    assert after.dtstart.value == later
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    assert after.last_modified.value > before.last_modified.value


def test_a_lead_sees_windows_and_reviews_and_nothing_of_who_applies():
    window = f.window()
    entry = f.submitted(window)
    member = f.admission(window.agreement.lots.first(), state="suspended")
    member.suspensions.create(reason="x", suspended_at=f.NOW, review_on=date(2027, 2, 1))
    lead = f.lead_of(window.agreement)
    url = url_of(lead)
    found = events(url)
    (review,) = [one for key, one in found.items() if "-review-" in key]
    assert review.dtstart.value == date(2027, 2, 1)
    assert f"{window.reference}-deadline" in found
    assert entry.application.organisation.name not in Client().get(url).content.decode()
    assert len(found) == 3


def test_a_provider_sees_its_own_standstill_and_review_and_no_rivals():
    ana = f.bid_writer()
    lot = f.agreement(lots=2).lots.first()
    mine = f.admission(lot, f.provider_of(ana), state="standstill", standstill_ends_on=date(2027, 1, 25))
    f.admission(lot, state="standstill", standstill_ends_on=date(2027, 1, 26))
    other = f.admission(lot.agreement.lots.last(), f.provider_of(ana), state="suspended")
    other.suspensions.create(reason="x", suspended_at=f.NOW, review_on=date(2027, 2, 1))
    days = [one.dtstart.value for one in events(url_of(ana)).values()]
    assert days == [mine.standstill_ends_on, date(2027, 2, 1)]


def test_what_is_in_it_ends_with_the_role():
    window = f.window()
    lead = f.lead_of(window.agreement)
    url = url_of(lead)
    assert events(url)
    grants = lead.memberships.get().grants
    grants.update(withdrawn_at=f.NOW)
    assert events(url) == {}
    lead.memberships.update(left_at=f.NOW)
    assert Client().get(url).status_code == 404


def test_dates_long_gone_are_left_out():
    window = f.window()
    lead = f.lead_of(window.agreement)
    url = url_of(lead)
    type(window).objects.update(opens_at=f.NOW - timedelta(days=200), deadline=f.NOW - timedelta(days=93))
    assert events(url) == {}


def test_it_costs_the_same_with_three_windows_as_with_one():
    ana = f.bid_writer()
    url = url_of(ana)

    def cost():
        with CaptureQueriesContext(connection) as caught:
            Client().get(url)
        return len(caught)

    f.application(f.window(), by=ana)
    one = cost()
    f.application(f.window(f.agreement()), by=ana)
    f.application(f.window(f.agreement()), by=ana)
    assert cost() == one
