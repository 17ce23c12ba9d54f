"""Minimum standards on one page: two that met, three choices, and a history of each (settled 6, 15)."""

import json
from html import unescape

import pytest
from django.urls import reverse

from providers.models import AnswerVersion
from providers.queries import declarations, items
from providers.queries import submissions as queries
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.application(by=f.bid_writer(name="Ana Writer"))


@pytest.fixture
def ana(application):
    return people.client_for(f.writer_of(application))


@pytest.fixture
def ben(application):
    return people.client_for(people.person(application.organisation, "provider_editor", name="Ben Editor"))


def url(name, application, *more):
    return reverse(f"entry-{name}", args=[application.reference, 1, *more])


def text(response):
    return unescape(response.content.decode())


def save(client, application, ins="", safe="", versions=(0, 0), **given):
    typed = {
        "met_INS": "yes" if ins else "",
        "INS": ins,
        "version_INS": versions[0],
        "met_SAFE": "yes" if safe else "",
        "SAFE": safe,
        "version_SAFE": versions[1],
        "then": "stay",
        **given,
    }
    return client.post(url("standards", application), typed)


def history(application, code="INS"):
    submission, writer = f.entry_of(application).submission, f.writer_of(application)
    item = items.find(submission.scheme, code)
    rows = AnswerVersion.objects.filter(submission=submission, item=code).order_by("number")
    return [queries.read_version(row, item, actor=writer, now=f.NOW).text for row in rows]


@pytest.fixture
def conflict(application, ana, ben):
    save(ben, application, ins="Ben's policy")
    response = save(ana, application, ins="Ana's policy", safe="Our lead is Jo")
    assert response.status_code == 422
    return response


def test_both_are_shown_with_the_difference_and_three_choices(application, conflict):
    page = text(conflict)
    assert "Ben Editor saved this on" in page
    assert "(only in the saved text: </span>Ben's" in page
    assert "(only in yours: </span>Ana's" in page
    for choice in ("Keep mine", "Keep theirs", "Save what is in the boxes"):
        assert choice in page
    assert history(application) == ["Ben's policy"]
    assert history(application, "SAFE") == []


@pytest.mark.parametrize(
    ("then", "stands", "kept"),
    [
        ("mine", "Ana's policy", ["Ben's policy", "Ana's policy"]),
        ("theirs", "Ben's policy", ["Ben's policy", "Ana's policy", "Ben's policy"]),
        ("both", "Both policies", ["Ben's policy", "Ana's policy", "Both policies"]),
    ],
)
def test_whatever_is_chosen_both_stay_in_the_history_and_the_rest_is_saved(
    application, ana, conflict, then, stands, kept
):
    mine = conflict.context["mine"]
    assert set(json.loads(mine)) == {"INS"}
    box = "Both policies" if then == "both" else "Ana's policy"
    response = save(ana, application, box, "Our lead is Jo", (1, 0), then=then, mine=mine)
    assert response.status_code == 302
    assert history(application) == kept
    assert history(application)[-1] == stands
    assert history(application, "SAFE") == ["Our lead is Jo"]


def test_what_is_chosen_is_kept_on_the_profile_and_what_is_not_is_not(application, ana, conflict):
    save(ana, application, "Ana's policy", "Jo", (1, 0), then="theirs", mine=conflict.context["mine"])
    scheme = f.entry_of(application).submission.scheme
    asked = [item for item in items.of_scheme(scheme) if item.kind == "standard"]
    found = declarations.kept(application.organisation, asked)
    read = declarations.read(found, asked, actor=f.writer_of(application), now=f.NOW)
    assert {code: value.text for code, value in read.items()} == {"INS": "Ben's policy", "SAFE": "Jo"}


def test_a_third_saved_meanwhile_is_shown_again_and_nothing_is_lost(application, ana, ben, conflict):
    mine = conflict.context["mine"]
    save(ben, application, "A third", versions=(1, 0))
    for then in ("mine", "theirs", "both"):
        response = save(ana, application, "In the box", "Jo", (1, 0), then=then, mine=mine)
        assert response.status_code == 422
        assert json.loads(response.context["mine"]) == json.loads(mine)
        assert "A third" in text(response)
        assert "In the box" in text(response)
    assert history(application) == ["Ben's policy", "A third"]


def test_a_third_saved_meanwhile_is_shown_though_the_box_was_left_as_it_was_drawn(
    application, ana, ben, conflict
):
    mine = conflict.context["mine"]
    save(ben, application, "A third", versions=(1, 0))
    for then in ("mine", "theirs"):
        response = save(ana, application, "Ben's policy", "Jo", (1, 0), then=then, mine=mine)
        assert response.status_code == 422
        assert json.loads(response.context["mine"]) == json.loads(mine)


def test_what_one_did_not_touch_never_blanks_what_a_colleague_wrote(application, ana, ben):
    save(ben, application, ins="Ben's policy", safe="Ben's lead")
    response = save(ana, application, safe="Ben's lead", versions=(0, 0))
    assert response.status_code == 302
    assert (history(application), history(application, "SAFE")) == (["Ben's policy"], ["Ben's lead"])
    save(ben, application, "Ben's new policy", "Ben's lead", (1, 1))
    assert save(ana, application, "Ben's policy", "Ana's lead", (1, 1)).status_code == 302
    assert history(application) == ["Ben's policy", "Ben's new policy"]
    assert history(application, "SAFE") == ["Ben's lead", "Ana's lead"]


@pytest.mark.parametrize("mine", ["no json", "[]", '{"INS": "{}"}', '{"NOPE": "x"}', '{"INS": 4}', "4"])
def test_what_no_page_sends_as_mine_is_left_out(application, ana, ben, mine):
    save(ben, application, ins="Ben's policy")
    assert save(ana, application, "In the box", "", (1, 0), then="mine", mine=mine).status_code == 302
    assert history(application) == ["Ben's policy", "In the box"]


def test_a_version_that_is_not_there_cannot_be_chosen(application, ana, conflict):
    mine = conflict.context["mine"]
    assert save(ana, application, "X", "", (9, 0), then="theirs", mine=mine).status_code == 404


def test_the_history_is_reached_from_the_page_and_says_who_and_when(application, ana, ben):
    assert "Earlier versions" not in text(ana.get(url("standards", application)))
    save(ana, application, ins="First policy")
    save(ben, application, ins="Second policy", versions=(1, 0))
    address = url("standard-versions", application, "INS")
    assert address in text(ana.get(url("standards", application)))
    page = text(ana.get(address))
    assert page.index("Ben Editor</td>") < page.index("Ana Writer</td>")
    assert "Words</th>" not in page


def test_an_earlier_version_is_read_and_brought_back(application, ana, ben):
    save(ana, application, ins="First policy")
    save(ben, application, versions=(1, 0), met_INS="no", INS="No policy yet")
    address = url("standard-version", application, "INS", 1)
    page = text(ana.get(address))
    assert "Yes. First policy" in page
    assert "No." in page
    response = ana.post(address, {"version": 2})
    assert response.headers["Location"].startswith(url("standards", application))
    assert history(application) == ["First policy", "No policy yet", "First policy"]
    asked = [items.find(f.entry_of(application).submission.scheme, "INS")]
    found = declarations.kept(application.organisation, asked)
    read = declarations.read(found, asked, actor=f.writer_of(application), now=f.NOW)
    assert read["INS"].text == "First policy"


def test_each_kind_has_its_own_addresses(application, ana):
    save(ana, application, ins="First policy")
    for name, code in (("standard-versions", "MS1"), ("standard-versions", "NOPE"), ("versions", "INS")):
        assert ana.get(url(name, application, code)).status_code == 404
    assert ana.get(url("consortium-versions", application)).status_code == 404


def test_who_applies_together_has_its_history_too(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    entry = f.name(
        f.entry_of(f.application(f.window(consortium=True))), f.associate(), f.associate("Cam Sight")
    )
    client = people.client_for(f.writer_of(entry.application))
    assert "Version 2" in text(client.get(url("consortium-versions", entry.application)))
    page = text(client.get(url("consortium-version", entry.application, 1)))
    assert "Hunts Forum (subcontractor)" in page
    assert "(only in the answer that stands now: </span>Cam" in page
    response = client.post(url("consortium-version", entry.application, 1), {"version": 2})
    assert response.headers["Location"] == url("consortium", entry.application)
    assert entry.submission.versions.filter(item="consortium-members").count() == 3
