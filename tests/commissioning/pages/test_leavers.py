import pytest

from calloffs.models import Competition
from calloffs.services import competitions
from commissioning.accounts.services import leaving
from commissioning.pages import leavers
from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from lots.models import Agreement
from tests.calloffs import factories as calloffs
from tests.evaluation.factories import case
from tests.factories import NOW, client_for, person
from tests.lots import factories as lots

pytestmark = pytest.mark.django_db


def leave(user):
    """Let the person leave where they belong."""
    leaving.end_membership(membership=user.memberships.get(), actor=user, now=NOW)


def test_a_lead_is_to_take_a_leaver_off_the_panel():
    found = case("scoring")
    leaver = found.evaluators[0]
    assert leavers.tasks(found.lead, NOW) == []
    leave(leaver)
    (task,) = leavers.tasks(found.lead, NOW)
    assert leaver.name in task.what
    assert task.url == found.url(f"panel/{leaver.reference}/stand-down/")
    assert client_for(found.lead).get(task.url).status_code == 200
    assert leavers.tasks(person(found.authority, Role.COMMISSIONER), NOW) == []


def test_a_leaver_neither_scores_nor_reads_from_that_moment():
    found = case("scoring")
    leaver = found.evaluators[0]
    client = client_for(leaver)
    assert client.get(found.url()).status_code == 200
    leave(leaver)
    assert client_for(leaver).get(found.url()).status_code == 404


def test_a_lead_is_to_fill_a_seat_whose_holder_has_left_or_lost_the_role():
    setting = lots.agreement()
    assert leavers.tasks(setting.lead, NOW) == []
    leave(setting.member)
    RoleGrant.objects.filter(membership__user=setting.chair).update(withdrawn_at=NOW)
    found = leavers.tasks(setting.lead, NOW)
    assert {task.url for task in found} == {
        f"/agreements/{setting.agreement.reference}/board/seats/{user.reference}/end/"
        for user in (setting.member, setting.chair)
    }
    for task in found:
        assert client_for(setting.lead).get(task.url).status_code == 200


@pytest.mark.parametrize("state", ["abandoned", "discarded"])
def test_no_seat_is_filled_on_the_board_of_an_agreement_that_ended(state):
    setting = lots.agreement()
    Agreement.objects.update(state=state)
    assert leavers.left_behind(setting.member.memberships.get()) == []
    leave(setting.member)
    assert leavers.tasks(setting.lead, NOW) == []


def test_the_page_of_leaving_says_what_stays_to_be_filled():
    setting = lots.agreement()
    (sentence,) = leavers.left_behind(setting.member.memberships.get())
    assert "the only one of" in sentence
    url = f"/organisations/{setting.partner.reference}/people/{setting.member.reference}/leave/"
    page = client_for(setting.member).get(url).content.decode()
    assert "What stays to be filled" in page
    assert leavers.left_behind(setting.lead.memberships.get()) == []


def test_whom_applicants_are_told_to_ask_does_not_leave_unseen():
    setting, other = lots.agreement(), lots.agreement()
    colleague = person(setting.lead_authority, Role.LEAD)
    Agreement.objects.filter(pk=setting.agreement.pk).update(
        support_contact=f"Ask {setting.lead.email.upper()}, or ring"
    )
    (sentence,) = leavers.left_behind(setting.lead.memberships.get())
    assert setting.agreement.title in sentence
    assert "beside each of its deadlines" in sentence
    assert leavers.left_behind(colleague.memberships.get()) == []
    assert leavers.tasks(colleague, NOW) == []
    leave(setting.lead)
    (task,) = leavers.tasks(colleague, NOW)
    assert setting.lead.email in task.what
    assert client_for(colleague).get(task.url).status_code == 200
    assert leavers.tasks(other.lead, NOW) == []
    Agreement.objects.update(state="abandoned")
    assert leavers.tasks(colleague, NOW) == []


def test_whom_bidders_are_told_to_ask_does_not_leave_unseen():
    ground = calloffs.ground()
    competition = calloffs.published(ground)
    colleague = person(ground.authority, Role.LEAD)
    named = ground.commissioner
    Agreement.objects.update(support_contact="")
    Competition.objects.update(support_contact=f"Ask {named.email.upper()}, or ring")
    sentences = leavers.left_behind(named.memberships.get())
    assert [one for one in sentences if competition.calloff.title in one and "whom bidders may ask" in one]
    assert leavers.tasks(colleague, NOW) == []
    leave(named)
    (task,) = leavers.tasks(colleague, NOW)
    assert named.email in task.what
    assert task.url == f"/calloffs/{competition.reference}/competition/support/"
    assert client_for(colleague).get(task.url).status_code == 200
    assert leavers.tasks(lots.agreement().lead, NOW) == []
    correct = {"support_contact": colleague.email, "support_hours": ""}
    competitions.correct_support(competition=competition, actor=colleague, now=NOW, **correct)
    assert leavers.tasks(colleague, NOW) == []


@pytest.mark.parametrize("state", ["decided", "abandoned"])
def test_nobody_is_named_anew_for_a_competition_that_is_over(state):
    ground = calloffs.ground()
    calloffs.published(ground)
    Agreement.objects.update(support_contact="")
    Competition.objects.update(support_contact=ground.commissioner.email, state=state)
    leave(ground.commissioner)
    assert leavers.tasks(ground.lead, NOW) == []


def test_a_place_on_a_panel_is_named_by_what_it_judges():
    found = case("scoring")
    (sentence,) = leavers.left_behind(found.evaluators[0].memberships.get())
    assert found.exercise.title in sentence


def test_the_tasks_cost_as_much_for_many_as_for_one(django_assert_num_queries):
    found = case("scoring")
    lead = found.lead
    first, *others = found.evaluators
    with django_assert_num_queries(3):
        assert leavers.tasks(lead, NOW) == []
    leave(first)
    with django_assert_num_queries(5):
        assert len(leavers.tasks(lead, NOW)) == 1
    for user in others:
        leave(user)
    with django_assert_num_queries(5):
        assert len(leavers.tasks(lead, NOW)) == len(found.evaluators)
