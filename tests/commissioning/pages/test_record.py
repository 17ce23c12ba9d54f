import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.audit.models import Event, SignedHead
from commissioning.audit.services import record, unit
from commissioning.pages.record import events_of
from commissioning.people.roles import Role
from evaluation.models import Exercise
from providers.services import entries
from tests.calloffs import factories as calloffs
from tests.factories import NOW, authority, client_for, member, person
from tests.lots import factories as lots
from tests.providers import factories as providers

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
pytestmark = pytest.mark.django_db


def read(user, reference):
    return client_for(user).get(f"/record/{reference}/")


def shown(user, reference):
    response = read(user, reference)
    assert response.status_code == 200
    return response.content.decode()


class TestWhoReadsIt:
    @pytest.fixture
    def setting(self):
        return lots.agreement()

    def test_auditors_and_leads_of_any_of_its_authorities(self, setting):
        for user in (
            setting.lead,
            person(setting.partner, Role.AUDITOR),
            person(setting.partner, Role.LEAD),
        ):
            assert read(user, setting.agreement.reference).status_code == 200

    def test_another_role_there_is_told_why_not(self, setting):
        response = read(setting.member, setting.agreement.reference)
        assert response.status_code == 403
        assert "read the record" in response.content.decode()

    def test_for_a_stranger_it_is_not_there(self, setting):
        window = lots.window(setting)
        for user in (person(authority(), Role.AUDITOR), providers.bid_writer(), person(is_staff=True)):
            assert read(user, setting.agreement.reference).status_code == 404
            assert read(user, window.reference).status_code == 404
        assert client_for().get(f"/record/{setting.agreement.reference}/").status_code == 302


def test_it_tells_who_did_what_the_latest_first():
    setting = lots.agreement()
    window = lots.window(setting, title="Spring")
    text = shown(setting.lead, setting.agreement.reference)
    assert 0 < text.index(f"Announce it: {window.reference}") < text.index("Publish it: ")
    assert setting.lead.name in text


def test_who_got_a_seat_is_named_and_no_row_by_its_number():
    setting = lots.agreement()
    text = shown(setting.lead, setting.agreement.reference)
    assert f"person: {setting.chair.name}" in text
    assert "Give a seat on the board" in text
    assert not re.search(r"Give a seat on the board: \d", text)


def test_a_windows_record_is_that_of_the_window_alone():
    setting = lots.agreement()
    window, other = lots.window(setting), lots.window(setting, title="Other", place=1)
    text = shown(setting.lead, window.reference)
    assert f"Announce it: {window.reference}" in text
    assert other.reference not in text
    assert "Publish it" not in text


def test_what_is_sealed_is_in_nobodys_record_before_it_is_opened():
    entry = providers.submitted()
    window, agreement = entry.window_lot.window, entry.window_lot.window.agreement
    lead = providers.lead_of(agreement)
    for reference in (agreement.reference, window.reference):
        text = shown(lead, reference)
        assert entry.application.reference not in text
        assert entry.application.organisation.name not in text
    for offered in window.lots.all():
        offered.round.opened_at = providers.AFTER
        offered.round.save()
    assert f"Submit it: {entry.reference}" in shown(lead, window.reference)
    assert f"Start an application: {entry.application.reference}" in shown(lead, window.reference)


def test_a_score_is_not_told_before_the_moderation_is_closed():
    ground = calloffs.ground()
    exercise = calloffs.opened(ground).exercise
    with unit():
        record("exercise.moderate", exercise, actor=ground.lead, at=NOW, after={"score": 4})
    assert "score: 4" not in shown(ground.lead, ground.agreement.reference)
    Exercise.objects.filter(pk=exercise.pk).update(state="closed")
    assert "score: 4" in shown(ground.lead, ground.agreement.reference)


def test_a_calloffs_record_holds_its_whole_road_and_nothing_of_another():
    ground = calloffs.ground()
    contract = calloffs.in_force(ground)
    other = calloffs.draft(ground, title="Another need")
    found = events_of(contract.calloff)
    about = set(found.values_list("subject_type", flat=True))
    assert {"call-off", "paper", "competition", "bid", "exercise", "award", "contract"} <= about
    assert not found.filter(subject=other.reference).exists()
    assert events_of(other).count() == Event.objects.filter(subject=other.reference).count()


def test_it_says_when_its_end_was_last_signed_and_never_how_long_it_is():
    entry = providers.submitted()
    agreement = entry.window_lot.window.agreement
    lead, reference = providers.lead_of(agreement), agreement.reference
    assert "has not been signed yet" in shown(lead, reference)
    length = Event.objects.filter(chain__name=reference).count()
    SignedHead.objects.create(
        chain=reference, length=length, head="0" * 64, signed_at=NOW, key_id="k", signature="s"
    )
    before = shown(lead, reference)
    assert "Monday 11 January 2027" in before
    entries.withdraw(entry=entry, actor=providers.writer_of(entry.application), now=providers.NOW)
    assert TOKEN.sub("", shown(lead, reference)) == TOKEN.sub("", before)


def test_it_says_when_the_record_was_last_signed_and_never_how_long_it_is():
    setting = lots.agreement()
    reference = setting.agreement.reference
    assert "has not been signed yet" in shown(setting.lead, reference)
    given = {"length": 87654, "head": "0" * 64, "key_id": "k", "signature": "s"}
    SignedHead.objects.create(chain=reference, signed_at=NOW, **given)
    # Another chain's: that this one grew on a day would tell that something hidden was added to it.
    SignedHead.objects.create(chain="portal", signed_at=NOW + timedelta(days=1), **given)
    page = shown(setting.lead, reference)
    assert "sent to the auditors, last on Tuesday 12 January 2027" in page
    assert "87654" not in page


def test_it_is_filtered_by_reference():
    setting = lots.agreement()
    window = lots.window(setting)
    found = client_for(setting.lead).get(
        f"/record/{setting.agreement.reference}/", {"subject": window.reference}
    )
    assert "Publish it" not in found.content.decode()
    assert window.reference in found.content.decode()


def test_the_way_to_it_is_shown_to_those_who_may_read_it():
    setting = lots.agreement()
    window = lots.window(setting)
    for url in (setting.agreement.get_absolute_url(), window.get_absolute_url()):
        reference = url.split("/")[-2]
        assert f"/record/{reference}/" in client_for(setting.lead).get(url).content.decode()
        for user in (None, setting.member, providers.bid_writer()):
            assert "/record/" not in client_for(user).get(url).content.decode()


def test_queries_do_not_grow_with_events():
    setting = lots.agreement()
    auditor = person(setting.partner, Role.AUDITOR)

    def cost():
        client = client_for(auditor)
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/record/{setting.agreement.reference}/").status_code == 200
        return len(found)

    before = cost()
    for number in range(3):
        lots.window(setting, title=f"Window {number}", place=number)
        member(setting.lead, authority(), Role.LEAD)
    assert cost() == before


def test_stored_codes_are_shown_in_the_words_of_the_pages():
    ground = calloffs.ground()
    calloff = calloffs.calloff_of(calloffs.tabled(ground))
    text = shown(ground.lead, calloff.reference)
    assert "state: With the board" in text
    assert "funding: Own budget" in text
    assert "with_board" not in text
    assert "authority id" not in text
