"""A list or grid costs as many queries with three bidders, evaluators or lots as with one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.people.roles import Role
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db

# Each page by the stage at which it is read, and by whom.
PAGES = [
    ("scoring", "lead", ""),
    ("scoring", "lay", "declare/"),
    ("declared", "lead", "standards/"),
    ("scored", "lay", ""),
    ("scored", "lay", "scores/"),
    ("scored", "evaluator", "scores/"),
    ("declared", "lay", "ANSWER"),
    ("declared", "evaluator", "ANSWER"),
    ("scored", "lay", "hand-in/"),
    ("handed_in", "moderator", "begin-moderation/"),
    ("moderating", "moderator", "moderation/"),
    ("moderating", "moderator", "moderation/?show=open"),
    ("moderating", "moderator", "moderation/?show=wide"),
    ("moderating", "moderator", "AGREE"),
    ("agreed", "moderator", "close-moderation/"),
    ("closed", "lead", "results/"),
    ("drafted", "lead", "OUTCOMES"),
    ("drafted", "second", "OUTCOMESrelease/"),
]
OF_LOTS = [
    ("sealed", "lead", "OUTCOMES"),
    ("opened", "lead", "PANELS"),
    ("appointing", "lead", "appoint/"),
    ("declared", "lead", "OUTCOMES"),
    ("closed", "lead", "OUTCOMESdraft/"),
    ("drafted", "second", "OUTCOMES"),
    ("drafted", "second", "OUTCOMESrelease/"),
    ("declared", "lay", "LIST"),
    ("declared", "lead", "LIST"),
]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(f.LATER, tick=False)


def address(found, tail):
    window = f"/windows/{found.window.reference}/"
    if tail.startswith("OUTCOMES"):
        return tail.replace("OUTCOMES", window + "outcomes/")
    named = {
        "ANSWER": found.answer_url,
        "AGREE": lambda: found.answer_url("moderation"),
        "PANELS": lambda: window + "panels/",
        "LIST": lambda: "/exercises/",
    }
    return named[tail]() if tail in named else found.url(tail)


def cost(found, who, tail):
    user = found.evaluators[0] if who == "evaluator" else getattr(found, who)
    client, url = f.client(user), address(found, tail)
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200, url
    return len(caught)


def by_stage(pages):
    stages = dict.fromkeys(stage for stage, _, _ in pages)
    return [(stage, [page[1:] for page in pages if page[0] == stage]) for stage in stages]


def compare(small, large, pages):
    one = {page: cost(small, *page) for page in pages}
    three = {page: cost(large, *page) for page in pages}
    assert one == three


@pytest.mark.parametrize(("stage", "pages"), by_stage(PAGES))
def test_three_bidders_cost_what_one_does(stage, pages):
    # Of closed ones two, so that there is one near the threshold for the what-if table.
    few = 2 if stage == "closed" else 1
    compare(f.case(stage, bidders=few), f.case(stage, bidders=few + 2), pages)


@pytest.mark.parametrize(("stage", "pages"), by_stage(OF_LOTS))
def test_three_lots_cost_what_one_does(stage, pages):
    compare(f.case(stage, bidders=1), f.case(stage, bidders=1, lots=3), pages)


@pytest.mark.parametrize(("stage", "pages"), by_stage(PAGES))
def test_six_on_the_panel_cost_what_four_do(stage, pages, monkeypatch):
    if stage == "drafted":
        return
    small = f.case(stage, bidders=1)
    sealed = f._sealed

    def larger(*given, **more):
        found = sealed(*given, **more)
        found.evaluators += [people.person(found.authority, Role.EVALUATOR) for _ in range(2)]
        return found

    monkeypatch.setattr(f, "_sealed", larger)
    large = f.case(stage, bidders=1)
    assert large.exercise.panel.count() == small.exercise.panel.count() + 2
    compare(small, large, pages)


def test_appointing_costs_the_same_however_many_hold_a_role():
    small, large = f.case("appointing"), f.case("appointing")
    for found, more in ((small, 1), (large, 3)):
        for _ in range(more):
            people.person(found.authority, Role.EVALUATOR, Role.MODERATOR)
    assert cost(small, "lead", "appoint/") == cost(large, "lead", "appoint/")


def test_conflicts_cost_the_same_however_many_were_declared():
    small, large = f.case("scoring"), f.case("scoring")
    f.declare(small, small.lay, conflict=0)
    for user in large.scorers:
        f.declare(large, user, conflict=0)
    assert cost(small, "lead", "") == cost(large, "lead", "")


def test_a_page_holds_fifty_bidders_and_leads_to_the_next(monkeypatch):
    monkeypatch.setattr("evaluation.views.base.ROWS", 2)
    found = f.case("declared", bidders=3)
    client = f.client(found.lay)
    last = found.assessment(2).organisation.name
    assert last not in client.get(found.url("scores/")).content.decode()
    second = client.get(found.url("scores/?page=2")).content.decode()
    assert last in second
    assert found.assessment(0).organisation.name not in second
