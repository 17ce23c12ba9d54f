"""Every component and every kind of field is drawn by the server alone."""

import pytest

from tests.factories import client_for

pytestmark = [pytest.mark.usefixtures("showroom"), pytest.mark.django_db]


def test_every_component_is_drawn():
    page = client_for().get("/showroom/components/").content.decode()
    for expected in (
        '<time datetime="2027-01-20T12:00:00+00:00">Wednesday 20 January 2027, 12:00 noon London time</time>',
        "in 6 days",
        'aria-current="step">Open',
        "Withdraw</strong> <span>Nothing has been submitted yet.",
        "Confirm again",
        "Mend this",
        '<progress max="49" value="12"',
        ">24%<",
        "64.995% of 100",
        "to come",
        "Download as JSON",
        "Who is told when you do this",
    ):
        assert expected in page


def test_nothing_in_a_page_is_inline():
    for name in ("components", "form"):
        page = client_for().get(f"/showroom/{name}/").content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script type="module" src=')


def test_a_refused_form_names_each_field_and_the_mend_and_keeps_what_was_typed():
    typed = {
        "title": "A title that is far too long",
        "opens_day": "31",
        "opens_month": "2",
        "opens_year": "2027",
    }
    page = client_for().post("/showroom/form/", typed).content.decode()
    assert "<title>Error: Set up a call-off - Commissioning portal</title>" in page
    assert '<a href="#id_title">The lot&#x27;s title must be 20 characters or fewer; it has 28</a>' in page
    assert '<a href="#id_opens_0">The opening date must be a real date, like 27 3 2027</a>' in page
    assert 'value="A title that is far too long"' in page
    assert 'name="opens_month" type="text" inputmode="numeric" autocomplete="off" value="2"' in page


def test_what_a_service_refuses_stands_in_the_summary_and_beside_its_field():
    page = client_for().get("/showroom/refused/").content.decode()
    assert '<a href="/windows/">The window closed at 12:00.</a>' in page
    assert '<a href="#id_value">Too dear.</a>' in page
    assert '<span class="govuk-visually-hidden">Error:</span> Too dear.' in page
