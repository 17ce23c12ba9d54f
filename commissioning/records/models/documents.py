"""Documents that are not sealed: specifications, papers, the files of the authorities."""

from django.conf import settings
from django.db import models

from commissioning.people.models import Organisation
from commissioning.people.references import Referenced


class Document(Referenced):
    """A kept file: its type was judged by content, its bytes are known by their SHA-256."""

    PREFIX = "DOC"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120)
    is_public = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ["uploaded_at"]
