"""What is typed at the doors and on the people pages: shape and wording; `accounts.services` checks truth."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from django import forms

from commissioning.accounts import rules
from commissioning.people.models import Organisation
from commissioning.people.roles import Role
from commissioning.web.fields import NumberField
from commissioning.web.forms import PortalForm, Section
from commissioning.workflow import Reason

# Told beside every box in which a password is chosen (settled 31).
CHOOSING_HINT = (
    "12 characters or more. Three or four words that have nothing to do with each other are easy to remember "
    "and hard to guess."
)
WHAT_ROLES_DO = {
    Role.PROVIDER_ADMIN: "Invites colleagues, gives roles, applies, bids and signs contracts.",
    Role.PROVIDER_EDITOR: "Writes and submits applications and bids.",
    Role.COMMISSIONER: "Drafts call-offs and manages contracts of this authority.",
    Role.LEAD: "Runs agreements, windows, openings, panels and the release of letters.",
    Role.DIRECTOR: "Signs contract award records and contracts.",
    Role.AUTHORITY_ADMIN: "Invites colleagues, gives roles and confirms those that others gave.",
    Role.EVALUATOR: "Scores on the panels they are appointed to.",
    Role.LAY_EVALUATOR: "Scores on panels in the plain view for people with experience of care.",
    Role.MODERATOR: "Runs the meeting that agrees the scores.",
    Role.BOARD_MEMBER: "Votes on the joint project board.",
    Role.BOARD_CHAIR: "Votes on the joint project board and closes its votes.",
    Role.AUDITOR: "Reads records after opening; writes nothing.",
    Role.BROKER: "Refers people to providers (individual service funds).",
    Role.SOCIAL_WORKER: "Helps to identify suitable providers; sees no bids.",
}


class EmailField(forms.EmailField):
    """An e-mail address, with the browser's help to fill it in."""

    def __init__(self, **given: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
        super().__init__(**{"label": "E-mail address", "widget": widget, **given})


class PasswordField(forms.CharField):
    """A password: shown on request, never written back into the page, its spaces kept."""

    def __init__(self, *, chosen: bool = False, **given: Any) -> None:
        autocomplete = "new-password" if chosen else "current-password"
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"})
        hint = CHOOSING_HINT if chosen else ""
        defaults = {"label": "Password", "strip": False, "max_length": 200, "help_text": hint}
        super().__init__(**{**defaults, "widget": widget, **given})


class SignIn(PortalForm):
    email = EmailField(
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}), max_length=254
    )
    password = PasswordField()
    nouns = {"email": "your e-mail address", "password": "your password"}


class OrganisationDetails(PortalForm):
    """What an organisation says of itself; a company gives its number."""

    organisation_name = forms.CharField(
        label="Name of the organisation",
        max_length=200,
        help_text="As it is registered, such as Cam Sight Ltd.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    sector = forms.ChoiceField(
        label="What kind of organisation is it?",
        choices=Organisation.Sector.choices,
        widget=forms.RadioSelect,
    )
    company_number = NumberField(
        rules.company_number, label="Company number", help_text="From Companies House, such as 01234567."
    )
    charity_number = NumberField(
        rules.charity_number,
        label="Charity number",
        help_text="Such as 1123456, 1123456-1 for a linked charity, SC012345 or NIC101234.",
    )
    cqc_provider_id = NumberField(
        rules.cqc_provider_id,
        label="CQC provider ID",
        help_text="If the Care Quality Commission regulates you, such as 1-101639123.",
    )
    address = forms.CharField(
        label="Postal address",
        max_length=500,
        help_text="As it should stand at the head of letters to you.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )
    widths = {"company_number": 10, "charity_number": 10, "cqc_provider_id": 20}
    nouns = {
        "organisation_name": "the name of the organisation",
        "sector": "the kind of organisation",
        "address": "the postal address",
    }
    layout: Sequence[str | LayoutObject] | None = (
        "organisation_name",
        "sector",
        Section(
            "Numbers it is registered under",
            "company_number",
            "charity_number",
            "cqc_provider_id",
            hint="Give those it has. They keep one organisation from being registered twice.",
        ),
        "address",
    )

    def clean_organisation_name(self) -> str:
        name: str = " ".join(self.cleaned_data["organisation_name"].split())
        if not rules.matching_name(name):
            raise forms.ValidationError("The name of the organisation must have letters or digits")
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("sector") == Organisation.Sector.COMPANY and given.get("company_number") == "":
            self.add_error(
                "company_number", "Enter the company number, or choose another kind of organisation"
            )
        return given

    def details(self) -> rules.Details:
        """Return the organisation's part of what was typed."""
        data = self.cleaned_data
        return rules.Details(
            name=data["organisation_name"],
            sector=data["sector"],
            address=data["address"].replace("\r\n", "\n").strip(),
            company_number=data["company_number"],
            charity_number=data["charity_number"],
            cqc_provider_id=data["cqc_provider_id"],
            size=data.get("size", ""),
            is_vcse=data.get("is_vcse", False),
            areas_served=rules.areas(data.get("areas_served", "")),
            ppon=data.get("ppon", ""),
            share_code=data.get("share_code", ""),
        )

    def refuse(self, reasons: Iterable[Reason]) -> None:
        # The services speak of the organisation's `name`, which on these pages is the person's.
        super().refuse(
            Reason(reason.text, "organisation_name", reason.link) if reason.field == "name" else reason
            for reason in reasons
        )


class ProviderDetails(OrganisationDetails):
    """The details of a provider: neither a council nor an NHS body is one by itself here, yet may be."""

    size = forms.ChoiceField(
        label="How many people work for it?",
        choices=Organisation.Size.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="With those of the group it belongs to. Authorities report how many small providers apply.",
    )
    is_vcse = forms.BooleanField(
        label="It is a voluntary, community or social enterprise",
        required=False,
        help_text="Most charities and community interest companies are.",
    )
    areas_served = forms.CharField(
        label="Areas it serves",
        max_length=1000,
        required=False,
        help_text="One on each line, such as Fenland or Huntingdonshire.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ppon = NumberField(
        rules.ppon,
        label="Public Procurement Organisation Number",
        help_text="From the central digital platform (Find a Tender), such as PBCD-1234-FGHJ.",
    )
    share_code = NumberField(
        rules.share_code,
        label="Share code",
        help_text="Register there, bring your core information up to date, share it, and give the code. "
        "Applications under the Procurement Act 2023 need it.",
    )
    widths = {**OrganisationDetails.widths, "ppon": 20, "share_code": 10}
    layout = (
        *(OrganisationDetails.layout or ()),
        Section("Central digital platform", "ppon", "share_code"),
        Section("Its size and where it works", "size", "is_vcse", "areas_served"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("charity", "company")
        choices = dict(Organisation.Sector.choices)
        rest = [key for key in choices if key not in first]
        self.fields["sector"].choices = [(key, choices[key]) for key in (*first, *rest)]  # type: ignore[attr-defined]


class Register(ProviderDetails):
    """A provider's registration: the organisation, and the person who will look after it."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    job_title = forms.CharField(
        label="Your job title",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = EmailField(
        label="Your e-mail address",
        help_text="We send a link to it to confirm that it is yours.",
        max_length=254,
    )
    nouns = {**OrganisationDetails.nouns, "name": "your name", "email": "your e-mail address"}
    layout = (
        *ProviderDetails.layout,
        Section("You", "name", "job_title", "email", hint="You will look after the organisation here."),
    )


class ChoosePassword(PortalForm):
    password = PasswordField(label="Choose a password", chosen=True)
    nouns = {"password": "a password"}


class Newcomer(ChoosePassword):
    """An invited person without an account."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    nouns = {**ChoosePassword.nouns, "name": "your name"}
    layout = ("name", "password")


class Forgotten(PortalForm):
    email = EmailField(max_length=254)
    nouns = {"email": "your e-mail address"}


class ChangePassword(PortalForm):
    current = PasswordField(label="Present password")
    password = PasswordField(label="New password", chosen=True)
    nouns = {"current": "your present password", "password": "a new password"}


class CodeField(forms.CharField):
    """A code of the second factor, or a recovery code in its place."""

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
        )
        defaults = {"label": "Code", "max_length": 40, "help_text": "Six digits, or a recovery code."}
        super().__init__(**{**defaults, "widget": widget, **given})


class Code(PortalForm):
    code = CodeField()
    nouns = {"code": "the code of your app"}
    widths = {"code": 20}


class SwitchOn(PortalForm):
    """Password and first code of a second factor; the offered secret goes to the page and back, signed."""

    offered = forms.CharField(widget=forms.HiddenInput)
    password = PasswordField(label="Your password")
    code = CodeField(label="The code that the app shows now", help_text="Six digits.")
    nouns = {"password": "your password", "code": "the code that the app shows now"}
    widths = {"code": 10}


class PasswordAndCode(PortalForm):
    """A proof that it is the owner who changes the second factor."""

    password = PasswordField(label="Your password")
    code = CodeField(label="The code of your app")
    nouns = {"password": "your password", "code": "the code of your app"}
    widths = {"code": 20}


class ResetFactor(PortalForm):
    reason = forms.CharField(
        label="Why must it be reset?",
        max_length=300,
        help_text="For example: the telephone was lost on 3 May. They and the second person read this.",
    )
    nouns = {"reason": "why it must be reset"}


class OwnDetails(PortalForm):
    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    job_title = forms.CharField(label="Your job title", max_length=120, required=False)
    nouns = {"name": "your name"}


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Return roles as choices."""
    return [(role.value, str(role.label)) for role in roles]


def role_hints(roles: Iterable[Role]) -> dict[str, str]:
    """Return what each role does, and whether a second person must confirm it."""
    second = " It counts once a second person has confirmed it."
    return {
        role.value: WHAT_ROLES_DO[role] + (second if rules.needs_confirmation(role) else "") for role in roles
    }


class Invite(PortalForm):
    """A colleague to invite, with the roles they are to have."""

    name = forms.CharField(label="Their name", max_length=120)
    email = EmailField(
        label="Their e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    roles = forms.MultipleChoiceField(label="Their roles", widget=forms.CheckboxSelectMultiple)
    nouns = {"name": "their name", "email": "their e-mail address", "roles": "at least one role"}

    def __init__(self, *args: Any, is_authority: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = rules.roles_of(is_authority=is_authority)
        self.fields["roles"].choices = role_choices(roles)  # type: ignore[attr-defined]
        self.option_hints = {"roles": role_hints(roles)}


class GiveRole(PortalForm):
    """One more role for a member."""

    role = forms.ChoiceField(label="Which role?", widget=forms.RadioSelect)
    nouns = {"role": "a role"}

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]
        self.option_hints = {"role": role_hints(roles)}
