"""Forms of an agreement, its authorities, its board and its lots."""

from collections.abc import Iterable
from typing import Any

from django import forms

from commissioning import regimes
from commissioning.accounts import sessions
from commissioning.board.models import Seat
from commissioning.people.models import Organisation, User
from commissioning.web.fields import DateField, MoneyField, TextField
from commissioning.web.forms import PortalForm, Section
from lots.models import Agreement
from lots.models.agreements import Funding
from lots.services.agreements import SIGNATURE_REASON

AS_USUAL = ("", "As the regime usually has it")
STANDSTILLS = [AS_USUAL, *((one.value, one.label) for one in reversed(regimes.Standstill))]
CAPS = " or ".join(
    f"{one.term_cap_years} years under {one.title}" for one in regimes.PROFILES.values() if one.term_cap_years
)


def lines(text: str) -> list[str]:
    """Return the lines that hold something, without the marks people put before them."""
    return [bare for line in text.splitlines() if (bare := line.strip().lstrip("-•*").strip())]


class AgreementDetails(PortalForm):
    """What an agreement is, runs for and is worth; changed only while it is a draft."""

    title = forms.CharField(label="Title", max_length=200)
    description = TextField(
        label="What it is, in plain words",
        help_text="Written for a charity that has never heard of a DPS. Everybody can read it.",
        rows=5,
    )
    regime = forms.ChoiceField(label="Law it runs under", widget=forms.RadioSelect)
    standstill_admission = forms.ChoiceField(
        label="Standstill before an admission takes effect",
        required=False,
        choices=STANDSTILLS,
        help_text="Under some laws it is mandatory; what the law leaves open is stated to applicants.",
    )
    standstill_call_off = forms.ChoiceField(
        label="Standstill after each award under it",
        required=False,
        choices=STANDSTILLS,
        help_text="What the law leaves open is your authority's choice; ask your lawyers.",
    )
    refusal_table = forms.ChoiceField(
        label="What a letter of refusal shows of those admitted",
        required=False,
        choices=[
            AS_USUAL,
            (regimes.RefusalTable.SUMMARY, "A summary of all, with names and totals"),
            (regimes.RefusalTable.EACH, "A fuller table, one for each"),
        ],
    )
    starts_on = DateField(label="First day")
    initial_years = forms.IntegerField(label="Initial term in years")
    extension_years = forms.IntegerField(label="Option to extend in years", initial=0)
    term_justification = TextField(
        label="Why the term is longer than the law usually allows",
        required=False,
        rows=3,
        help_text=f"Needed where the term, with every option to extend, is longer than {CAPS}. Everybody can "
        "read it.",
    )
    published_maximum = MoneyField(label="Published maximum value over the whole term")
    maximum_is_inferred = forms.BooleanField(
        label="The maximum was inferred from the documents, not stated in them", required=False
    )
    security_level = forms.ChoiceField(
        label="Security level of applications and bids",
        widget=forms.RadioSelect,
        choices=Agreement.SecurityLevel,
        initial=Agreement.SecurityLevel.STANDARD,
        help_text="In proportion to the risk. It is stated on the agreement's page and fixed once published.",
    )
    signature = forms.ChoiceField(
        label="Electronic signature of applications and bids",
        widget=forms.RadioSelect,
        choices=Agreement.Signature,
        initial=Agreement.Signature.SIGNED_IN,
        help_text="The portal takes no advanced electronic signature. Where the risk needs one, do not run "
        "the agreement here.",
    )
    signature_reason = TextField(
        label="Why this is in proportion to the risk",
        rows=3,
        initial=SIGNATURE_REASON,
        help_text="Bidders read it. It is fixed once the agreement is published.",
    )
    nouns = {
        "signature": "what is asked of whoever submits",
        "signature_reason": "why this is in proportion to the risk",
        "security_level": "the security level",
        "description": "what the agreement is, in plain words",
        "regime": "the law the agreement runs under",
        "starts_on": "the first day",
        "initial_years": "the initial term",
        "extension_years": "the option to extend, or 0",
        "published_maximum": "the published maximum",
    }
    widths = {"initial_years": 2, "extension_years": 2}
    suffixes = {"initial_years": "years", "extension_years": "years"}
    layout: tuple[Any, ...] = (
        Section("The agreement", "title", "description"),
        Section("The law", "regime", *regimes.CHOICES),
        Section("Term", "starts_on", "initial_years", "extension_years", "term_justification"),
        Section("Money", "published_maximum", "maximum_is_inferred"),
        Section("Sealing and signature", "security_level", "signature", "signature_reason"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("regime", [(key, one.title) for key, one in regimes.PROFILES.items()])
        self.option_hints = {
            "regime": {key: one.reopening for key, one in regimes.PROFILES.items()},
            "signature": {
                Agreement.Signature.PROVED_AGAIN: "Whoever proved it in the last "
                f"{sessions.proof_minutes()} minutes, by signing in or for another act, is not asked again."
            },
        }


class References(PortalForm):
    """The four references and whom to ask; can be put right at any time."""

    council_reference = forms.CharField(label="Council's own reference", max_length=60, required=False)
    portal_reference = forms.CharField(label="Tender portal reference", max_length=60, required=False)
    notice_reference = forms.CharField(
        label="Notice reference", max_length=60, required=False, help_text="On Find a Tender, for example."
    )
    ocid = forms.CharField(
        label="OCID", max_length=60, required=False, help_text="The open contracting identifier."
    )
    support_contact = forms.CharField(
        label="Whom applicants may ask",
        max_length=200,
        required=False,
        help_text="An e-mail address or telephone number, shown beside each deadline.",
    )
    support_hours = forms.CharField(label="When they are there", max_length=120, required=False)
    nouns = {"support_contact": "whom applicants may ask", "support_hours": "when they are there"}
    layout: tuple[Any, ...] = (
        Section("References", "council_reference", "portal_reference", "notice_reference", "ocid"),
        Section("Support", "support_contact", "support_hours"),
    )


class NewAgreement(AgreementDetails, References):
    """Everything that begins an agreement."""

    lead = forms.ChoiceField(label="Lead authority")
    reference = forms.CharField(
        label="Reference",
        max_length=30,
        help_text="Short and lasting, in capital letters, digits and hyphens, like EIP-PDPS. The record goes "
        "by it, so it cannot be changed later: a draft with a wrong one is discarded and set up anew.",
    )
    widths = {**AgreementDetails.widths, "reference": 20}
    layout = (
        Section("Who and what", "lead", "reference", "title", "description"),
        *AgreementDetails.layout[1:],
        *References.layout,
    )

    def __init__(self, *args: Any, leads: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads = {one.reference: one for one in leads}
        self.offer("lead", [(key, str(one)) for key, one in self.leads.items()])

    def clean_lead(self) -> Organisation:
        return self.leads[self.cleaned_data["lead"]]


class Rights(PortalForm):
    """What an authority may do in the agreement, and up to which sum."""

    may_call_off_alone = forms.BooleanField(label="May call off alone", required=False, initial=True)
    may_call_off_jointly = forms.BooleanField(
        label="May call off together with others", required=False, initial=True
    )
    spend_cap = MoneyField(
        label="Cap on what it may commit",
        required=False,
        help_text="Whole-life value over all its call-offs. Leave empty where it has none.",
    )
    nouns = {"spend_cap": "the cap"}


class OwnGovernance(PortalForm):
    """How an authority usually decides to award, and where its money usually comes from."""

    # Each is a proposal to a call-off; whoever writes it may put something else.
    decided_by = forms.CharField(
        label="Who decides to award",
        max_length=160,
        required=False,
        help_text="Such as a cabinet member, a committee or a director.",
    )
    key_decision_from = MoneyField(
        label="Key decision from",
        required=False,
        help_text="What its share of a call-off is worth. Leave empty where it takes no key decisions.",
    )
    call_in_days = forms.IntegerField(
        label="Call-in period",
        required=False,
        help_text="Leave empty where nothing can be called in.",
    )
    funding_routes = forms.MultipleChoiceField(
        label="Funding routes",
        choices=Funding,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    nouns = {"key_decision_from": "the value", "call_in_days": "the call-in period"}
    widths = {"call_in_days": 2}
    suffixes = {"call_in_days": "working days"}


class ChangeRights(Rights):
    """The same, with the reason that a published agreement asks for."""

    reason = TextField(
        label="Reason", required=False, rows=3, help_text="Needed once the agreement is published."
    )


class NewAuthority(Rights):
    """Which authority joins, with which rights."""

    organisation = forms.ChoiceField(label="Authority")
    layout = ("organisation", "may_call_off_alone", "may_call_off_jointly", "spend_cap")

    def __init__(self, *args: Any, partners: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = {one.reference: one for one in partners}
        self.offer(
            "organisation",
            [("", "Choose an authority"), *((key, str(one)) for key, one in self.partners.items())],
        )

    def clean_organisation(self) -> Organisation:
        return self.partners[self.cleaned_data["organisation"]]


class SuccessionForm(PortalForm):
    """Who took an authority's place, from when and by what."""

    successor = forms.ChoiceField(label="Authority that takes over")
    effective_on = DateField(label="First day of the successor")
    reason = TextField(label="By which law, order or decision", rows=3)
    nouns = {"reason": "the law, order or decision", "successor": "the authority that takes over"}

    def __init__(self, *args: Any, partners: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = {one.reference: one for one in partners}
        self.offer(
            "successor",
            [("", "Choose an authority"), *((key, str(one)) for key, one in self.partners.items())],
        )

    def clean_successor(self) -> Organisation:
        return self.partners[self.cleaned_data["successor"]]


class BoardForm(PortalForm):
    """The board's name, quorum and casting vote."""

    name = forms.CharField(label="Name of the board", max_length=120)
    quorum = forms.IntegerField(
        label="Quorum", help_text="How many authorities must have voted for a decision to count."
    )
    chair_has_casting_vote = forms.BooleanField(
        label="The chair has the casting vote where votes are equal", required=False
    )
    widths = {"quorum": 2}
    suffixes = {"quorum": "authorities"}


class SeatForm(PortalForm):
    """Who sits on the board, and as what."""

    user = forms.ChoiceField(label="Person")
    kind = forms.ChoiceField(label="Seat", choices=Seat.Kind.choices, widget=forms.RadioSelect)
    option_hints = {
        "kind": {
            "chair": "One to a board. Closes the votes.",
            "member": "Answers the four tests and votes for the authority.",
            "deputy": "Acts where the member cannot.",
        }
    }
    nouns = {"user": "the person", "kind": "the kind of seat"}

    def __init__(self, *args: Any, people: Iterable[tuple[User, Organisation, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"{user.reference} {place.reference}": (user, place) for user, place, _ in people}
        shown = [
            (f"{user.reference} {place.reference}", f"{user}, {place}{' (may chair)' if chair else ''}")
            for user, place, chair in people
        ]
        self.offer("user", [("", "Choose a person"), *shown])

    def clean_user(self) -> tuple[User, Organisation]:
        return self.people[self.cleaned_data["user"]]


class LotForm(PortalForm):
    """A lot's number, title, codes and values."""

    number = forms.IntegerField(label="Number")
    title = forms.CharField(label="Title", max_length=200)
    description = TextField(label="What it is for", required=False, rows=4)
    cpv_codes = TextField(
        label="CPV codes",
        required=False,
        rows=3,
        help_text="One on each line: eight digits, like 85000000 or 85000000-9.",
    )
    annual_value = MoneyField(label="Indicative value a year")
    term_value = MoneyField(
        label="Indicative value over the whole term", help_text="With every option to extend used."
    )
    state = forms.ChoiceField(
        label="Can it be used at once?",
        widget=forms.RadioSelect,
        initial="active",
        choices=[("active", "Active"), ("established", "Established, not activated")],
    )
    option_hints = {
        "state": {
            "active": "Providers may join it, and needs may be called off under it.",
            "established": "Providers may join it, but nothing is called off until a decision activates it.",
        }
    }
    widths = {"number": 2}
    nouns = {"annual_value": "the value a year", "term_value": "the value over the whole term"}

    def clean_cpv_codes(self) -> list[str]:
        return [code.strip(",;") for line in lines(self.cleaned_data["cpv_codes"]) for code in line.split()]


class Points(PortalForm):
    """A lot's skills and outcomes, one on each line."""

    skills = TextField(label="Skills asked for, one on each line", rows=9)
    outcomes = TextField(label="Outcomes wanted, one on each line", rows=7)
    reason = TextField(
        label="Reason for the change",
        required=False,
        rows=3,
        help_text="Needed once the agreement is published. Everybody can read it.",
    )
    nouns = {"skills": "the skills, one on each line", "outcomes": "the outcomes, one on each line"}

    def clean_skills(self) -> list[str]:
        return lines(self.cleaned_data["skills"])

    def clean_outcomes(self) -> list[str]:
        return lines(self.cleaned_data["outcomes"])
