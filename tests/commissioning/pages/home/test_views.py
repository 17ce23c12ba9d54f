import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.people.roles import Role
from tests.calloffs import factories as calloffs
from tests.evaluation import factories as judging
from tests.factories import NOW, authority, client_for, person
from tests.lots import factories as lots
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW)


def home_of(user):
    response = client_for(user).get("/home/")
    assert response.status_code == 200
    return response.content.decode()


def test_nobody_has_a_home_without_signing_in(client):
    assert client.get("/home/").status_code == 302


def test_who_has_no_role_yet_is_told_how_one_comes_about():
    shown = home_of(person())
    assert "You have no role yet" in shown
    assert "Nothing needs you now" in shown
    assert "You wait for nothing" in shown


def test_what_is_due_first_stands_first():
    setting = lots.agreement()
    lots.scheme(setting, published=False, title="Of no date")
    lots.window(setting, announced=False)
    shown = home_of(setting.lead)
    assert 0 < shown.index("Announce the window") < shown.index("Finish and publish the scheme")
    assert "You have no role yet" not in shown


def test_a_long_list_is_shown_twenty_five_at_a_time():
    ground = calloffs.ground(pool=0)
    for number in range(27):
        calloffs.draft(ground, specification=False, joint=False, title=f"Need {number:02}")
    client = client_for(ground.commissioner)
    first, second = (client.get("/home/", {"page": page}).content.decode() for page in (1, 2))
    assert first.count("Finish and put to the board") == 2 * 25  # seen, and read out with the button
    assert second.count("Finish and put to the board") == 2 * 2
    assert "Page 1 of 2" in first


def test_a_lead_sees_the_calendar_of_the_windows_it_runs_and_no_others():
    setting = lots.agreement()
    window = lots.window(setting, title="Our own window")
    lots.window(lots.agreement(), title="Somebody else’s window")
    shown = home_of(setting.lead)
    assert "Calendar of windows" in shown
    assert window.get_absolute_url() in shown
    assert "Somebody else’s window" not in shown


def test_a_board_member_sees_how_many_each_lot_can_invite():
    setting = lots.agreement()
    for _ in range(3):
        providers.admission(setting.lot)
    providers.admission(setting.lot, state="suspended")
    shown = home_of(setting.member)
    assert "Who could be invited" in shown
    row = shown[shown.index(f"{setting.agreement.reference}, {setting.lot}") :].split("</tr>")[0]
    assert [part.split("<")[0] for part in row.split('--numeric">')[1:]] == ["3", "1", "0"]


def test_a_commissioner_sees_call_offs_over_time_and_what_they_take_of_each_lots_value():
    of = calloffs.ground()
    drafted = calloffs.draft(of)
    calloffs.approved(of)
    elsewhere = calloffs.draft(calloffs.ground(pool=0), title="Somebody else’s need")
    shown = home_of(of.partner_commissioner)
    assert "Call-offs over time" in shown
    assert drafted.get_absolute_url() in shown
    assert elsewhere.title not in shown
    row = shown[shown.index(f"{of.agreement.reference}, {of.lot}") :].split("</tr>")[0]
    cells = [part.split("<")[0] for part in row.split('--numeric">')[1:]]
    assert cells == ["£0", "£300,000", "£300,000", "£4,579,617", "£4,279,617"]
    assert '<rect class="portal-bar--third"' in row
    stages = shown[shown.index("Call-offs by stage") :].split("</table>")[0]
    assert "£300,000" in stages
    assert "Call-offs over time" not in home_of(of.writers[0])


def test_call_offs_and_papers_are_among_what_needs_a_person():
    of = calloffs.ground()
    calloff = calloffs.draft(of)
    paper = calloffs.tabled(of)
    shown = home_of(of.commissioner)
    assert f"Finish and put to the board: {calloff.title}" in shown
    waiting = shown[shown.index("What you are waiting for") :]
    assert f"The board to decide: {paper.title}" in waiting
    assert f"{paper.board}’s move" in waiting
    assert f"Answer and vote: {paper.title}" in home_of(of.member)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.BROKER, "each person with an individual service fund who is to choose a provider"),
        (Role.SOCIAL_WORKER, "for whom you are asked which providers would suit"),
    ],
)
def test_who_is_to_refer_people_is_told_what_comes_and_what_there_is_today(role, words):
    setting = lots.agreement()
    shown = home_of(person(setting.partner, role))
    assert "does not take referrals to providers yet" in shown
    assert words in shown
    assert f"{setting.agreement.get_absolute_url()}pool/" in shown
    assert "does not take referrals" not in home_of(setting.lead)


def test_an_invited_provider_is_led_to_its_invitation():
    of = calloffs.ground()
    competition = calloffs.published(of)
    shown = home_of(of.writers[0])
    assert "Say whether you will bid" in shown
    assert f"/calloffs/{competition.reference}/invitation/" in shown


def test_a_provider_sees_its_lots_applications_and_receipts_and_nothing_of_authorities():
    entry = providers.submitted()
    shown = home_of(providers.writer_of(entry.application))
    assert entry.application.reference in shown
    assert "My receipts" in shown
    assert "Calendar of windows" not in shown


def test_empty_parts_say_what_will_appear():
    shown = home_of(providers.bid_writer())
    assert "once you start one in an open window" in shown
    lead = person(authority(), Role.LEAD)
    assert "Calendar of windows" not in home_of(lead)


def test_who_judges_sees_how_far_the_panels_are():
    case = judging.case("scoring")
    for user in (case.lead, case.lay, case.moderator):
        shown = home_of(user)
        assert "How far the panels are" in shown
        assert case.exercise.get_absolute_url() in shown


def test_queries_do_not_grow_with_rows():
    def cost(windows):
        setting = lots.agreement()
        for number in range(windows):
            lots.window(setting, title=f"Window {number}", place=number)
            providers.admission(setting.lot)
        for user in (setting.lead, setting.member):
            client = client_for(user)
            with CaptureQueriesContext(connection) as found:
                assert client.get("/home/").status_code == 200
            yield len(found)

    assert list(cost(1)) == list(cost(4))


def test_queries_do_not_grow_with_call_offs():
    of = calloffs.ground()

    def cost():
        for user in (of.lead, of.commissioner, of.director, of.chair):
            client = client_for(user)
            client.get("/home/")
            with CaptureQueriesContext(connection) as found:
                assert client.get("/home/").status_code == 200
            yield len(found)

    def grow():
        calloffs.draft(of)
        calloffs.tabled(of)
        calloffs.published(of)

    grow()
    one = list(cost())
    grow()
    grow()
    assert list(cost()) == one
