"""Who applies together: how the provider applies, and one organisation named."""

from collections.abc import Collection
from typing import Any

from django import forms

from commissioning.accounts import rules as numbers
from commissioning.web.fields import NumberField, TextField
from commissioning.web.forms import Section
from providers.consortium import ROLES, SUBCONTRACTOR, Associate, grounds_are_asked
from providers.forms import YES_NO, OnVersion

ALONE, WITH_OTHERS = "alone", "others"
DOES_WORDS = 100
NOT_ASKED = ("not_asked", "Not needed: a subcontractor that we do not rely on")


class HowToApply(OnVersion):
    """Whether the provider applies alone or with others."""

    all_optional = False
    how = forms.ChoiceField(
        label="How do you apply for this lot?",
        choices=((ALONE, "We apply alone"), (WITH_OTHERS, "We apply with others")),
        widget=forms.RadioSelect,
    )
    option_hints = {
        "how": {
            ALONE: "No consortium, and no subcontractor for any part of the service.",
            WITH_OTHERS: "As the lead provider of a consortium, with subcontractors, or both.",
        }
    }
    nouns = {"how": "how you apply"}
    label_sizes = {"how": "m"}


class AssociateForm(OnVersion):
    """One consortium member or subcontractor; `asked_of` says of whom grounds for exclusion are declared."""

    name = forms.CharField(
        label="Name of the organisation",
        max_length=200,
        help_text="As it is registered. It needs no account here.",
    )
    role = forms.ChoiceField(
        label="What is it in this entry?", choices=tuple(ROLES.items()), widget=forms.RadioSelect
    )
    company_number = NumberField(
        numbers.company_number,
        label="Company number, if it has one",
        help_text="From Companies House, such as 01234567.",
    )
    charity_number = NumberField(
        numbers.charity_number,
        label="Charity number, if it has one",
        help_text="Such as 1123456, 1123456-1 for a linked charity, SC012345 or NIC101234.",
    )
    does = TextField(
        label="What part of the service would it do?",
        max_words=DOES_WORDS,
        rows=3,
        help_text=f"Up to {DOES_WORDS} words.",
    )
    share = forms.IntegerField(
        label="About how much of the work, if you can say",
        min_value=1,
        max_value=100,
        required=False,
    )
    relied_on = forms.ChoiceField(
        label="Do you rely on it to meet a minimum standard or another condition?",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    relied_for = forms.CharField(
        label="Which?", max_length=300, required=False, help_text="Such as its registration with the CQC."
    )
    clear = forms.ChoiceField(
        label="Are the statements on grounds for exclusion true of it?",
        choices=(*YES_NO, NOT_ASKED),
        widget=forms.RadioSelect,
        help_text="Ask it before you answer.",
    )
    account = TextField(
        label="If no: which ground, the day, and what has been done to put it right",
        rows=4,
        required=False,
        help_text="It is considered before anybody decides.",
    )
    option_hints = {
        "role": {
            "member": "It applies together with you, and you lead.",
            "subcontractor": "You would pay it to do part of the service.",
        }
    }
    inline = ("relied_on",)
    widths = {"company_number": 10, "charity_number": 10, "share": 3}
    suffixes = {"share": "%"}
    reveals = {"relied_on": {"yes": ["relied_for"]}, "clear": {"no": ["account"]}}
    nouns = {
        "name": "the name of the organisation",
        "role": "whether it is a consortium member or a subcontractor",
        "does": "what it would do",
        "share": "the share of the work",
        "relied_on": "whether you rely on it",
        "relied_for": "what you rely on it for",
        "clear": "whether the statements are true of it",
        "account": "which ground, the day, and what has been done",
    }

    def __init__(self, *args: Any, asked_of: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_of = asked_of
        if SUBCONTRACTOR in asked_of:
            self.offer("clear", YES_NO)
        grounds = [Section("Grounds for exclusion", "clear")] if asked_of else []
        self.layout = [
            "name",
            "role",
            Section(
                "Numbers it is registered under",
                "company_number",
                "charity_number",
            ),
            "does",
            "share",
            "relied_on",
            *grounds,
        ]
        if not asked_of:
            del self.fields["clear"], self.fields["account"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("relied_on") == "yes" and not given.get("relied_for"):
            self.add_error("relied_for", "Say what you rely on it for")
        if self._declares(given) and given.get("clear") == NOT_ASKED[0]:
            self.add_error("clear", "Say whether the statements are true of it: they are needed of this one")
        if given.get("clear") == "no" and not given.get("account"):
            self.add_error("account", "Say which ground applies, the day, and what has been done")
        return given

    def _declares(self, given: dict[str, Any]) -> bool:
        relies = given.get("relied_on") == "yes"
        return grounds_are_asked(given.get("role", ""), self.asked_of, is_relied_on=relies)

    def associate(self, number: int) -> Associate:
        """Return what was typed, as the associate of this number."""
        given = self.cleaned_data
        return Associate(
            number=number,
            name=" ".join(given["name"].split()),
            role=given["role"],
            company_number=given["company_number"],
            charity_number=given["charity_number"],
            does=given["does"],
            share=given["share"],
            relied_for=given["relied_for"] if given["relied_on"] == "yes" else "",
            is_clear={"yes": True, "no": False}.get(given.get("clear", "")),
            account=given.get("account", ""),
        )


def initial_of(associate: Associate) -> dict[str, Any]:
    """Return what an associate's form begins with."""
    return {
        "name": associate.name,
        "role": associate.role,
        "company_number": associate.company_number,
        "charity_number": associate.charity_number,
        "does": associate.does,
        "share": associate.share,
        "relied_on": "yes" if associate.is_relied_on else "no",
        "relied_for": associate.relied_for,
        "clear": {True: "yes", False: "no", None: NOT_ASKED[0]}[associate.is_clear],
        "account": associate.account,
    }
