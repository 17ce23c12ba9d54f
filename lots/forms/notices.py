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
    sign_up_by = DateTimeField(label="Last moment to sign up", required=False, help_text="London time.")
    nouns = {
        "text": "the notice",
        "event_at": "the date and time of the event",
        "place": "where the event is",
        "link": "the link to join by, such as https://meet.example/room",
        "sign_up_by": "the last moment to sign up",
    }
    layout = (
        Section("Notice", "title", "text"),
        Section(
            "Event", "event_at", "place", "link", "sign_up_by", hint="Leave this empty if there is none."
        ),
    )


class Follow(PortalForm):
    """The address that wants to be told about an agreement."""

    email = forms.EmailField(
        label="Your e-mail address", help_text="Used for this alone, and deleted as soon as you stop."
    )
    nouns = {"email": "your e-mail address"}
