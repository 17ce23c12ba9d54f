"""A page with every component and a form with every kind of field; served to tests alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.generic import View

from commissioning import urls as portal_urls
from commissioning.web.fields import DateField, DateTimeField, FileField, MoneyField, MonthField, TextField
from commissioning.web.forms import FilterForm, PortalForm, Section
from commissioning.web.views import Crumb
from commissioning.workflow import Reason

CHOICES = [("joint", "Several authorities"), ("alone", "One authority"), ("later", "Not decided yet")]
NOW = datetime(2027, 1, 14, 14, 2, 11, tzinfo=UTC)


class EveryField(PortalForm):
    """One field of each kind."""

    title = forms.CharField(label="Title", max_length=20, help_text="As it will stand on the notice.")
    email = forms.EmailField(label="Contact e-mail address")
    number = forms.IntegerField(label="Places", min_value=1, max_value=500)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    value = MoneyField(label="Value a year", help_text="Without VAT.")
    opens = DateField(label="Opening date", help_text="For example, 27 3 2027.")
    starts = MonthField(label="Month of start")
    deadline = DateTimeField(label="Deadline", help_text="Day, month, year and London time.")
    statement = TextField(label="Method statement", max_words=12)
    note = TextField(label="Note", required=False, rows=3)
    lot = forms.ChoiceField(label="Lot", choices=[("", "Choose a lot"), ("1", "Lot 1"), ("2", "Lot 2")])
    who = forms.ChoiceField(label="Who buys?", choices=CHOICES, widget=forms.RadioSelect)
    partner = forms.CharField(label="Name of the partner", required=False)
    zones = forms.MultipleChoiceField(
        label="Zones", choices=[("n", "North"), ("s", "South")], widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="I have read the terms")
    paper = FileField(label="Specification")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    nouns = {"title": "the lot's title"}
    widths = {"number": 4}
    suffixes = {"number": "people"}
    option_hints = {"who": {"joint": "Each keeps its own governance."}}
    reveals = {"who": {"joint": ["partner"]}}
    layout = [
        Section("The need", "title", "email", "number", "secret", hint="What it is about."),
        Section("Money and dates", "value", "opens", "starts", "deadline"),
        *("statement", "note", "lot", "who", "zones", "agree", "paper"),
    ]


class SmallFilter(FilterForm):
    """What a list's filters look like."""

    name = forms.CharField(label="Name")
    lot = forms.ChoiceField(label="Lot", choices=[("", "All"), ("1", "Lot 1")])


def context() -> dict[str, Any]:
    """Return an example of everything the components take."""
    day = date(2027, 1, 20)
    return {
        "heading": "Application to the spring window",
        "caption": "Application APP-7K3M9",
        "stated": SimpleNamespace(state="draft", state_label="In progress"),
        "crumbs": [Crumb("Home", "/"), Crumb("Early intervention and prevention", "/agreements/EIP/")],
        "told": ["Your colleagues at P3 Charity, by e-mail.", "Nobody at the authorities."],
        "signed_in": True,
        "is_demo": True,
        "places": ["PCC"],
        "sign_out_url": "/account/sign-out/",
        "account_url": "/account/",
        "help_url": "/help/",
        "navigation": [
            {"label": "Home", "url": "/home/", "current": True},
            {"label": "Agreements", "url": "/agreements/", "current": False},
        ],
        "chosen_agreement": {"reference": "EIP-PDPS"},
        "choose_url": "/home/agreement/",
        "agreement_choices": [
            {"reference": "EIP-PDPS", "title": "Early intervention", "current": True},
            {"reference": "ISF-PDPS", "title": "Individual service funds"},
        ],
        "figures": [
            {"value": "49", "label": "entries received"},
            {"value": "£21,329,161", "label": "published maximum"},
        ],
        "work": [
            {
                "title": "Score method statement 2",
                "reference": "EXE-4N2QX",
                "due": NOW + timedelta(days=1),
                "takes": "3 h",
                "url": "/w/",
                "soon": True,
            },
            {
                "title": "Confirm the role of procurement lead",
                "due": date(2027, 2, 1),
                "url": "/v/",
                "action": "Confirm",
            },
            {"title": "Outcome of your application", "waits": "The lead authority decides next"},
        ],
        "now": NOW,
        "closes_at": datetime(2027, 1, 20, 12, 0, tzinfo=UTC),
        "actions": [
            {
                "label": "Check and submit Lot 1",
                "allowed": True,
                "reason": "",
                "step": "submit",
                "url": "/a/",
            },
            {"label": "Change the contact", "allowed": True, "reason": "", "step": "change", "url": "/b/"},
            {
                "label": "Withdraw",
                "allowed": False,
                "reason": "Nothing has been submitted yet.",
                "step": "withdraw",
                "url": "/c/",
            },
        ],
        "summary": [
            {"key": "Lot", "value": "Lot 1, Community Support (Stroke)", "url": "/x/"},
            {"key": "Method statement", "text": "First line\nSecond line", "url": "/y/", "action": "Read"},
            {"key": "Value", "value": "£450,000 a year"},
        ],
        "tasks": [
            {"label": "Your organisation", "url": "/t/1/", "status": "Done", "tone": ""},
            {
                "label": "Declarations",
                "url": "/t/2/",
                "status": "Confirm again",
                "tone": "yellow",
                "hint": "Last confirmed 3 November 2025",
            },
            {"label": "Check and submit", "url": "", "status": "Cannot start yet", "tone": "grey"},
        ],
        "table": {
            "caption": "Ranking",
            "head": [
                {"text": "Bidder"},
                {"text": "Quality", "numeric": True},
                {"text": "Total", "numeric": True},
                {"text": "Outcome"},
            ],
            "rows": [
                {
                    "cells": [
                        {"text": "P3 Charity", "url": "/p/"},
                        {"text": "52.5", "numeric": True},
                        {"text": "82.50%", "numeric": True},
                        {"text": "Recommended", "tone": "green"},
                    ],
                    "strong": True,
                },
                {
                    "cells": [
                        {"text": "Age UK Cambridgeshire and Peterborough"},
                        {"text": "45", "numeric": True},
                        {"text": "64.995%", "numeric": True},
                        {"text": "Not met", "tone": "red"},
                    ]
                },
            ],
        },
        "blockers": [
            Reason("The board's condition on TUPE is open.", link="/mend/"),
            Reason("Peterborough's key decision is not recorded."),
        ],
        "events": [
            {
                "title": "Deadline moved",
                "by": "Moira Wells",
                "at": NOW,
                "text": "From 13 to 20 January, because of the lockdown.",
            },
            {"title": "Window opened", "by": "the portal", "at": NOW - timedelta(days=43)},
        ],
        "rail": [
            {"label": "Need", "url": "#1", "status": "Done", "tone": "green", "current": True},
            {"label": "Authorities and shares", "url": "#2", "status": "2 of 3"},
            {"label": "Impact assessments", "url": "#3"},
        ],
        "stages": [
            {"label": "Draft", "place": "done"},
            {"label": "Board", "place": "done"},
            {"label": "Open", "place": "now"},
            {"label": "Award", "place": "next"},
        ],
        "scale": [
            {"score": 5, "name": "Excellent", "descriptor": "Exceeds the requirement in every part."},
            {"score": 3, "name": "Good", "descriptor": "Meets the requirement, with minor reservations."},
            {"score": 0, "name": "None", "descriptor": "No answer."},
        ],
        "documents": [{"title": "Specification", "url": "/d/", "kind": "PDF", "size": 482133, "at": NOW}],
        "receipt": {
            "reference": "RCT-2M4P7",
            "received_at": NOW,
            "received_utc": "2027-01-14T14:02:11.000000Z",
            "parts": [{"name": "Method statement 1", "digest": "9f86d081884c7d65" * 4}],
            "signature": "MEUCIQDf5Yp0b6o2" * 4,
            "pdf_url": "/r.pdf",
            "json_url": "/r.json",
        },
        "days": [{"day": day + timedelta(days=n), "note": "working day", "passed": n < 2} for n in range(3)],
        "last_day": day + timedelta(days=2),
        "total": Decimal("64.995"),
    }


def components(request: HttpRequest) -> HttpResponse:
    return render(request, "showroom/components.html", context())


def done(request: HttpRequest) -> HttpResponse:
    return render(request, "showroom/done.html", context() | {"heading": "", "stated": None})


class FormPage(View):
    """Draws the form; whatever is posted is refused or taken, nothing is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, EveryField())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, EveryField(request.POST, request.FILES))

    def page(self, request: HttpRequest, form: EveryField) -> HttpResponse:
        more = {
            "form": form,
            "heading": "Set up a call-off",
            "submit_label": "Save and go on",
            "cancel_url": "/",
            "told": ["The partners' commissioners, by e-mail."],
            "now": NOW,
            "crumbs": [Crumb("Home", "/")],
        }
        return render(request, "base/action.html", more)


def refused(request: HttpRequest) -> HttpResponse:
    form = EveryField({"value": "12"})
    form.is_valid()
    form.refuse([Reason("The window closed at 12:00.", link="/windows/"), Reason("Too dear.", field="value")])
    return FormPage().page(request, form)


urlpatterns = [
    path("showroom/refused/", refused),
    path("showroom/components/", components),
    path("showroom/done/", done),
    path("showroom/form/", FormPage.as_view()),
    *portal_urls.urlpatterns,
]
