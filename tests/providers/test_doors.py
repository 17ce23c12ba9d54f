"""No door of the portal gives anyone else what a provider wrote, or that it applies (R22-b, settled 18)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from commissioning.audit.models import AccessEntry
from commissioning.people.roles import Role
from commissioning.records.models import Message
from providers.services import application_files, entries
from tests import factories as people
from tests.addresses import body, filled_in
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

NAME = "Xylophone Friends"
# Words of answers, declarations, a file and its name.
SECRETS = ("Marmalade", "quokka", "Zanzibar", "narwhal", "Zebra plan")


@pytest.fixture
def entry(time_machine):
    """A submitted entry with a file, and a draft for another lot, of one provider in an open window."""
    time_machine.move_to(f.NOW)
    writer = f.bid_writer(people.provider(NAME))
    application = f.application(by=writer, numbers=(1, 2))
    made = f.fill(f.entry_of(application))
    application_files.add_file(
        application=application,
        submission=made.submission,
        item="MS1",
        upload=f.pdf("Zebra plan.pdf", b"narwhal"),
        actor=writer,
        now=f.NOW,
    )
    entries.submit(entry=made, actor=writer, now=f.NOW)
    f.fill(f.entry_of(application, 2))
    return made


@pytest.fixture
def strangers(entry):
    """Whoever sees most: an administrator with every role of the lead authority, a rival, another's lead."""
    agreement = entry.window_lot.window.agreement
    roles = [role for role in Role if not role.startswith("provider")]
    return {
        "other provider": f.bid_writer(people.provider("Rival Ltd")),
        "administrator with every role": people.person(agreement.lead, *roles, is_staff=True),
        "lead of another agreement": f.lead_of(f.agreement()),
        "nobody": None,
    }


def addresses(entry):
    """Return every address of the portal with whatever fits this entry filled in."""
    application, window = entry.application, entry.window_lot.window
    fitting = {
        "applications": application.reference,
        "windows": window.reference,
        "agreements": window.agreement.reference,
        "schemes": entry.window_lot.scheme.reference,
        "organisations": application.organisation.reference,
    }
    fits = {
        "number": ["1", "2"],
        "code": ["MS1", "ORG"],
        "organisation": [application.organisation.reference],
    }
    return filled_in(fitting, entry.window_lot.round.reference, fits)


def test_no_page_shows_anyone_else_a_word_or_the_name(entry, strangers):
    urls = addresses(entry)
    assert len(urls) > 100
    for role, who in strangers.items():
        client = people.client_for(who, raise_request_exception=True)
        for url in urls:
            shown = body(client.get(url))
            for secret in (*SECRETS, NAME):
                assert secret not in shown, f"{role} sees {secret} at {url}"


def test_no_page_of_the_administration_shows_it(entry, strangers):
    client = people.client_for(strangers["administrator with every role"])
    for model, page in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls = [reverse(f"{start}_changelist"), reverse(f"{start}_changelist") + "?q=APP"]
        urls += [
            reverse(f"{start}_change", args=[pk])
            for pk in model._default_manager.values_list("pk", flat=True)
        ]
        for url in urls:
            shown = body(client.get(url))
            for secret in SECRETS:
                assert secret not in shown, f"{page} shows {secret} at {url}"
            if model._meta.app_label in ("providers", "records"):
                assert NAME not in shown, f"{page} shows who applies at {url}"
                assert entry.application.reference not in shown


def test_the_provider_itself_still_sees_it_all(entry):
    """The search above finds what is there: the same addresses show it to whom it belongs."""
    client = people.client_for(f.writer_of(entry.application))
    shown = "".join(body(client.get(url)) for url in addresses(entry) if "/applications/" in url)
    for secret in (*SECRETS, NAME):
        assert secret in shown


def _bytes(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_no_row_no_file_no_message_and_no_log_holds_a_word(entry, caplog):
    held = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - own tables
            held += [_bytes(value) for row in cursor for value in row]
    store = Path(default_storage.path("."))
    held += [path.read_bytes() for path in store.rglob("*") if path.is_file()]
    held += [path.read_bytes() for path in Path(settings.DATA_DIR).rglob("*.log")]
    held.append(caplog.text.encode())
    everything = b"\n".join(held)
    for secret in SECRETS:
        assert secret.encode() not in everything


def test_messages_to_the_provider_are_veiled_until_the_opening(entry):
    told = Message.objects.filter(about=entry.application.reference)
    assert told.exists()
    assert {message.veil for message in told} == {entry.submission.round.reference}


def test_a_refused_attempt_at_a_page_is_logged(entry, strangers):
    client = people.client_for(strangers["other provider"])
    client.get(reverse("window-unseal", args=[entry.window_lot.window.reference]))
    logged = AccessEntry.objects.get()
    assert (logged.outcome, logged.user) == ("refused", strangers["other provider"])
