"""Forms whose fields follow from what is judged."""

from django import forms

from commissioning.web.forms import PortalForm


class Growing(PortalForm):
    """A form whose fields follow from what is judged."""

    def grow(self, name: str, field: forms.Field, noun: str = "") -> None:
        """Add a field; its errors are worded like those of the fields written down."""
        self.fields[name] = field
        if noun:
            self.nouns = {**self.nouns, name: noun}
        self._word_errors(name, field)
