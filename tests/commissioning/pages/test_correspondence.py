import pytest
from django.core import mail
from django.urls import reverse

from commissioning.audit.services import unit
from commissioning.people.models import Organisation
from commissioning.people.roles import Role
from commissioning.records import pdf, store
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters, outbox
from tests.commissioning.records import calloff_facts, facts
from tests.commissioning.records.factories import round_
from tests.commissioning.records.letter_factories import SENT, batch, message, rendered
from tests.factories import authority, client_for, member, person, provider
from tests.lots.factories import Setting, agreement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let rendering be instant: what PDFs hold is tested where they are made."""
    monkeypatch.setattr(pdf, "render", lambda letter: b"%PDF-1.7 " + letter.reference.encode())


@pytest.fixture
def setting() -> Setting:
    return agreement(reference="EIP-PDPS")


@pytest.fixture
def charity() -> Organisation:
    return provider("P3 Charity")


@pytest.fixture
def ana(charity):
    return person(charity, Role.PROVIDER_ADMIN, email="ana@p3.example")


@pytest.fixture
def stranger():
    return person(provider("Other Ltd"), Role.PROVIDER_ADMIN)


@pytest.fixture
def drafted(setting, charity, ana):
    return rendered(batch(charity, lead=setting.lead))


@pytest.fixture
def released(drafted, setting):
    second = person(setting.lead_authority, Role.LEAD)
    with unit():
        letters.release_batch(batch=drafted, actor=second, now=SENT)
    return drafted


def status(user, name, *args):
    return client_for(user).get(reverse(name, args=args)).status_code


def test_a_provider_reads_its_letter_with_its_hash(released, ana, charity):
    letter = released.letters.get()
    page = client_for(ana).get(reverse("correspondence", args=[charity.reference])).content.decode()
    assert letter.subject_line in page
    assert letter.sha256 in page
    assert "Outcomes of the first round: your letters are ready" in page


def test_the_pdf_is_an_attachment_of_the_kept_bytes(released, ana):
    letter = released.letters.get()
    answer = client_for(ana).get(reverse("letter-pdf", args=[letter.reference]))
    assert answer.content == b"%PDF-1.7 " + letter.reference.encode()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="admission-{letter.reference}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_changed_file_is_not_given_out(released, ana):
    letter = released.letters.get()
    store._place(letter.path).write_bytes(b"forged")
    answer = client_for(ana).get(reverse("letter-pdf", args=[letter.reference]))
    assert answer.status_code == 409
    assert b"forged" not in answer.content


@pytest.mark.parametrize("name", ["letter", "letter-pdf"])
def test_an_unreleased_letter_is_for_the_running_authoritys_leads_alone(
    drafted, setting, ana, stranger, name
):
    reference = drafted.letters.get().reference
    partner_lead = person(setting.partner, Role.LEAD)
    commissioner = person(setting.lead_authority, Role.COMMISSIONER)
    assert status(setting.lead, name, reference) == 200
    for other in (ana, stranger, partner_lead, commissioner, setting.chair, person(is_staff=True)):
        assert status(other, name, reference) == 404


@pytest.mark.parametrize("name", ["letter", "letter-pdf"])
def test_a_released_letter_is_for_its_provider_and_the_agreements_authorities(
    released, setting, ana, stranger, name
):
    reference = released.letters.get().reference
    evaluator = person(setting.lead_authority, Role.EVALUATOR)
    for reader in (ana, setting.lead, person(setting.partner, Role.COMMISSIONER)):
        assert status(reader, name, reference) == 200
    for other in (stranger, evaluator, person(authority(), Role.LEAD), person(is_staff=True)):
        assert status(other, name, reference) == 404


def test_nobody_signed_out_reads_a_letter(released):
    reference = released.letters.get().reference
    for name in ("letter", "letter-pdf"):
        answer = client_for().get(reverse(name, args=[reference]))
        assert answer.status_code != 200 or b"%PDF" not in answer.content
        assert released.letters.get().digest.encode() not in answer.content


def test_an_internal_record_never_reaches_the_provider(setting, charity, ana):
    with unit():
        record = letters.draft(
            facts=calloff_facts.award_record(),
            organisation=charity,
            about="CO-22222",
            chain="EIP-PDPS",
            actor=setting.lead,
            now=SENT,
        )
    letters.render(record.pk)
    Letter.objects.filter(pk=record.pk).update(released_at=SENT)
    assert status(ana, "letter-pdf", record.reference) == 404
    assert status(person(setting.partner, Role.DIRECTOR), "letter-pdf", record.reference) == 200


def test_a_letter_not_yet_rendered_says_so(setting, charity):
    letter = batch(charity, lead=setting.lead).letters.get()
    page = client_for(setting.lead).get(letter.get_absolute_url())
    assert b"The PDF is being made" in page.content
    answer = client_for(setting.lead).get(reverse("letter-pdf", args=[letter.reference]))
    assert answer.status_code == 409
    assert b"still being made into a PDF" in answer.content


def test_the_batch_shows_progress_and_what_stands_in_the_way(setting, charity, ana):
    made = batch(charity, charity, lead=setting.lead)
    letters.render(made.letters.all()[0].pk)
    page = client_for(setting.lead).get(made.get_absolute_url()).content.decode()
    assert "<strong>1 of 2</strong> letters ready" in page
    assert 'data-refresh="3"' in page
    assert "See how far they are now" in page
    assert "You drafted these letters: a second person must release them." in page
    assert "http-equiv" not in page


def test_the_batch_is_for_the_running_authoritys_leads(drafted, setting, ana):
    assert status(person(setting.lead_authority, Role.LEAD), "letter-batch", drafted.reference) == 200
    for other in (ana, setting.chair, person(setting.partner, Role.LEAD)):
        assert status(other, "letter-batch", drafted.reference) == 404


def test_a_failed_rendering_is_tried_again_from_its_page(setting, charity):
    letter = batch(charity, lead=setting.lead).letters.get()
    Letter.objects.update(attempts=letters.ATTEMPTS, problem="OSError: disk full")
    client = client_for(setting.lead)
    again = reverse("letter-render-again", args=[letter.reference])
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "disk full" in page
    assert again in page
    assert client.post(again).status_code == 302
    assert letters.render(letter.pk)


def test_a_failed_message_is_sent_again_by_a_lead_and_by_nobody_of_the_provider(setting, charity, ana):
    failed = message(organisation=charity, chain="EIP-PDPS")
    Message.objects.update(state="failed", problem="unknown address")
    again = reverse("message-send-again", args=[failed.reference])
    assert client_for(ana).post(again).status_code == 403
    assert status(ana, "message", failed.reference) == 200
    client = client_for(setting.lead)
    assert again in client.get(failed.get_absolute_url()).content.decode()
    assert client.get(again).status_code == 200
    failed.refresh_from_db()
    assert failed.state == "failed"
    assert client.post(again).status_code == 302
    assert outbox.deliver(failed.pk, now=SENT)
    assert len(mail.outbox) == 1


def test_a_sent_message_is_not_sent_again(setting, charity):
    sent = message(organisation=charity, chain="EIP-PDPS")
    outbox.deliver(sent.pk, now=SENT)
    answer = client_for(setting.lead).post(reverse("message-send-again", args=[sent.reference]))
    assert answer.status_code == 422
    assert b"only one that failed is sent again" in answer.content


def test_a_message_without_an_organisation_is_its_recipients_alone(setting, charity, ana):
    private = message(to=ana, chain="EIP-PDPS")
    assert status(ana, "message", private.reference) == 200
    colleague = person(charity, Role.PROVIDER_ADMIN)
    for other in (colleague, setting.lead):
        assert status(other, "message", private.reference) == 404


def test_somebody_of_two_providers_brings_no_message_from_one_to_the_other(charity, ana):
    other = provider("Rival Ltd")
    member(ana, other, Role.PROVIDER_EDITOR)
    rivals_colleague = person(other, Role.PROVIDER_ADMIN)
    about_charity = message(to=ana, organisation=charity, chain="EIP-PDPS")
    assert status(rivals_colleague, "message", about_charity.reference) == 404
    page = client_for(rivals_colleague).get(reverse("correspondence", args=[other.reference]))
    assert about_charity.subject not in page.content.decode()


def test_a_veiled_message_hides_its_bidder_from_the_authority_until_the_opening(setting, charity, ana):
    sealed = round_()
    veiled = message(organisation=charity, chain="EIP-PDPS", veil=sealed.reference)
    assert status(setting.lead, "message", veiled.reference) == 404
    assert status(setting.lead, "correspondence", charity.reference) == 404
    assert charity.name not in client_for(setting.lead).get(reverse("messages")).content.decode()
    assert status(ana, "message", veiled.reference) == 200
    sealed.opened_at = SENT
    sealed.save(update_fields=["opened_at"])
    assert status(setting.lead, "message", veiled.reference) == 200


def test_a_stranger_finds_no_correspondence(released, charity, stranger):
    assert status(stranger, "correspondence", charity.reference) == 404
    assert status(person(), "correspondence", charity.reference) == 404


def test_messages_lead_somebody_of_one_provider_to_its_correspondence(charity, ana):
    answer = client_for(ana).get(reverse("messages"))
    assert answer["Location"] == reverse("correspondence", args=[charity.reference])


def test_lists_are_filtered_by_words_and_state(released, setting, charity):
    client = client_for(setting.lead)
    assert charity.name in client.get(reverse("letters"), {"words": "P3"}).content.decode()
    assert "Nothing matches" in client.get(reverse("letters"), {"words": "zebra"}).content.decode()
    assert "Nothing matches" in client.get(reverse("messages"), {"state": "failed"}).content.decode()


@pytest.mark.parametrize("name", ["letters", "messages"])
def test_a_list_costs_as_much_with_three_rows_as_with_one(
    setting, name, django_assert_max_num_queries, ana, charity
):
    def cost() -> int:
        client = client_for(setting.lead)
        with django_assert_max_num_queries(40) as counted:
            assert client.get(reverse(name)).status_code == 200
        return len(counted)

    batch(charity, lead=setting.lead)
    message(key="1", organisation=charity, chain="EIP-PDPS")
    once = cost()
    for number in range(2):
        batch(provider(), lead=setting.lead)
        message(key=f"more {number}", organisation=provider(), chain="EIP-PDPS")
    assert cost() == once


def test_a_letter_on_paper_is_checked_by_anyone(released):
    letter = released.letters.get()
    spaced = " ".join(letter.digest[index : index + 8] for index in range(0, 64, 8)).upper()
    given = {"reference": letter.reference.lower(), "fingerprint": spaced}
    page = client_for().post(reverse("verify-letter"), given).content.decode()
    assert f"{letter.reference} is a genuine letter" in page
    assert letter.sha256 in page


@pytest.mark.parametrize("fingerprint", ["0" * 64, "x"])
def test_a_letter_with_another_fingerprint_is_not_known(released, fingerprint):
    letter = released.letters.get()
    given = {"reference": letter.reference, "fingerprint": fingerprint}
    page = client_for().post(reverse("verify-letter"), given).content.decode()
    assert "No such letter was sent" in page
    assert letter.organisation.name not in page


def test_an_unreleased_letter_is_not_confirmed_to_anyone(drafted):
    letter = drafted.letters.get()
    given = {"reference": letter.reference, "fingerprint": letter.digest}
    page = client_for().post(reverse("verify-letter"), given).content.decode()
    assert "No such letter was sent" in page


def test_an_empty_check_names_both_fields():
    answer = client_for().post(reverse("verify-letter"), {})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Enter the letter&#x27;s reference" in page
    assert "Enter the fingerprint" in page


def test_the_address_on_a_letter_leads_to_the_check():
    letter = Letter(kind="admission", reference="LET-22222", facts=letters.frozen(facts.admission()))
    assert reverse("verify-letter") in pdf.html(letter)
