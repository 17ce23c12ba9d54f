"""What is typed to publish a notice and to follow an agreement."""

from django import forms

from commissioning.web.fields import DateTimeField, TextField
from commissioning.web.forms import PortalForm, Section


class Notice(PortalForm):
    """A notice, with an event or without."""

    title = forms.CharField(label="Title", max_length=120, help_text="Such as “Meet the buyers in March”.")
    text = TextField(label="Notice", rows=8, max_words=600)
    event_at = DateTimeField(label="When is the event?", required=False, help_text="London time.")
    place = forms.CharField(label="Where is it?", max_length=200, required=False)
    link = forms.URLField(
        label="Link to join by", required=False, assume_scheme="https", help_text="For an event online."
    )
    sign_up_by = DateTimeField(
        label="Last moment to sign up",
        required=False,
        help_text="London time. Left empty, people can sign up until the event begins.",
    )
    places = forms.IntegerField(
        label="How many places are there?",
        min_value=1,
        max_value=30000,
        required=False,
        help_text="Left empty, any number can sign up.",
    )
    widths = {"places": 5}
    nouns = {
        "text": "the notice",
        "event_at": "the date and time of the event",
        "place": "where the event is",
        "link": "the link to join by, such as https://meet.example/room",
        "sign_up_by": "the last moment to sign up",
        "places": "the number of places",
    }
    layout = (
        Section("Notice", "title", "text"),
        Section(
            "Event",
            "event_at",
            "place",
            "link",
            "sign_up_by",
            "places",
            hint="Leave this empty if there is none.",
        ),
    )


class MoveEvent(PortalForm):
    """An event at another time or place, and why."""

    event_at = DateTimeField(label="When is the event?", help_text="London time.")
    place = Notice.base_fields["place"]
    link = Notice.base_fields["link"]
    sign_up_by = Notice.base_fields["sign_up_by"]
    places = Notice.base_fields["places"]
    reason = TextField(label="Why is it changed?", rows=3, max_words=200)
    widths = Notice.widths
    nouns = {**Notice.nouns, "reason": "why it is changed"}


class CallOffEvent(PortalForm):
    """Why an event does not take place."""

    reason = TextField(label="Why is the event called off?", rows=3, max_words=200)
    nouns = {"reason": "why the event is called off"}


class SignUpWithAccount(PortalForm):
    """What the lead needs to know of somebody who comes to an event."""

    name = forms.CharField(label="Your name", max_length=120)
    organisation_name = forms.CharField(label="Your organisation", max_length=200, required=False)
    access_needs = TextField(
        label="Is there anything you need to take part?",
        rows=3,
        max_words=150,
        required=False,
        help_text="Such as step-free access, an interpreter, or large print. Leave out what is not needed.",
    )
    nouns = {
        "name": "your name",
        "email": "your e-mail address",
        "organisation_name": "your organisation",
        "access_needs": "what you need to take part",
    }
    layout: tuple[str, ...] = ("name", "organisation_name", "access_needs")


class SignUp(SignUpWithAccount):
    """The same, with the address of somebody who has no account."""

    email = forms.EmailField(
        label="Your e-mail address",
        help_text="We send you a link there, by which you confirm your place.",
    )
    layout = ("name", "email", "organisation_name", "access_needs")


class LinkAgain(PortalForm):
    """The address under which somebody signed up."""

    email = forms.EmailField(label="The e-mail address with which you signed up")
    nouns = {"email": "the e-mail address with which you signed up"}


class Follow(PortalForm):
    """The address that wants to be told about an agreement."""

    email = forms.EmailField(
        label="Your e-mail address", help_text="Used for this alone, and deleted as soon as you stop."
    )
    nouns = {"email": "your e-mail address"}
