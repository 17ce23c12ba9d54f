"""Missing documents on the pages: marked by the lead, asked for at once, sent by the provider, decided."""

from datetime import timedelta

import pytest

from evaluation.models import MissingEvidence, SuppliedEvidence
from tests.evaluation import factories as f
from tests.evaluation.pages import denied, done, main, read, refused, send
from tests.evaluation.services.test_evidence import DUE, WHAT, asked, missing, writer
from tests.evaluation.views.test_standards import decisions, standard_url
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


def due(at):
    return {
        "due_at_day": str(at.day),
        "due_at_month": str(at.month),
        "due_at_year": str(at.year),
        "due_at_time": f"{at:%H:%M}",
    }


def insurance(found):
    return next(row.pk for row in found.fresh().standards() if row.code == "INS")


def test_the_lead_marks_looks_at_all_and_asks_at_once():
    found = f.case("scoring")
    client, pk = f.client(found.lead), insurance(found)
    typed = decisions(found) | {f"met_{pk}": "missing", f"reason_{pk}": ""}
    refused(send(client, standard_url(found, 0), **typed), "Say which document is missing")
    send(client, standard_url(found, 0), **(typed | {f"reason_{pk}": WHAT}))
    page = main(read(client, found.url("standards/")))
    assert "Insurance: document to be asked for" in page
    assert "Look at every bidder first" in page
    assert "neither decided nor marked" in read(client, found.url("missing-documents/"))
    assert WHAT in read(client, standard_url(found, 0))
    send(client, standard_url(found, 1), **decisions(found))
    page = main(read(client, found.url("missing-documents/")))
    assert f"<strong>{found.assessment(0).organisation.name}</strong>, Insurance: {WHAT}" in page
    assert f"Everybody who writes for {found.assessment(0).organisation.name}, by e-mail" in page
    response = send(client, found.url("missing-documents/"), **due(DUE))
    page = done(response, client, found.url("standards/"), "All of them have been asked.")
    assert "Insurance: document asked for" in page
    assert "Nothing has been sent." in read(client, standard_url(found, 0))
    assert "A document is missing: to be asked for" not in read(client, standard_url(found, 1))
    page = main(read(client, found.url("missing-documents/")))
    assert "Nobody is given a second chance" in page
    assert "Tuesday 26 January 2027" in page
    assert "Nothing has been sent." in page
    assert "will be asked for" not in page


def test_the_provider_sends_it_and_the_lead_reads_it_beside_the_declaration():
    found = asked(0)
    one = missing(found, 0)
    own = f.client(writer(found, 0))
    page = read(own, one.get_absolute_url())
    assert WHAT in page
    assert "Tuesday 26 January 2027" in page
    assert "(optional)" not in page
    refused(send(own, one.get_absolute_url(), words=""), "Choose a file")
    response = own.post(one.get_absolute_url(), {"file": providers.pdf("cover.pdf"), "words": "Number 7"})
    page = done(response, own, one.get_absolute_url(), "Received")
    assert "cover.pdf" in page
    lead = f.client(found.lead)
    assert "Sent: read it and decide" in read(lead, found.url("missing-documents/"))
    page = read(lead, standard_url(found))
    assert "cover.pdf" in page
    assert "Number 7" in page
    own.post(one.get_absolute_url(), {"words": "And the register."})
    own.post(one.get_absolute_url(), {"file": providers.pdf("second.pdf"), "words": ""})
    # No row of a table is counted in an address, but what was sent here.
    url = f"{one.get_absolute_url()}3/"
    assert url in read(lead, standard_url(found))
    assert own.get(f"{one.get_absolute_url()}2/").status_code == 404
    assert own.get(f"{one.get_absolute_url()}0/").status_code == 404
    for client in (own, lead):
        response = client.get(url)
        assert response.status_code == 200
        assert "attachment" in response.headers["Content-Disposition"]
    assert own.get(f"{one.get_absolute_url()}99/").status_code == 404
    pk = insurance(found)
    response = send(lead, standard_url(found), **(decisions(found) | {f"reason_{pk}": "It is here."}))
    assert response.status_code == 302
    assert "decided" not in main(read(own, one.get_absolute_url()))


def test_after_the_deadline_the_page_says_so_and_takes_nothing(time_machine):
    found = asked(0)
    user = writer(found, 0)
    time_machine.move_to(DUE + timedelta(seconds=1), tick=False)
    own, url = f.client(user), missing(found, 0).get_absolute_url()
    page = main(read(own, url))
    assert "Nothing more can be sent" in page
    assert "It was the same for everybody." in page
    # Who only looks has sent nothing.
    assert "was received" not in page
    refused(own.post(url, {"words": "Late."}), "and was received")
    assert not SuppliedEvidence.objects.exists()


def test_another_provider_finds_nothing_and_the_lead_may_not_send():
    found = asked(0)
    url = missing(found, 0).get_absolute_url()
    for user in (writer(found, 1), found.lay, found.moderator):
        assert f.client(user).get(url).status_code == 404
        assert f.client(user).get(f"{url}1/").status_code == 404
        assert f.client(user).post(url, {"words": "x"}).status_code == 404
    denied(f.client(found.lead).get(url), "Your role does not allow you to send a missing document")
    assert not SuppliedEvidence.objects.exists()


def test_what_is_marked_and_not_asked_for_is_no_providers_to_see():
    found = f.case("scoring")
    pk = insurance(found)
    typed = decisions(found) | {f"met_{pk}": "missing", f"reason_{pk}": WHAT}
    send(f.client(found.lead), standard_url(found, 0), **typed)
    url = MissingEvidence.objects.get().get_absolute_url()
    assert f.client(writer(found, 0)).get(url).status_code == 404
