"""What a provider keeps on record: who may, which dates can be, what is noted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.records.models import Document
from commissioning.workflow import Refused
from providers.models import ProfileDocument, Rating
from providers.services import profile
from tests import factories as people
from tests.pages import get
from tests.providers import factories as f
from tests.providers.profiles import TODAY, document, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return people.provider("P3 Charity")


def test_a_document_is_kept_with_its_dates_and_an_event(organisation):
    made = document(organisation)
    assert made.document.organisation == organisation
    assert made.document.title == "Public liability insurance"
    event = Event.objects.get(action="profile.add_document")
    assert event.data["after"]["kind"] == "public_liability"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"issued_on": TODAY + timedelta(days=1)}, "issued_on"),
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
        ({"expires_on": TODAY - timedelta(days=30)}, "expires_on"),
        ({"kind": "nonsense"}, "kind"),
        ({"file": SimpleUploadedFile("x.exe", b"MZ", content_type="application/pdf")}, "file"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_box_and_nothing_is_kept(organisation, given, field):
    typed = {
        "kind": "public_liability",
        "issued_on": TODAY - timedelta(days=20),
        "expires_on": TODAY + timedelta(days=300),
        "file": f.pdf(),
        **given,
    }
    with pytest.raises(Refused) as refused:
        profile.add_document(organisation=organisation, actor=f.bid_writer(organisation), now=f.NOW, **typed)
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert not ProfileDocument.objects.exists()
    assert not Document.objects.exists()


def test_a_cqc_report_needs_no_end(organisation):
    made = profile.add_document(
        organisation=organisation,
        kind="cqc_report",
        issued_on=TODAY,
        expires_on=None,
        file=f.pdf(),
        actor=f.bid_writer(organisation),
        now=f.NOW,
    )
    assert made.is_good_on(TODAY + timedelta(days=4000))


def test_a_mistake_is_taken_out_once_and_its_file_is_kept(organisation):
    made, writer = document(organisation), f.bid_writer(organisation)
    profile.take_out_document(document=made, actor=writer, now=f.NOW)
    assert not ProfileDocument.objects.standing().exists()
    assert Document.objects.exists()
    with pytest.raises(Refused, match="already"):
        profile.take_out_document(document=made, actor=writer, now=f.NOW)


def test_the_profile_says_which_rating_counts_and_which_waits_for_a_lead(organisation, time_machine):
    time_machine.move_to(f.NOW)
    lot = f.agreement(lots=1).lots.get()
    lead = f.lead_of(lot.agreement)
    rated(organisation, "inadequate", actor=lead, admission=f.admission(lot, organisation))
    rated(organisation, "good")
    for reader in (f.bid_writer(organisation), lead):
        page = get(reader, f"/organisations/{organisation.reference}/profile/")
        assert "<strong>Inadequate</strong>" in page
        assert page.count("said by the provider, to be confirmed by the lead") == 1


def test_nobody_but_its_own_people_writes_a_profile(organisation):
    made = document(organisation)
    lot = f.agreement(lots=1).lots.get()
    place = f.admission(lot, organisation)
    for actor in (f.bid_writer(), f.lead_of(lot.agreement), people.person(is_staff=True)):
        with pytest.raises(Denied):
            document(organisation, actor=actor)
        with pytest.raises(Denied):
            profile.take_out_document(document=made, actor=actor, now=f.NOW)
        with pytest.raises(Denied):
            rated(organisation, "good", actor=actor)
    for actor in (f.bid_writer(), f.lead_of(f.agreement()), f.bid_writer(organisation)):
        with pytest.raises(Denied):
            rated(organisation, "good", actor=actor, admission=place)
    made_by_lead = rated(organisation, "good", actor=f.lead_of(lot.agreement), admission=place)
    assert made_by_lead.by_authority == lot.agreement.lead


def test_a_rating_is_of_today_or_before_and_one_of_four(organisation):
    with pytest.raises(Refused, match="after today"):
        rated(organisation, "good", TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="Choose the rating"):
        rated(organisation, "splendid")
    assert not Rating.objects.exists()
