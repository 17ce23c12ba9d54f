import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.audit.services import unit
from commissioning.people.roles import Role
from commissioning.records import pdf
from commissioning.records.models import Message, MessageTemplate
from commissioning.records.services import letters
from tests.commissioning.records.factories import round_
from tests.commissioning.records.letter_factories import SENT, batch, message, rendered
from tests.factories import authority, client_for, person

pytestmark = pytest.mark.django_db
KINDS = ("letter", "letterbatch", "message", "document")


@pytest.fixture
def administrator():
    return client_for(person(is_staff=True))


@pytest.fixture
def pair():
    runs = authority()
    return person(runs, Role.LEAD), person(runs, Role.LEAD)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda letter: b"%PDF-")


def listed(client, kind: str, **query: str) -> str:
    answer = client.get(reverse(f"admin:records_{kind}_changelist"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_letter_is_found_once_it_was_sent_and_without_what_it_says(administrator, pair):
    drafted = rendered(batch(lead=pair[0]))
    letter = drafted.letters.get()
    assert letter.reference not in listed(administrator, "letter")
    with unit():
        letters.release_batch(batch=drafted, actor=pair[1], now=SENT)
    assert letter.reference in listed(administrator, "letter", q=letter.reference)
    page = administrator.get(reverse("admin:records_letter_change", args=[letter.pk])).content.decode()
    assert letter.sha256 in page
    assert letter.facts["scores"]["rows"][0]["reason"] not in page
    # The portal's page of a letter is not there for an administrator, so that no link leads to it.
    assert letter.get_absolute_url() not in page


def test_a_veiled_message_is_not_found_before_the_opening(administrator):
    sealed = round_()
    veiled = message(veil=sealed.reference)
    assert veiled.reference not in listed(administrator, "message")
    sealed.opened_at = SENT
    sealed.save(update_fields=["opened_at"])
    assert veiled.reference in listed(administrator, "message", q=veiled.address)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_added_there(administrator, kind):
    assert administrator.get(reverse(f"admin:records_{kind}_add")).status_code == 403


def test_nothing_is_changed_or_deleted_there(administrator, pair):
    things = {"letterbatch": batch(lead=pair[0]), "message": message()}
    for kind, thing in things.items():
        key = thing.reference if kind == "message" else thing.pk
        change = reverse(f"admin:records_{kind}_change", args=[key])
        assert administrator.get(change).status_code == 200
        assert administrator.post(change, {"title": "Other"}).status_code == 403
        assert administrator.post(reverse(f"admin:records_{kind}_delete", args=[thing.pk])).status_code == 403
    assert Message.objects.get().body == things["message"].body


def test_sealed_content_has_no_page_there(administrator):
    page = administrator.get(reverse("admin:index")).content.decode()
    for name in ("sealedblob", "wrap", "round", "draftkey", "signingkey"):
        assert f"/records/{name}/" not in page


def test_a_wording_is_added_changed_and_taken_back_through_the_service(administrator):
    given = {"kind": "letters_released", "subject": "News", "body": "{{ greeting }} {{ letters }}"}
    assert administrator.post(reverse("admin:records_messagetemplate_add"), given).status_code == 302
    own = MessageTemplate.objects.get()
    change = reverse("admin:records_messagetemplate_change", args=[own.pk])
    page = administrator.get(change).content.decode()
    assert "{{ correspondence_url }}" in page
    assert "your letters are ready" in page
    assert administrator.post(change, given | {"subject": "Your news"}).status_code == 302
    assert MessageTemplate.objects.get().subject == "Your news"
    delete = reverse("admin:records_messagetemplate_delete", args=[own.pk])
    assert administrator.post(delete, {"post": "yes"}).status_code == 302
    assert not MessageTemplate.objects.exists()
    actions = Event.objects.filter(action__startswith="message template").values_list("action", flat=True)
    assert list(actions) == ["message template.change", "message template.change", "message template.restore"]


def test_a_wording_with_an_unknown_placeholder_is_explained_and_not_saved(administrator):
    given = {"kind": "letters_released", "subject": "News", "body": "{{ salary }}"}
    answer = administrator.post(reverse("admin:records_messagetemplate_add"), given)
    assert "names “salary”, which this message does not have" in answer.content.decode()
    assert not MessageTemplate.objects.exists()


def test_a_second_wording_of_one_kind_is_refused(administrator):
    given = {"kind": "letters_released", "subject": "News", "body": "{{ letters }}"}
    administrator.post(reverse("admin:records_messagetemplate_add"), given)
    answer = administrator.post(reverse("admin:records_messagetemplate_add"), given | {"subject": "Other"})
    assert answer.status_code == 200
    assert MessageTemplate.objects.get().subject == "News"


def test_whoever_is_no_administrator_gets_no_page(pair):
    for kind in (*KINDS, "messagetemplate"):
        answer = client_for(pair[0]).get(reverse(f"admin:records_{kind}_changelist"))
        assert answer.status_code in (302, 403, 404)
