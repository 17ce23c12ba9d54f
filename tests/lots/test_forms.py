"""Bad input: each form answers with the field and the mend, keeps what was typed and changes nothing."""

from datetime import timedelta

import pytest
from crispy_forms.utils import render_crispy_form

from lots.forms.schemes import SchemeSettings
from lots.models import Agreement, Lot, Scheme, Window
from tests.factories import client_for
from tests.lots.pages import send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "values", "sentences"),
    [
        ("agreement-change", {"title": ""}, ["Enter the title"]),
        ("agreement-change", {"initial_years": "many"}, ["The initial term must be a whole number"]),
        ("agreement-change", {"published_maximum": "0"}, ["The published maximum must be more than £0."]),
        (
            "agreement-change",
            {"standstill_admission": "none"},
            ["standstill at admission cannot be none; it can be mandatory"],
        ),
        ("agreement-change", {"starts_on_month": "13"}, ["The first day must be a real date"]),
        ("lot-change", {"cpv_codes": "850"}, ["“850” is no CPV code: write eight digits"]),
        ("lot-change", {"number": "2"}, ["There is a lot 2 already."]),
        ("lot-change", {"annual_value": "lots"}, ["The value a year must be an amount in pounds"]),
        ("lot-rates", {"bands": "Rural; hour; lots"}, ["“lots” is no amount in pounds and pence."]),
        ("lot-rates", {"bands": "Rural; hour; 1; 2"}, ["has too many parts"]),
        ("lot-rates", {"bands": "Rural"}, ["“Rural” needs a unit"]),
        ("lot-rates", {"zones": "North City\nnorth city"}, ["A name is given twice"]),
        ("lot-points", {"skills": ""}, ["Enter the skills, one on each line"]),
        ("authority-change", {"spend_cap": "-5"}, ["The cap must be £0.00 or more"]),
        ("board-change", {"quorum": "0"}, ["The quorum must be 1 or more."]),
        ("seat-add", {"kind": "chair"}, ["Select the person"]),
        ("question-change", {"weight": "100.001"}, ["The weight must have no more than 2 places"]),
        ("question-change", {"weight": "0"}, ["The weight must be more than 0 and at most 100."]),
        ("question-change", {"code": "MS 1"}, ["The code must be letters, digits and hyphens"]),
        ("question-change", {"code": "MS2"}, ["The code MS2 is taken in this scheme."]),
        (
            "question-add",
            {"kind": "method"},
            ["Enter the code", "Enter the title", "Enter the word limit"],
        ),
        ("scheme-change", {"threshold": "101"}, ["The threshold must be 0 to 100 per cent."]),
        ("scheme-change", {"file_megabytes": "26"}, ["One file may have 1 to 25 MB at most."]),
        ("scheme-change", {"files_megabytes": "24"}, ["All files together may have 25 MB"]),
        ("scheme-change", {"file_name_length": "19"}, ["name may have 20 to 150 characters at most."]),
        ("scheme-change", {"file_megabytes": ""}, ["Enter how many MB a file may have"]),
        ("scheme-scale", {"descriptor_3": ""}, ["Enter what earns score 3"]),
        ("scheme-copy", {"title": ""}, ["Enter the title of the copy"]),
        ("window-change", {"deadline_time": "midnight"}, ["must be 00:00 (start of the day) or 23:59"]),
        ("window-change", {"deadline_year": "2020"}, ["The deadline must be after the opening"]),
        ("window-cancel", {}, ["Enter the reason"]),
    ],
)
def test_it_is_answered_with_the_field_and_the_mend_and_changes_nothing(draft, name, values, sentences):
    setting, pages = draft
    client = client_for(setting.lead)
    before = snapshot()
    page = send(client, pages[name], **values)
    assert page.status_code == 422
    summary = " ".join(item.text for item in page.context["form"].error_summary())
    for sentence in sentences:
        assert sentence in summary
    for typed in values.values():
        assert not typed or typed in page.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize(
    ("day", "time", "why"),
    [((28, 3, 2027), "01:30", "London has no 01:30"), ((31, 10, 2027), "1:30", "London has 01:30")],
)
def test_a_time_that_the_clock_change_skips_or_repeats_is_not_taken(draft, day, time, why):
    setting, pages = draft
    given = dict(zip(("deadline_day", "deadline_month", "deadline_year"), map(str, day), strict=True))
    page = send(client_for(setting.lead), pages["window-change"], **given, deadline_time=time)
    assert why in page.context["form"].error_summary()[0].text


def snapshot():
    rows = (Agreement, Lot, Scheme, Window)
    return [list(model._default_manager.order_by("pk").values()) for model in rows]


@pytest.mark.parametrize("kind", ["common", "admission", "competition"])
def test_every_setting_of_a_scheme_has_its_box_so_that_saving_the_page_loses_none(kind):
    form = SchemeSettings(kind=kind)
    drawn = render_crispy_form(form)
    for name in form.fields:
        assert f'name="{name}"' in drawn, name


def test_how_long_a_proof_counts_is_read_where_the_signature_is_chosen(draft, settings):
    setting, pages = draft
    for minutes in (10, 7):
        settings.PROOF_LASTS = timedelta(minutes=minutes)
        page = client_for(setting.lead).get(pages["agreement-change"]).content.decode()
        assert f"Whoever proved it in the last {minutes} minutes" in page
