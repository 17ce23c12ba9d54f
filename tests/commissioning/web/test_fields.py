from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.web.fields import DateField, DateTimeField, FileField, MoneyField, MonthField, TextField
from commissioning.web.forms import PortalForm


class Form(PortalForm):
    opens = DateField(label="Opening date", required=False)
    starts = MonthField(label="Month of start", required=False)
    deadline = DateTimeField(label="Deadline", required=False)
    value = MoneyField(label="Value a year", required=False, maximum=Decimal(500))
    reason = TextField(label="Reason", required=False, max_words=3)
    loose = TextField(label="Answer", required=False, max_words=3, strict=False)
    paper = FileField(label="Paper", required=False)


def answer(name: str, **typed: Any) -> Any:
    """Return what the form makes of a field, or its one sentence of refusal."""
    files = {name: typed.pop("file")} if "file" in typed else None
    data = {f"{name}_{part}" if part != "typed" else name: value for part, value in typed.items()}
    form = Form(data, files)
    form.is_valid()
    if name in form.errors:
        return form.errors[name][0]
    return form.cleaned_data[name]


@pytest.mark.parametrize(
    ("day", "month", "year", "made"),
    [
        ("27", "3", "2027", date(2027, 3, 27)),
        (" 27 ", "March", "2027", date(2027, 3, 27)),
        ("1", "sept", "2027", date(2027, 9, 1)),
        ("29", "2", "2028", date(2028, 2, 29)),
        ("", "", "", None),
        ("29", "2", "2027", "The opening date must be a real date, like 27 3 2027"),
        ("27", "13", "2027", "The opening date must be a real date, like 27 3 2027"),
        ("27", "3", "27", "The opening date must be a real date, like 27 3 2027"),
        ("31", "12", "9999", "The year of the opening date must be from 1900 to 2199"),
        ("31", "12", "1899", "The year of the opening date must be from 1900 to 2199"),
        ("x", "3", "2027", "The opening date must be a real date, like 27 3 2027"),
        ("²", "3", "2027", "The opening date must be a real date, like 27 3 2027"),
        ("27", "", "2027", "The opening date must include a month"),
        ("27", "3", "", "The opening date must include a year"),
    ],
)
def test_dates(day, month, year, made):
    assert answer("opens", day=day, month=month, year=year) == made


def test_months():
    assert answer("starts", month="4", year="2027") == date(2027, 4, 1)
    assert answer("starts", month="14", year="2027") == "The month of start must be a real month, like 3 2027"


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("12:00", 12, 0),
        ("noon", 12, 0),
        ("12 noon", 12, 0),
        ("5pm", 17, 0),
        ("5.30 pm", 17, 30),
        ("12am", 0, 0),
        ("09:05", 9, 5),
        ("9:05", 9, 5),
        ("23:59", 23, 59),
        ("12:15 a.m.", 0, 15),
    ],
)
def test_times_of_day(typed, hour, minute):
    made = answer("deadline", day="20", month="1", year="2027", time=typed)
    assert made == datetime(2027, 1, 20, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["25:00", "12:60", "12", "13pm", "0am", "soon", "1230", "12:00:00"])
def test_what_is_no_time_of_day_is_refused(typed):
    refusal = answer("deadline", day="20", month="1", year="2027", time=typed)
    assert refusal == "The time of the deadline must be a time of day in London, like 12:00 or 5:30pm"


def test_midnight_is_asked_for_by_its_end_of_the_day():
    assert "00:00 (start of the day) or 23:59" in answer(
        "deadline", day="1", month="1", year="2027", time="midnight"
    )


def test_a_deadline_is_london_time_given_in_utc():
    made = answer("deadline", day="1", month="7", year="2027", time="12:00")
    assert made == datetime(2027, 7, 1, 11, 0, tzinfo=UTC)


def test_the_hours_of_the_clock_changes_are_refused_with_the_mend():
    assert "London has no 01:30" in answer("deadline", day="28", month="3", year="2027", time="01:30")
    assert "London has 01:30 on 31 October 2027 twice" in answer(
        "deadline", day="31", month="10", year="2027", time="01:30"
    )


def test_an_error_knows_its_box():
    form = Form(
        {"deadline_day": "20", "deadline_month": "1", "deadline_year": "2027", "deadline_time": "later"}
    )
    assert form.error_summary()[0].href == "#id_deadline_3"
    assert str(form).count("govuk-input--error") == 1


def test_a_given_moment_is_shown_in_london_time():
    page = str(Form(initial={"deadline": datetime(2027, 7, 1, 11, 0, tzinfo=UTC), "opens": date(2027, 3, 2)}))
    assert 'name="deadline_time" type="text" autocomplete="off" value="12:00"' in page
    assert 'name="opens_day" type="text" inputmode="numeric" autocomplete="off" value="2"' in page


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("450", Decimal("450.00")),
        ("£ 450.5", Decimal("450.50")),
        ("4,5,0", Decimal("450.00")),
        ("0", Decimal("0.00")),
        ("", None),
        ("12.345", "The value a year must have no more than two places after the point"),
        ("-1", "The value a year must be £0.00 or more"),
        ("500.01", "The value a year must be £500 or less"),
        ("1e3", "The value a year must be an amount in pounds, like 1,250 or 1250.50"),
        ("NaN", "The value a year must be an amount in pounds, like 1,250 or 1250.50"),
        ("٣", "The value a year must be an amount in pounds, like 1,250 or 1250.50"),
        ("9" * 40, "The value a year must be an amount in pounds, like 1,250 or 1250.50"),
    ],
)
def test_money(typed, made):
    assert answer("value", typed=typed) == made
    if isinstance(made, Decimal):
        assert str(answer("value", typed=typed)) == str(made)


def test_a_text_past_its_limit_is_refused_or_only_marked():
    assert answer("reason", typed="one two three four") == "The reason must be 3 words or fewer; it has 4"
    assert answer("reason", typed="one – two three") == "one – two three"
    assert answer("loose", typed="one two three four") == "one two three four"
    assert "4 of 3 words: 1 word over the limit" in str(Form({"loose": "one two three four"}))


def test_a_file_over_the_limit_names_size_limit_and_kinds(settings):
    settings.MAXIMUM_UPLOAD = 25 * 2**20
    file = SimpleUploadedFile("a.pdf", b"x")
    file.size = 25 * 2**20
    assert answer("paper", file=file) is file
    file.size += 1
    refusal = answer("paper", file=file)
    assert refusal == (
        "The file for the paper has 25.1 MB. Choose a file of 25 MB or less, "
        "of one of these kinds: PDF, DOCX, ODT, XLSX, PNG or JPEG"
    )
    assert "is empty" in answer("paper", file=SimpleUploadedFile("a.pdf", b""))


class Worded(PortalForm):
    title = forms.CharField(label="Title", error_messages={"required": "Say what it is called"})
    email = forms.EmailField(label="E-mail address")
    cqc = forms.CharField(label="CQC number")
    yours = forms.CharField(label="Your name")
    why = forms.CharField(label="Why not higher?")
    who = forms.ChoiceField(label="Buyer", choices=[("a", "A")], widget=forms.RadioSelect)
    places = forms.IntegerField(label="Places", max_value=9)
    nouns = {"email": "the contact's e-mail address"}


def test_every_field_is_named_with_the_mend_in_the_order_of_the_form():
    lines = [item.text for item in Worded({}).error_summary()]
    assert lines == [
        "Say what it is called",
        "Enter the contact's e-mail address",
        "Enter the CQC number",
        "Enter your name",
        "Enter an answer to “Why not higher?”",
        "Select the buyer",
        "Enter the places",
    ]
    form = Worded({"email": "x", "who": "b", "places": "10", "title": "\x00"})
    lines = [item.text for item in form.error_summary()]
    assert "The title holds a character that cannot be kept: type it again" in lines
    assert "The contact's e-mail address must be like name@example.com" in lines
    assert "Select the buyer from the list" in lines
    assert "The places must be 9 or less" in lines
    assert Worded({"places": "1.5"}).errors["places"] == ["The places must be a whole number, like 12"]


def test_a_form_that_was_not_sent_has_no_summary():
    assert Worded().error_summary() == []
