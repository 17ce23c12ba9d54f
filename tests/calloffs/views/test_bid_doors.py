"""Before the recorded opening no door gives anyone else a bid, an intention or their number (R22-b)."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import Invitation
from calloffs.queries import bidding
from calloffs.services import bids, clarifications
from calloffs.urls import bidding as urls
from commissioning.people.roles import Role
from tests import factories as people
from tests.addresses import body, filled_in
from tests.calloffs import factories as f
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db

SECRETS = ("Marmalade", "quokka", "Zanzibar", "21.37", "Zebra plan")
NAME = "Xylophone Friends"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
OWN = sorted({str(route.name) for route in urls.urlpatterns} - {"invitations"})
WITH_MORE = {
    "bid-question": ["MS1"],
    "bid-file": ["MS1", 1],
    **{f"bid-file-{page}": ["MS1", 1] for page in ("about", "replace", "confidential")},
    "bid-standard-versions": ["INS"],
    "bid-standard-version": ["INS", 1],
    "bid-price-versions": ["HOUR"],
    "bid-price-version": ["HOUR", 1],
    "bid-versions": ["MS1"],
    "bid-version": ["MS1", 1],
    **{name: [1] for name in ("bid-receipt", "bid-receipt-json", "bid-receipt-pdf", "bid-sent")},
    "bid-sent-exact": [1, 1, "MS1"],
}


@pytest.fixture
def at(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def ground(at):
    made = f.ground(pool=2)
    f.member_of(made, NAME)
    return made


@pytest.fixture
def competition(ground):
    return f.published(ground)


@pytest.fixture
def ana(ground):
    return ground.writers[2]


@pytest.fixture
def bid(competition, ana):
    """The submitted bid of the provider called Xylophone Friends, with a file."""
    made = f.filled(competition, ana, price="21.37")
    upload = providers.pdf("Zebra plan.pdf")
    bids.add_file(bid=made, item="MS1", upload=upload, actor=ana, now=f.NOW)
    bids.submit(bid=made, actor=ana, now=f.NOW)
    return made


def strangers(ground):
    """Whoever sees most: each role that could, every role of the authority in one person, a rival, nobody."""
    roles = [role for role in Role if not role.startswith("provider")]
    return {
        "commissioner": ground.commissioner,
        "board chair": ground.chair,
        "auditor": people.person(ground.authority, Role.AUDITOR),
        "partner": ground.partner_commissioner,
        "administrator with every role": people.person(ground.authority, *roles, is_staff=True),
        "rival": ground.writers[0],
        "provider that was not invited": providers.bid_writer(),
        "nobody": None,
    }


def own_address(name, bid):
    return reverse(name, args=[bid.competition.reference, *WITH_MORE.get(name, [])])


def addresses(bid):
    """Return every address of the portal with whatever fits this bid filled in."""
    competition = bid.competition
    fitting = {
        "calloffs": competition.reference,
        "agreements": competition.calloff.agreement.reference,
        "papers": competition.calloff.current_paper().reference,
        "exercises": competition.exercise.reference,
        "schemes": competition.scheme.reference,
        "organisations": bid.organisation.reference,
    }
    fits = {"code": ["MS1"], "organisation": [bid.organisation.reference]}
    return filled_in(fitting, competition.round.reference, fits)


def test_the_bidders_own_people_alone_reach_its_addresses(bid, ground, ana):
    colleague = people.person(bid.organisation, Role.PROVIDER_EDITOR)
    for who in (ana, colleague):
        client = people.client_for(who)
        answers = {name: client.get(own_address(name, bid)).status_code for name in OWN}
        # Starting leads to the bid that is there.
        assert {name for name, status in answers.items() if status != 200} == {"bid-start"}
    for role, who in strangers(ground).items():
        client = people.client_for(who)
        for name in OWN:
            status = client.get(own_address(name, bid)).status_code
            if role == "nobody":
                allowed = {302}
            elif (role == "rival" and name.startswith(("bid-invitation", "bid-intention", "bid-ask"))) or (
                role == "rival" and name in {"bid-specification", "bid-start"}
            ):
                allowed = {200}
            else:
                # A rival that has no bid is led to its own start.
                allowed = {302} if role == "rival" and name == "bid" else {404}
            assert status in allowed, f"{role} at {name}: {status}"


def test_a_rival_does_not_reach_it_by_naming_its_provider(bid, ground):
    client = people.client_for(ground.writers[0])
    for name in OWN:
        place = [bid.competition.reference, bid.organisation.reference, *WITH_MORE.get(name, [])]
        assert client.get(reverse(name, args=place)).status_code == 404, name
        assert client.post(reverse(name, args=place), {"text": "Mine"}).status_code in {404, 405}, name


def test_a_post_of_anyone_else_changes_nothing(bid, ground):
    versions = bid.submission.versions.count()
    acts = ("bid-intention", "bid-ask", "bid-start", "bid-standards", "bid-prices", "bid-question")
    for role, who in strangers(ground).items():
        if role == "rival":
            continue
        client = people.client_for(who)
        for name in (*acts, "bid-submit", "bid-withdraw"):
            given = {"text": "Mine", "HOUR": "1", "question": "Why?", "intention": "will_not", "reason": "x"}
            response = client.post(own_address(name, bid), given)
            assert response.status_code in {401, 403, 404}, f"{role} at {name}: {response.status_code}"
    bid.refresh_from_db()
    assert (bid.state, bid.submission.versions.count()) == ("submitted", versions)
    assert not bid.competition.clarifications.exists()


def test_no_page_shows_anyone_else_a_word_or_who_bids(bid, ground):
    urls = addresses(bid)
    assert len(urls) > 150
    who_see_most = ("administrator with every role", "rival", "nobody")
    for role in who_see_most:
        client = people.client_for(strangers(ground)[role])
        for url in urls:
            shown = body(client.get(url))
            for secret in (*SECRETS, bid.reference):
                assert secret not in shown, f"{role} sees {secret} at {url}"


def test_the_bidder_itself_sees_it_all_at_the_same_addresses(bid, ana):
    client = people.client_for(ana)
    shown = "".join(body(client.get(url)) for url in addresses(bid) if "/calloffs/" in url)
    for secret in (*SECRETS, bid.reference):
        assert secret in shown


def test_pages_are_the_same_whether_and_however_many_bid(competition, ground):
    """A difference in any page would tell how many bid, or who intends to."""
    first, second = ground.writers[:2]
    watching = {role: who for role, who in strangers(ground).items() if role not in {"rival", "nobody"}}

    def shown():
        places = ["calloff", "competition", "bid-invitation"]
        paths = [reverse(name, args=[competition.reference]) for name in places]
        paths += ["/home/", reverse("invitations"), reverse("calloffs"), reverse("exercises")]
        paths.append(competition.exercise.get_absolute_url())
        return {
            (role, path): TOKEN.sub("", people.client_for(who).get(path).content.decode())
            for role, who in watching.items()
            for path in paths
        }

    before = shown()
    f.submitted(competition, first)
    bids.withdraw(bid=f.submitted(competition, second), actor=second, now=f.NOW)
    clarifications.respond(
        invitation=f.invitation(competition, ground.writers[2]),
        intention=Invitation.Intention.WILL_NOT,
        reason="Quite full.",
        actor=ground.writers[2],
        now=f.NOW,
    )
    assert shown() == before


def test_the_administration_shows_no_bid(bid, ground):
    client = people.client_for(strangers(ground)["administrator with every role"])
    for model, page in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"{start}_changelist"), reverse(f"{start}_changelist") + "?q=BID"]
        paths += [
            reverse(f"{start}_change", args=[pk])
            for pk in model._default_manager.values_list("pk", flat=True)
        ]
        for path in paths:
            shown = body(client.get(path))
            for secret in (*SECRETS, bid.reference):
                assert secret not in shown, f"{page} shows {secret} at {path}"


def test_a_get_changes_nothing(bid, ana):
    client = people.client_for(ana)
    before = bid.submission.versions.count(), bid.submission.files.count()
    for name in OWN:
        client.get(own_address(name, bid))
    bid.refresh_from_db()
    assert (bid.submission.versions.count(), bid.submission.files.count()) == before
    assert bid.state == "submitted"


class TestCost:
    def cost(self, client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    @pytest.mark.parametrize("path", ["/invitations/", "/home/"])
    def test_a_list_costs_the_same_with_three_rows_as_with_one(self, ground, ana, path):
        client = people.client_for(ana)

        def grow():
            f.submitted(f.published(ground), ana)
            f.started(f.published(ground), ana)

        grow()
        one = self.cost(client, path)
        grow()
        grow()
        assert self.cost(client, path) == one

    def test_a_bids_pages_cost_the_same_however_often_it_was_saved(self, competition, ana):
        client, bid = people.client_for(ana), f.filled(competition, ana)
        pages = [own_address(name, bid) for name in ("bid", "bid-submit", "bid-invitation", "bid-prices")]
        before = [self.cost(client, page) for page in pages]
        for number in range(4):
            bids.save(bid=bid, values={"MS1": f"Version {number}"}, actor=ana, now=f.NOW)
        assert [self.cost(client, page) for page in pages] == before


class TestWorklist:
    def said(self, user, now=f.NOW):
        return [(task.what.partition(":")[0], task.url) for task in bidding.worklist(user, now)]

    def test_goes_from_the_answer_to_the_submitted_bid(self, competition, ana):
        page = reverse("bid-invitation", args=[competition.reference])
        assert self.said(ana) == [("Say whether you will bid", page)]
        given = {"invitation": f.invitation(competition, ana), "reason": "", "actor": ana, "now": f.NOW}
        clarifications.respond(intention=Invitation.Intention.WILL_BID, **given)
        assert self.said(ana) == [("Write and submit your bid", page)]
        f.filled(competition, ana)
        bid_page = reverse("bid", args=[competition.reference])
        assert self.said(ana) == [("Finish and submit your bid", bid_page)]
        f.submitted(competition, ana)
        assert self.said(ana) == []

    def test_leaves_out_who_will_not_bid_and_what_is_over(self, competition, ana):
        assert self.said(ana, f.AFTER) == []
        given = {"invitation": f.invitation(competition, ana), "reason": "Full.", "actor": ana, "now": f.NOW}
        clarifications.respond(intention=Invitation.Intention.WILL_NOT, **given)
        assert self.said(ana) == []

    def test_is_the_invited_providers_alone(self, competition, ground):
        for one in (ground.lead, ground.commissioner, providers.bid_writer()):
            assert self.said(one) == []

    def test_the_outcome_is_waited_for_once_bids_have_closed(self, bid, ana, ground):
        assert bidding.waits(ana, f.NOW) == []
        (wait,) = bidding.waits(ana, f.AFTER)
        assert (wait.reference, wait.url) == (bid.reference, own_address("bid", bid))
        assert ground.authority.short_name in wait.whose
        assert bidding.waits(ground.writers[0], f.AFTER) == []
