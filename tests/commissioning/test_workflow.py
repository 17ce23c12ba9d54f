from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from commissioning import policies
from commissioning.audit.models import Event
from commissioning.audit.services import unit
from commissioning.people.actors import System
from commissioning.workflow import Choice, Machine, Reason, Refused, Stateful, Step
from tests.factories import NOW, authority, person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def has_water(kettle, actor, now):
    return None if kettle.litres else Reason("There is no water in it.", field="litres", link="/tap/")


def is_daytime(kettle, actor, now):
    return None if now < LATER else "It is too late for tea."


MACHINE = Machine(
    noun="kettle",
    states=(("cold", "Cold"), ("hot", "Boiling"), ("broken", "Broken")),
    steps=(
        Step("boil", ("cold",), "hot", "Boil", (has_water, is_daytime)),
        Step("cool", ("hot",), "cold", "Let it cool"),
        Step("drop", ("cold", "hot"), "broken", "Drop"),
    ),
)

with isolate_apps("commissioning.people"):

    class Kettle(Stateful):
        MACHINE = MACHINE
        audit_chain = "KITCHEN"
        litres = models.IntegerField(default=1)
        note = models.CharField(max_length=20, blank=True)

        class Meta:
            app_label = "people"
            db_table = "test_kettle"

        def __str__(self):
            return "kettle"


@pytest.fixture(autouse=True)
def _table_and_permissions(db, monkeypatch):
    key = "SERIAL" if connection.vendor == "postgresql" else "INTEGER"
    time = "TIMESTAMPTZ" if connection.vendor == "postgresql" else "TEXT"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE test_kettle (id {key} PRIMARY KEY, state VARCHAR(30), state_since {time}, "
            "litres INTEGER, note VARCHAR(20))"
        )
    anyone = policies.Rule(policies.Relation.NONE, frozenset({"lead", "system"}), "make tea")
    nobody = policies.Rule(policies.Relation.NONE, frozenset({"director"}), "drop it")
    for verb, rule in {"boil": anyone, "cool": anyone, "drop": nobody}.items():
        monkeypatch.setitem(policies.TABLE, f"kettle.{verb}", rule)


@pytest.fixture
def lead():
    return person(authority("PCC"), "lead")


@pytest.fixture
def kettle():
    return Kettle.objects.create(state="cold", state_since=NOW - timedelta(days=1))


def move(kettle, verb, actor, now=NOW, **given):
    with unit():
        MACHINE.move(kettle, verb, actor=actor, now=now, **given)


def test_a_step_sets_the_state_and_its_time_and_records_both(kettle, lead):
    move(kettle, "boil", lead, changes={"note": "for two"}, cups=2)
    kettle.refresh_from_db()
    assert (kettle.state, kettle.state_since, kettle.note) == ("hot", NOW, "for two")
    assert kettle.state_label == "Boiling"
    event = Event.objects.get()
    assert (event.action, event.actor, event.at, event.chain.name) == ("kettle.boil", lead, NOW, "KITCHEN")
    assert event.data == {
        "before": {"state": "cold", "note": ""},
        "after": {"state": "hot", "note": "for two"},
        "cups": 2,
    }


def test_a_step_is_taken_inside_a_unit(kettle, lead):
    with pytest.raises(RuntimeError, match="inside a unit"):
        MACHINE.move(kettle, "boil", actor=lead, now=NOW)


def test_a_step_judges_the_row_as_it_stands_now_and_not_as_it_was_read(kettle, lead):
    Kettle.objects.update(state="broken")
    with pytest.raises(Refused, match="This kettle is “Broken”"):
        move(kettle, "boil", lead)


def test_a_step_from_another_state_is_refused_without_asking_guards(kettle, lead):
    Kettle.objects.update(state="hot", litres=0)
    with pytest.raises(Refused) as refused:
        move(kettle, "boil", lead)
    assert len(refused.value.reasons) == 1


def test_a_step_whose_states_cannot_come_again_is_refused_for_good(kettle):
    def is_for_good(state, name):
        kettle.state = state
        (reason,) = MACHINE.refusals(kettle, name, actor=None, now=NOW)
        return reason.for_good

    assert not is_for_good("cold", "cool")
    assert not is_for_good("hot", "boil")
    assert all(is_for_good("broken", name) for name in ("boil", "cool", "drop"))


def test_what_a_state_leads_to_is_read_from_the_table():
    assert MACHINE.reaches("hot", {"hot"})
    assert MACHINE.reaches("hot", {"cold"})
    assert MACHINE.reaches("cold", {"broken"})
    assert not MACHINE.reaches("broken", {"cold", "hot"})


def test_every_guards_reason_is_told_with_where_to_mend_it(kettle, lead):
    Kettle.objects.update(litres=0)
    with pytest.raises(Refused) as refused:
        move(kettle, "boil", lead, now=LATER)
    assert refused.value.reasons == [
        Reason("There is no water in it.", field="litres", link="/tap/"),
        Reason("It is too late for tea."),
    ]
    assert str(refused.value) == "There is no water in it. It is too late for tea."


def test_who_may_is_asked_before_whether_it_is_possible(kettle):
    Kettle.objects.update(litres=0)
    with pytest.raises(policies.Denied, match="Your role does not allow you to make tea"):
        move(kettle, "boil", person(authority("PCC"), "evaluator"))


@pytest.mark.parametrize("given", [{"now": LATER}, {"changes": {"note": "x" * 3}, "now": LATER}])
def test_a_refused_step_changes_and_records_nothing(kettle, lead, given):
    with pytest.raises(Refused):
        move(kettle, "boil", lead, **given)
    kettle.refresh_from_db()
    assert (kettle.state, kettle.note) == ("cold", "")
    assert not Event.objects.exists()


def test_the_system_takes_its_own_steps(kettle):
    move(kettle, "boil", System("breakfast"))
    assert Event.objects.get().actor_name == "system: breakfast"


def test_choices_name_every_step_with_the_reason_it_cannot_be_taken(kettle, lead):
    kettle.litres = 0
    drop = policies.may(lead, "kettle.drop", kettle).reason
    assert MACHINE.choices(kettle, lead, NOW) == [
        Choice("boil", "Boil", allowed=False, reason="There is no water in it."),
        Choice(
            "cool", "Let it cool", allowed=False, reason="This kettle is “Cold”, so it cannot be done now."
        ),
        Choice("drop", "Drop", allowed=False, reason=drop),
    ]


def test_choices_can_be_asked_of_some_steps_alone(kettle, lead):
    every = {choice.step: choice for choice in MACHINE.choices(kettle, lead, NOW)}
    assert MACHINE.choices(kettle, lead, NOW, only={"boil"}) == [every["boil"]]
    assert MACHINE.choices(kettle, lead, NOW, only=()) == []


def test_choices_agree_with_what_a_step_then_does(kettle, lead):
    for state in ("cold", "hot", "broken"):
        for choice in MACHINE.choices(kettle, lead, NOW):
            Kettle.objects.update(state=state, litres=1)
            kettle.refresh_from_db()
            offered = {item.step: item.allowed for item in MACHINE.choices(kettle, lead, NOW)}[choice.step]
            try:
                move(kettle, choice.step, lead)
                taken = True
            except (Refused, policies.Denied):
                taken = False
            assert taken is offered


def test_parents_are_locked_before_the_row(kettle, lead, monkeypatch):
    parent = Kettle.objects.create(state="cold", state_since=NOW)
    locked = []
    monkeypatch.setattr(kettle, "lock_parents", lambda: [parent], raising=False)
    monkeypatch.setattr(parent, "refresh_from_db", lambda **given: locked.append("parent"))
    monkeypatch.setattr(kettle, "refresh_from_db", lambda **given: locked.append("row"))
    move(kettle, "boil", lead)
    assert locked == ["parent", "row"]


def test_a_table_that_names_an_unknown_state_is_refused_at_start():
    with pytest.raises(ValueError, match="melt names unknown states"):
        Machine("kettle", (("cold", "Cold"),), (Step("melt", ("cold",), "gone", "Melt"),))


def test_a_refusal_may_be_a_sentence_a_reason_or_several():
    assert Refused("No.", field="name").reasons == [Reason("No.", "name")]
    assert Refused(Reason("No.")).reasons == [Reason("No.")]
    assert Refused(["No.", Reason("Never.", link="/x/")]).reasons == [
        Reason("No."),
        Reason("Never.", link="/x/"),
    ]
