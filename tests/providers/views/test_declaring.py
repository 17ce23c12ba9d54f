"""Declaring on the profile, and confirming again in an application."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from commissioning.regimes.exclusions import LAWS
from lots.models import MinimumStandard, Scheme
from providers.models import Declaration
from providers.queries import declarations as queries
from tests import factories as people
from tests.lots.pages import filled
from tests.pages import boxes, get, post
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
LONG_AGO = f.NOW - timedelta(days=72)  # 3 November 2026


@pytest.fixture
def ana(time_machine):
    time_machine.move_to(LONG_AGO, tick=False)
    return f.bid_writer()


def page(ana, law="pcr"):
    return reverse("profile-declare", args=[f.provider_of(ana).reference, law])


def test_a_provider_declares_under_a_law_and_sees_since_when_it_stands(ana):
    shown = get(ana, page(ana))
    assert "In the last 5 years" in shown
    assert "In the last 3 years" in shown
    typed = {"met_M-FRAUD": "no", "M-FRAUD": "We repaid it.", **boxes("on_M-FRAUD", date(2024, 5, 3))}
    profile = post(ana, page(ana), **typed, **{"met_M-BRIBERY": "yes"})
    assert "2 of 20 declared, last confirmed 3 November 2026" in get(ana, profile)
    again = get(ana, page(ana))
    assert "We repaid it." in again
    assert 'value="2024"' in again


def test_a_ground_without_its_day_is_refused_beside_its_box_with_the_words_kept(ana):
    shown = post(ana, page(ana), 422, **{"met_M-FRAUD": "no", "M-FRAUD": "We repaid it."})
    assert 'href="#id_on_M-FRAUD_0"' in shown
    assert "Enter the day of the conviction or event for “Fraud”" in shown
    assert "We repaid it." in shown
    assert not Declaration.objects.exists()


def test_an_event_older_than_its_look_back_is_taken_and_said_to_count_no_longer(ana):
    assert "It counts for 5 years from that day." in get(ana, page(ana))
    answer = {"met_M-FRAUD": "no", "M-FRAUD": "We repaid it."}
    told = "“Fraud”: It happened on 14 January {}; the 5 years in which it counts ended on 14 January {}."
    recent = post_and_follow(ana, page(ana), **answer, **boxes("on_M-FRAUD", date(2022, 1, 14)))
    assert "1 declaration confirmed." in recent
    assert "in which it counts ended" not in recent
    older = {**answer, "version_M-FRAUD": "1", **boxes("on_M-FRAUD", date(2015, 1, 14))}
    old = post_and_follow(ana, page(ana), **older)
    assert told.format(2015, 2020) in old
    assert "Check the day, and whether the statement is true." in old


def post_and_follow(user, url, **typed):
    return people.client_for(user).post(url, typed, follow=True).content.decode()


def test_a_declaration_that_lacks_its_words_names_the_box(ana):
    shown = post(ana, page(ana, "pa23"), 422, met_DATA="yes")
    assert "Fill in “Your registration number with the Information Commissioner” for “Personal data”" in shown
    shown = post(ana, page(ana, "pa23"), 422, met_DATA="no")
    assert "Say why, and what you will do, for “Personal data”" in shown


def test_there_is_no_page_for_a_law_that_there_is_not(ana):
    get(ana, page(ana, "roman"), 404)


def test_what_the_act_asks_serves_health_care_too(ana):
    post(ana, page(ana, "pa23"), **{"met_M-FRAUD": "yes"})
    shown = get(ana, reverse("profile", args=[f.provider_of(ana).reference]))
    assert shown.count("1 of 20 declared") == 2


def test_a_lead_writes_a_ground_with_its_look_back_into_a_draft_scheme(ana):
    agreement = f.agreement(lots=1)
    scheme = Scheme.objects.create(
        agreement=agreement,
        kind="common",
        title="Common part",
        created_at=f.OPENS,
        state="draft",
        state_since=f.OPENS,
    )
    post(
        f.lead_of(agreement),
        reverse("standard-add", args=[scheme.reference]),
        code="D-SPAM",
        title="Unwanted mail",
        text="In the last 2 years we have sent none.",
        ground="discretionary",
        look_back_years="2",
    )
    made = MinimumStandard.objects.get(code="D-SPAM")
    assert (made.ground, made.look_back_years) == ("discretionary", 2)
    client = people.client_for(f.lead_of(agreement))
    assert "for 2 years after the event" in client.get(scheme.get_absolute_url()).content.decode()


@pytest.fixture
def both(ana):
    """Two people of one provider, each with the page open, drawn before the other declared anything new."""
    post(ana, page(ana), **{"met_M-FRAUD": "yes", "met_M-BRIBERY": "yes"})
    return ana, f.bid_writer(f.provider_of(ana))


GROUND = {"met_M-FRAUD": "no", "M-FRAUD": "We repaid it.", **boxes("on_M-FRAUD", date(2024, 5, 3))}


def drawn(user, url):
    return filled(people.client_for(user).get(url))


def declared(user):
    provider, asked = f.provider_of(user), queries.of_law(LAWS["pcr"])
    return queries.read(queries.kept(provider, asked), asked, actor=user, now=f.NOW)


def test_a_ground_that_a_colleague_declared_meanwhile_does_not_vanish_unseen(both):
    ana, ben = both
    mine = drawn(ben, page(ana))
    post(ana, page(ana), **drawn(ana, page(ana)) | GROUND)

    client = people.client_for(ben)
    refused = client.post(page(ana), mine)
    shown, form = refused.content.decode(), refused.context["form"]
    assert refused.status_code == 422
    assert f"{ana.name} declared “No. Happened on 3 May 2024" in shown
    assert "We repaid it.” for “Fraud” on Tuesday 3 November 2026" in shown
    assert "when you opened the page it was “Yes”." in shown
    assert "confirm again to put yours in its place" in shown
    assert list(form.errors) == ["met_M-FRAUD"]
    assert form["met_M-FRAUD"].value() == "yes"
    assert declared(ana)["M-FRAUD"].is_met is False

    assert client.post(page(ana), filled(refused)).status_code == 302
    assert declared(ana)["M-FRAUD"].is_met is True


def test_what_a_colleague_only_confirmed_again_is_in_nobodys_way(both):
    ana, ben = both
    mine = drawn(ben, page(ana))
    post(ana, page(ana), **drawn(ana, page(ana)))
    post(ben, page(ana), **mine | GROUND)
    assert declared(ana)["M-FRAUD"].is_met is False


def test_the_same_from_both_and_what_the_second_left_open_are_no_quarrel(both):
    ana, ben = both
    mine = drawn(ben, page(ana))
    post(ana, page(ana), **drawn(ana, page(ana)) | GROUND | {"met_M-TERROR": "yes"})
    post(ben, page(ana), **mine | GROUND)
    assert declared(ana)["M-FRAUD"].is_met is False


def test_what_was_declared_where_nothing_stood_is_told_too(both):
    ana, ben = both
    mine = drawn(ben, page(ana))
    post(ana, page(ana), **drawn(ana, page(ana)) | {"met_INS": "yes", "INS": "Zanzibar Mutual"})
    shown = post(ben, page(ana), 422, **mine | {"met_INS": "no", "INS": "None."})
    assert f"{ana.name} declared “Yes. Zanzibar Mutual”" in shown
    assert "when you opened the page it had no answer." in shown
