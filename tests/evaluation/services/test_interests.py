"""Interests: declared before any content, decided about by somebody else (rulebook G12, D20)."""

import pytest

from commissioning.audit.models import Event
from commissioning.people.models import Organisation
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from evaluation import queries
from evaluation.models import Declaration
from evaluation.services import interests, panels
from tests import factories as people
from tests.evaluation import factories as f
from tests.providers.factories import associate

pytestmark = pytest.mark.django_db


@pytest.fixture
def found():
    return f.case("scoring")


def ids(found):
    return [found.assessment(place).organisation_id for place in (0, 1)]


def declare(found, given, user=None):
    interests.declare(exercise=found.fresh(), interests=given, actor=user or found.evaluators[0], now=f.NOW)


def decide(found, decision="may_judge", measures="Another reads these first.", actor=None):
    interests.decide_conflict(
        declaration=Declaration.objects.get(has_conflict=True),
        decision=decision,
        measures=measures,
        actor=actor or found.lead,
        now=f.NOW,
    )


def read(found, user):
    return queries.read_answer(found.fresh(), found.assessment(), found.question(), reader=user, now=f.NOW)


@pytest.fixture
def together():
    """Bidders of which the first applies with a consortium member and a subcontractor."""
    others = (associate("Hunts Forum", role="member", company_number="01234567"), associate("Night Owls"))
    return f.case("scoring", names=("Cam Sight", "P3 Charity"), named=(others,))


def test_a_conflict_is_declared_with_a_member_or_subcontractor_of_a_bidder(together):
    first, second = ids(together)
    interests.declare(
        exercise=together.fresh(),
        interests={first: (True, "I manage their contract."), second: (False, "")},
        with_whom={first: ["Night Owls"], second: []},
        actor=together.lay,
        now=f.NOW,
    )
    declared = Declaration.objects.get(has_conflict=True)
    assert (declared.organisation_id, declared.with_whom) == (first, ["Night Owls"])
    assert Event.objects.get(action="exercise.declare").data["with_whom"] == {"Cam Sight": ["Night Owls"]}
    with pytest.raises(Denied):
        read(together, together.lay)


def test_only_those_named_in_the_entry_can_be_named(together):
    first, second = ids(together)
    for key, name in ((first, "Riverside"), (second, "Night Owls")):
        with pytest.raises(Refused, match=f"Not named in this entry: {name}"):
            interests.declare(
                exercise=together.fresh(),
                interests={first: (True, "Mine."), second: (True, "Mine.")},
                with_whom={key: [name]},
                actor=together.lay,
                now=f.NOW,
            )
    assert not Declaration.objects.exists()


def test_whoever_belongs_to_one_that_applies_with_a_bidder_has_a_conflict(together):
    renamed = people.provider("Forum of the Hunts", company_number="01234567")
    people.member(together.lay, renamed)
    assert queries.own_associates(together.fresh(), together.evaluators[0]) == {}
    clear = dict.fromkeys(ids(together), (False, ""))
    with pytest.raises(Refused, match="Hunts Forum, which applies with Cam Sight"):
        declare(together, clear, together.lay)
    declare(together, clear, together.evaluators[0])


def test_a_conflict_found_since_says_with_whom(together):
    declare(together, dict.fromkeys(ids(together), (False, "")), together.lay)
    found = interests.declare_later(
        exercise=together.fresh(),
        organisation=together.assessment().organisation,
        nature="My sister works there.",
        with_whom=["Hunts Forum"],
        actor=together.lay,
        now=f.NOW,
    )
    assert found.with_whom == ["Hunts Forum"]


def test_a_second_conflict_with_a_bidder_stands_beside_the_first(together, recorded):
    first, second = ids(together)
    interests.declare(
        exercise=together.fresh(),
        interests={first: (True, "I manage their contract."), second: (False, "")},
        with_whom={first: ["Night Owls"]},
        actor=together.lay,
        now=f.NOW,
    )
    decide(together)
    made = interests.declare_later(
        exercise=together.fresh(),
        organisation=together.assessment().organisation,
        nature="My sister works there.",
        with_whom=["Cam Sight"],
        actor=together.lay,
        now=f.NOW,
    )
    assert made.with_whom == ["Night Owls", "Cam Sight"]
    assert made.nature == "I manage their contract.\n\nMy sister works there."
    before = recorded("exercise.declare")[-1]["before"]
    assert before["with_whom"] == ["Night Owls"]
    assert before["nature"] == "I manage their contract."


@pytest.mark.parametrize(("nature", "names"), [("My wife runs it.", []), ("", ["Night Owls"])])
def test_what_is_said_of_a_conflict_that_is_not_declared_is_not_dropped(together, nature, names):
    first, second = ids(together)
    with pytest.raises(Refused, match=r"You named a conflict with: Cam Sight. Declare it, or clear"):
        interests.declare(
            exercise=together.fresh(),
            interests={first: (False, nature), second: (True, "Mine.")},
            with_whom={first: names},
            actor=together.lay,
            now=f.NOW,
        )
    assert not Declaration.objects.exists()


def test_every_bidder_must_be_declared_about(found):
    first, second = ids(found)
    with pytest.raises(Refused, match="Missing: Bidder B"):
        declare(found, {first: (False, "")})
    with pytest.raises(Refused, match="Say what the conflict is with: Bidder B"):
        declare(found, {first: (False, ""), second: (True, " ")})
    assert not Declaration.objects.exists()


def test_a_declaration_is_made_once_and_only_once_the_bidders_are_known(found):
    declare(found, dict.fromkeys(ids(found), (False, "")))
    with pytest.raises(Refused, match="You have declared already"):
        declare(found, dict.fromkeys(ids(found), (False, "")))
    early = f.case("appointing")
    with pytest.raises(Refused, match="The bidders are not known yet"):
        interests.declare(exercise=early.exercise, interests={}, actor=early.lay, now=f.NOW)


def test_nobody_declares_who_has_no_place_on_the_panel(found):
    for stranger in (people.person(found.authority, Role.EVALUATOR), found.lead):
        with pytest.raises(Denied):
            declare(found, {}, stranger)


def test_nothing_is_read_before_declaring_and_everything_after(found):
    user = found.evaluators[0]
    with pytest.raises(Denied, match="Declare first"):
        read(found, user)
    declare(found, dict.fromkeys(ids(found), (False, "")))
    assert read(found, user).text == "Marmalade MS1 quokka"


def test_an_open_conflict_closes_the_whole_lot_until_somebody_else_decides(found):
    user = found.evaluators[0]
    first, second = ids(found)
    declare(found, {first: (False, ""), second: (True, "My sister works there.")})
    with pytest.raises(Denied, match="every submission here stays closed"):
        read(found, user)
    told = Message.objects.filter(kind="panel_conflict_declared")
    assert {message.recipient for message in told} == {found.lead, found.second}
    assert "Bidder B" in told[0].body
    assert "sister" not in told[0].body
    decide(found)
    assert read(found, user).text
    assert "Another reads these first." in Message.objects.get(kind="panel_conflict_decided").body


def test_nobody_decides_about_their_own_conflict(found):
    both = people.person(found.authority, Role.EVALUATOR, Role.LEAD)
    panels.appoint(exercise=found.fresh(), user=both, part="evaluator", actor=found.lead, now=f.NOW)
    f.declare(found, both, conflict=0)
    with pytest.raises(Refused, match="Somebody else must decide"):
        decide(found, actor=both)
    with pytest.raises(Denied):
        decide(found, actor=found.moderator)
    decide(found)


def test_a_decision_needs_its_measures_and_is_taken_once(found):
    f.declare(found, found.lay, conflict=0)
    with pytest.raises(Refused, match="Say which measures make this safe") as refusal:
        decide(found, measures="")
    assert refusal.value.reasons[0].field == "measures"
    decide(found)
    with pytest.raises(Refused, match="no open conflict"):
        decide(found)


def test_standing_down_ends_the_place_at_once(found, recorded):
    f.declare(found, found.lay, conflict=0)
    decide(found, "stands_down", "Too close.")
    assert found.exercise.panel.get(user=found.lay).stood_down_at == f.NOW
    assert not queries.exercises(found.lay).exists()
    with pytest.raises(Denied, match="Only the panel"):
        read(found, found.lay)
    assert recorded("exercise.stand_down")[0]["reason"] == "Too close."
    assert not Message.objects.filter(kind="panel_conflict_decided").exists()


def test_who_belongs_or_belonged_to_a_bidder_cannot_deny_it(found):
    user, bidder = found.evaluators[0], found.assessment().organisation
    membership = people.member(user, bidder)
    membership.left_at = f.NOW
    membership.save()
    with pytest.raises(Refused, match="You belong, or have belonged, to: Bidder A"):
        declare(found, dict.fromkeys(ids(found), (False, "")))
    first, second = ids(found)
    declare(found, {first: (True, "I worked there until today."), second: (False, "")})


def test_staff_of_an_authority_that_bids_cannot_deny_it(found):
    bidder = found.assessment().organisation
    bidder.matching_name = found.authority.matching_name
    bidder.save()
    assert Organisation.objects.filter(matching_name=bidder.matching_name).count() == 2
    with pytest.raises(Refused, match="You belong, or have belonged, to: Bidder A"):
        declare(found, dict.fromkeys(ids(found), (False, "")))


class TestFoundLater:
    def later(self, found, user, nature="My brother has joined them."):
        return interests.declare_later(
            exercise=found.fresh(),
            organisation=found.assessment().organisation,
            nature=nature,
            actor=user,
            now=f.LATER,
        )

    def test_a_conflict_closes_the_lot_again(self, found, recorded):
        user = found.lay
        f.declare(found, user)
        assert read(found, user).text
        self.later(found, user)
        with pytest.raises(Denied, match="stays closed"):
            read(found, user)
        assert recorded("exercise.declare")[-1]["before"] == {
            "has_conflict": False,
            "nature": "",
            "with_whom": [],
            "decision": "",
        }
        assert Message.objects.filter(kind="panel_conflict_declared").count() == 2
        decide(found)
        assert read(found, user).text

    def test_a_conflict_that_was_cleared_may_be_declared_again(self, found):
        f.declare(found, found.lay, conflict=0)
        with pytest.raises(Refused, match="it waits for a decision"):
            self.later(found, found.lay)
        decide(found)
        self.later(found, found.lay)
        assert Declaration.objects.get(has_conflict=True).is_open

    def test_needs_a_first_declaration_and_words(self, found):
        with pytest.raises(Refused, match="Declare your interests in all bidders first"):
            self.later(found, found.lay)
        f.declare(found, found.lay)
        with pytest.raises(Refused, match="Say what the conflict is"):
            self.later(found, found.lay, "  ")

    def test_ends_with_the_moderation(self):
        found = f.case("closed")
        with pytest.raises(Refused, match="nothing left to judge"):
            self.later(found, found.lay)
