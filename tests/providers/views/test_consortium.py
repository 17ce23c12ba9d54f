"""The pages on which it is written who applies together: without a script, and keeping what was typed."""

import pytest
from django.urls import reverse

from providers.consortium import CODE, Consortium
from providers.queries import submissions as queries
from tests import factories as people
from tests.evaluation.pages import refused, text
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

FORUM = {
    "name": "Hunts Forum",
    "role": "subcontractor",
    "company_number": "1234567",
    "charity_number": "",
    "does": "Runs the evening line",
    "share": "20",
    "relied_on": "no",
    "relied_for": "",
    "clear": "not_asked",
    "account": "",
}


@pytest.fixture
def application(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.application(f.window(consortium=True), by=f.bid_writer(name="Ana Writer"))


@pytest.fixture
def ana(application):
    return people.client_for(f.writer_of(application))


@pytest.fixture
def ben(application):
    return people.client_for(people.person(application.organisation, "provider_editor", name="Ben Editor"))


def url(name, application, *more):
    return reverse(f"entry-{name}", args=[application.reference, 1, *more])


def value(application):
    own = queries.read_own_item(
        submission=f.entry_of(application).submission, code=CODE, actor=f.writer_of(application), now=f.NOW
    )
    return own.value


def add(client, application, version=0, **given):
    return client.post(url("associate-add", application), {**FORUM, "version": version, **given})


def test_the_task_list_has_it_as_a_task_of_the_lot(application, ana):
    page = text(ana.get(application.get_absolute_url()))
    assert "Consortium and subcontractors" in page
    ana.post(url("consortium", application), {"how": "others", "version": 0, "then": "next"})
    assert "In progress" in text(ana.get(application.get_absolute_url()))


def test_alone_is_an_explicit_answer_and_leads_on(application, ana):
    response = ana.post(url("consortium", application), {"version": 0, "then": "next"})
    refused(response, "Select how you apply")
    response = ana.post(url("consortium", application), {"how": "alone", "version": 0, "then": "next"})
    assert response.headers["Location"] == url("question", application, "MS1")
    assert value(application) == Consortium(alone=True)
    assert "We apply alone" in text(ana.get(url("submit", application)))


def test_with_others_leads_to_naming_the_first(application, ana):
    response = ana.post(url("consortium", application), {"how": "others", "version": 0, "then": "next"})
    assert response.headers["Location"] == url("associate-add", application)
    assert add(ana, application, 1).headers["Location"] == url("consortium", application)
    named = value(application).find(1)
    assert (named.company_number, named.share) == ("01234567", 20)
    page = text(ana.get(url("consortium", application)))
    assert "The organisation has been added." in page
    assert "Subcontractor, about 20 per cent" in page
    check = text(ana.get(url("submit", application)))
    assert "Hunts Forum (subcontractor, company number 01234567)" in check


def test_errors_name_the_field_and_the_mend_and_keep_what_was_typed(application, ana):
    response = add(
        ana, application, name="", company_number="12", does="Keeps the evening line", relied_on=""
    )
    page = refused(response, "Enter the name of the organisation", "The company number must be 8 digits")
    assert "Keeps the evening line" in page
    assert "Select whether you rely on it" in page
    response = add(ana, application, role="member")
    refused(response, "Say whether the statements are true of it: they are needed of this one", "Hunts Forum")
    response = add(ana, application, role="member", clear="no")
    refused(response, "Say which ground applies, the day, and what has been done")
    refused(add(ana, application, relied_on="yes"), "Say what you rely on it for")
    refused(add(ana, application, name=application.organisation.name), "is the lead provider")
    assert value(application) is None


def test_the_statements_are_those_the_provider_declares_or_the_laws(application, ana):
    page = text(ana.get(url("associate-add", application)))
    assert "The statements on grounds for exclusion" in page
    assert "neither the organisation nor anyone who directs or represents it" in page


def test_one_is_changed_and_taken_out(application, ana):
    add(ana, application)
    page = text(ana.get(url("associate", application, 1)))
    assert 'value="Hunts Forum"' in page
    changed = {**FORUM, "version": 1, "role": "member", "clear": "yes"}
    assert ana.post(url("associate", application, 1), changed).status_code == 302
    assert value(application).find(1).role == "member"
    assert "Take out Hunts Forum" in text(ana.get(url("associate-remove", application, 1)))
    response = ana.post(url("associate-remove", application, 1), {"version": 2})
    assert response.headers["Location"] == url("consortium", application)
    assert value(application) == Consortium(alone=False)
    assert ana.get(url("associate", application, 1)).status_code == 404


def test_a_colleagues_newer_version_is_shown_and_sending_again_goes_on_top(application, ana, ben):
    add(ben, application)
    sight = {"name": "Cam Sight", "company_number": ""}
    page = refused(add(ana, application, **sight), "Ben Editor saved", "Cam Sight", "Hunts Forum")
    assert 'name="version" value="1"' in page
    assert "replaces the text above" not in page
    assert "everything else there stays" in page
    assert f'href="{url("consortium", application)}">keep what was saved' in page
    assert add(ana, application, 1, **sight).status_code == 302
    assert [one.name for one in value(application).associates] == ["Hunts Forum", "Cam Sight"]


def test_one_that_a_colleague_took_out_is_refused_with_what_was_typed(application, ana, ben):
    add(ana, application)
    ben.post(url("associate-remove", application, 1), {"version": 1})
    response = ana.post(url("associate", application, 1), {**FORUM, "version": 1, "does": "My words"})
    refused(response, "Ben Editor saved", "My words")
    response = ana.post(url("associate", application, 1), {**FORUM, "version": 2, "does": "My words"})
    refused(response, "add it again", "My words")


def test_after_the_close_it_is_read_and_not_changed(application, ana, time_machine):
    add(ana, application)
    time_machine.move_to(f.AFTER, tick=False)
    client = people.client_for(f.writer_of(application))
    page = text(client.get(url("consortium", application)))
    assert "Hunts Forum (subcontractor" in page
    assert "Save and next" not in page
    assert add(client, application, 1, name="Cam Sight").status_code == 422
    assert len(value(application).associates) == 1


def test_the_page_is_never_saved_by_itself(application, ana):
    response = ana.post(
        url("consortium", application), {"how": "alone", "version": 0}, headers={"X-Portal-Autosave": "1"}
    )
    assert response.status_code == 422
    assert value(application) is None


def test_a_lot_that_does_not_ask_has_no_such_page(ana, application):
    plain = f.application(by=f.writer_of(application))
    for name, more in (
        ("consortium", []),
        ("associate-add", []),
        ("associate", [1]),
        ("associate-remove", [1]),
    ):
        assert ana.get(url(name, plain, *more)).status_code == 404
        assert ana.post(url(name, plain, *more), {}).status_code == 404
    assert "Consortium" not in text(ana.get(plain.get_absolute_url()))


def test_the_opened_page_names_them_and_points_out_one_that_stands_twice(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    window = f.window(consortium=True)
    for name, role in (("Cam Sight", "member"), ("CAM SIGHT LTD", "subcontractor")):
        entry = f.name(f.fill(f.entry_of(f.application(window))), f.associate(name, role=role))
        f.entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    lead = f.lead_of(window.agreement)
    time_machine.move_to(f.AFTER, tick=False)
    client = people.client_for(lead)
    client.post(reverse("window-unseal", args=[window.reference]), {"sure": "on"})
    page = text(client.get(reverse("window-unseal", args=[window.reference])))
    assert "Cam Sight (consortium member)" in page
    assert "In more than one entry for this lot" in page
    assert page.index("In more than one entry") < page.index("CAM SIGHT LTD (subcontractor)")
