"""The list of call-offs and a call-off's file: who sees what, where it stands, what blocks the next stage."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calloffs.models import CallOff
from calloffs.queries import calloffs as queries
from calloffs.queries import stages
from calloffs.services import calloffs as services
from commissioning.board.services import papers
from commissioning.people.roles import Role
from tests.calloffs import factories as f
from tests.factories import NOW, authority, client_for, person
from tests.pages import get

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW)


def page(calloff, user, **given):
    return get(user, calloff.get_absolute_url(), **given)


def reasons(calloff, user):
    fresh = queries.full(user).get(pk=calloff.pk)
    return [(one.text, one.link) for one in stages.blockers(fresh, user, NOW)]


# ---------------------------------------------------------------- the list


def test_a_partner_sees_a_draft_from_the_first_day_and_a_stranger_sees_nothing():
    of = f.ground(pool=0)
    calloff = f.draft(of, title="Handyperson service")
    shown = get(of.partner_commissioner, reverse("calloffs"))
    assert calloff.get_absolute_url() in shown
    assert "Draft" in shown
    assert "£300,000" in shown
    stranger = person(authority(), Role.COMMISSIONER)
    assert "Handyperson service" not in get(stranger, reverse("calloffs"))
    get(stranger, calloff.get_absolute_url(), status=404)
    assert client_for().get(calloff.get_absolute_url()).status_code == 302


def test_the_list_is_filtered_by_agreement_lot_state_and_authority():
    of, other = f.ground(pool=0), f.ground(pool=0)
    one, _ = f.draft(of, title="First need"), f.draft(other, title="Need elsewhere")
    f.tabled(of, title="Second need")

    def shown(**given):
        found = get(of.commissioner, reverse("calloffs"), **given)
        return {title for title in ("First need", "Second need", "Need elsewhere") if title in found}

    assert shown() == {"First need", "Second need"}
    assert shown(state="draft") == {"First need"}
    assert shown(agreement=of.agreement.reference) == {"First need", "Second need"}
    assert shown(lot=of.inactive_lot.pk) == set()
    assert shown(lot=of.lot.pk, state="with_board") == {"Second need"}
    assert shown(authority=of.partner.reference) == set()
    assert shown(authority=one.authority.reference) == {"First need", "Second need"}


def test_only_who_may_draft_is_offered_to():
    of = f.ground(pool=0)
    url = reverse("calloff-new", args=[of.agreement.reference])
    assert url in get(of.commissioner, reverse("calloffs"))
    assert url in get(of.partner_commissioner, reverse("calloffs"))
    assert url not in get(of.director, reverse("calloffs"))


def test_neither_the_list_nor_the_file_costs_more_with_more_rows():
    of = f.ground(pool=1)

    def cost(url):
        client = client_for(of.lead)
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    calloff = f.approved(of)
    one = cost(reverse("calloffs")), cost(calloff.get_absolute_url())
    f.approved(of)
    f.tabled(of)
    assert (cost(reverse("calloffs")), cost(calloff.get_absolute_url())) == one


def test_the_list_is_shown_fifty_at_a_time():
    of = f.ground(pool=0)
    rows = [
        CallOff(
            reference=f"CO-{number:05}",
            agreement=of.agreement,
            lot=of.lot,
            authority=of.authority,
            state="draft",
            state_since=NOW,
            created_at=NOW,
            created_by=of.commissioner,
            **f.facts(),
        )
        for number in range(51)
    ]
    CallOff.objects.bulk_create(rows)
    assert get(of.commissioner, reverse("calloffs")).count('<th scope="row"') == 50
    assert get(of.commissioner, reverse("calloffs"), page=2).count('<th scope="row"') == 1


# ---------------------------------------------------------------- the states in words


def test_an_approval_says_with_how_many_conditions_of_the_latest_paper():
    of = f.ground()
    calloff = f.approved(of)
    assert "Approved, with" not in page(calloff, of.lead)
    services.revise(calloff=calloff, actor=of.commissioner, now=NOW)
    paper = services.put_to_board(
        calloff=calloff, decide_by=date(2027, 1, 20), actor=of.commissioner, now=NOW
    )
    for one in (of.chair, of.member):
        f.act(paper, one)
    for number in (1, 2):
        papers.set_condition(
            paper=paper,
            text=f"Agree point {number}.",
            cures="",
            owner=of.partner,
            due_on=date(2027, 2, 1),
            actor=of.chair,
            now=NOW,
        )
    services.close_vote(paper=paper, note="", actor=of.chair, now=NOW)
    assert "Approved, with 2 conditions" in page(calloff, of.lead)
    assert "Approved, with 2 conditions" in get(of.lead, reverse("calloffs"))


def test_once_the_contract_is_issued_it_waits_for_its_signatures():
    of = f.ground()
    contract = f.issued(of)
    shown = page(contract.calloff, of.commissioner)
    assert "Contract to be signed" in shown
    assert "Standstill ended with Thursday 11 March 2027." in shown
    assert shown.index("Go to the contract") < shown.index("Sections of this call-off")


def test_standstill_is_shown_with_its_last_day():
    of = f.ground()
    calloff = f.released(of).calloff
    assert "Standstill until Thursday 11 March 2027" in page(calloff, of.commissioner)
    assert "Standstill until Thursday 11 March 2027" in get(of.commissioner, reverse("calloffs"))


# ---------------------------------------------------------------- the sections


def test_each_section_shows_its_own_state_and_what_is_not_there_is_absent():
    of = f.ground()
    calloff = f.draft(of, specification=False, joint=False, tupe="", case_pool="")
    shown = page(calloff, of.commissioner)
    rail = shown[
        shown.index("Sections of this call-off") : shown.index("</nav>", shown.index("Sections of this"))
    ]
    for words in ("Need", "Specification", "Missing", "3 of 4", "3 can be invited", "TUPE"):
        assert words in rail
    for words in ("Competition", "Award", "Contract", "Governance", "Papers", "Record"):
        assert words not in rail
    assert "People who had a stroke need help at home." in shown


def test_a_signed_contract_leaves_every_section_with_its_link():
    of = f.ground()
    contract = f.in_force(of)
    shown = page(contract.calloff, of.lead)
    for url in (
        contract.get_absolute_url(),
        reverse("award", args=[contract.calloff.reference]),
        reverse("competition", args=[contract.calloff.reference]),
        reverse("record", args=[contract.calloff.reference]),
        contract.calloff.current_paper().get_absolute_url(),
    ):
        assert f'href="{url}"' in shown
    assert "2 of 2 in" in shown


def test_the_board_and_the_panels_are_not_led_to_the_award():
    of = f.ground()
    award = f.recommended(of)
    url = reverse("award", args=[award.reference])
    assert f'href="{url}"' in page(award.calloff, of.director)
    for user in (of.member, person(of.partner, Role.EVALUATOR)):
        shown = page(award.calloff, user)
        assert f'href="{url}"' not in shown
        assert of.providers[0].name not in shown


def test_while_bids_are_sealed_the_file_says_nothing_of_who_bids():
    of = f.ground()
    competition = f.closed(of)
    for user in (of.lead, of.commissioner, of.member):
        shown = page(competition.calloff, user)
        assert not [one.name for one in of.providers if one.name in shown]
        assert not re.search(r"\d+ (bid|bidder|provider)s? (bid|sent|submitted)", shown)


def test_what_cannot_be_done_says_why():
    of = f.ground(pool=0)
    calloff = f.draft(of, specification=False)
    shown = page(calloff, of.commissioner)
    assert "Missing: the specification." in shown
    assert "Do first what stands above." in shown
    assert "Your role does not allow you to abandon it." in shown
    assert reverse("calloff-table", args=[calloff.reference]) not in shown
    assert reverse("calloff-abandon", args=[calloff.reference]) in page(calloff, of.lead)


def test_only_who_may_change_a_draft_is_led_to_its_forms():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    names = ("change", "preparation", "case", "shares", "specification")
    urls = [reverse(f"calloff-{name}", args=[calloff.reference]) for name in names]
    shown = page(calloff, of.commissioner)
    assert all(f'href="{url}"' in shown for url in urls)
    shown = page(calloff, of.partner_commissioner)
    assert not any(f'href="{url}"' in shown for url in urls)
    services.put_to_board(calloff=calloff, decide_by=date(2027, 1, 20), actor=of.commissioner, now=NOW)
    shown = page(calloff, of.commissioner)
    assert not any(f'href="{url}"' in shown for url in urls)
    assert "The board is to decide by" in shown


def test_a_term_past_the_agreements_end_is_warned_of_and_not_refused():
    of = f.ground(pool=0)
    within = f.draft(of)
    assert "past the end of" not in page(within, of.commissioner)
    ends = of.agreement.ends_on
    services.change(
        calloff=within, facts={"ends_on": ends, "option_months": 0}, actor=of.commissioner, now=NOW
    )
    assert "past the end of" not in page(within, of.commissioner)
    services.change(calloff=within, facts={"option_months": 1}, actor=of.commissioner, now=NOW)
    assert f"past the end of {of.agreement.reference}" in page(within, of.commissioner)


def test_the_regimes_own_last_day_is_warned_of():
    of = f.ground(pool=0)
    calloff = f.draft(of, ends_on=date(2029, 2, 23), option_months=0)
    assert "statutory dynamic" not in page(calloff, of.commissioner)
    services.change(calloff=calloff, facts={"ends_on": date(2029, 2, 24)}, actor=of.commissioner, now=NOW)
    assert "statutory dynamic" in page(calloff, of.commissioner)


def test_the_specification_is_given_out_as_an_attachment_to_who_sees_the_call_off():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    url = reverse("calloff-specification-file", args=[calloff.reference])
    response = client_for(of.member).get(url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    get(of.writers[0] if of.writers else person(authority(), Role.COMMISSIONER), url, status=404)
    bare = f.draft(of, specification=False)
    get(of.commissioner, reverse("calloff-specification-file", args=[bare.reference]), status=404)


# ---------------------------------------------------------------- what blocks the next stage


def test_each_thing_missing_leads_to_the_page_that_mends_it():
    of = f.ground(pool=0)
    calloff = f.draft(of, specification=False, tupe="", case_fit="")
    here = [calloff.reference]
    assert reasons(calloff, of.commissioner) == [
        ("Missing: the specification.", reverse("calloff-specification", args=here)),
        ("Missing: the case for the fit to the lot.", reverse("calloff-case", args=here)),
        ("Missing: the TUPE position.", reverse("calloff-preparation", args=here)),
    ]
    name = of.authority.short_name
    assert reasons(calloff, of.partner_commissioner)[0] == (
        f"Missing: the specification. It is for {name}.",
        None,
    )


def test_shares_that_no_longer_total_the_value_block_the_board():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    facts = {"value": Decimal("310000.00")}
    services.change(calloff=calloff, facts=facts, actor=of.commissioner, now=NOW)
    assert reasons(calloff, of.commissioner) == [
        (
            "The shares total £300,000; they must total the value, £310,000.",
            reverse("calloff-shares", args=[calloff.reference]),
        )
    ]


def test_nothing_blocks_a_complete_draft():
    of = f.ground(pool=0)
    assert reasons(f.draft(of), of.commissioner) == []


def test_with_the_board_it_says_who_has_not_voted():
    of = f.ground()
    paper = f.tabled(of)
    f.act(paper, of.chair)
    (voting, waiting) = reasons(f.calloff_of(paper), of.commissioner)
    assert voting == (f"Not voted yet: {of.partner.short_name}.", paper.get_absolute_url())
    assert waiting[0].startswith("All four tests must be answered")


def test_after_a_refusal_it_is_changed_or_abandoned():
    of = f.ground()
    paper = f.tabled(of)
    for one in (of.chair, of.member):
        f.act(paper, one, vote="against")
    calloff = services.close_vote(paper=paper, note="Not now.", actor=of.chair, now=NOW)
    ((_, link),) = reasons(calloff, of.commissioner)
    assert link == reverse("calloff-revise", args=[calloff.reference])
    assert "Not now." in page(calloff, of.commissioner)


def test_an_open_condition_leads_to_where_it_is_recorded_as_met():
    of = f.ground()
    paper = f.tabled(of)
    for one in (of.chair, of.member):
        f.act(paper, one)
    condition = papers.set_condition(
        paper=paper,
        text="Agree the route.",
        cures="",
        owner=of.partner,
        due_on=date(2027, 2, 1),
        actor=of.chair,
        now=NOW,
    )
    calloff = services.close_vote(paper=paper, note="", actor=of.chair, now=NOW)
    f.scheme(of)
    link = reverse("condition-met", args=[paper.reference, condition.pk])
    ((text, found),) = reasons(calloff, of.commissioner)
    assert found == link
    assert "Agree the route." in text
    ((text, found),) = reasons(calloff, of.partner_commissioner)
    assert found is None
    assert of.authority.short_name in text
    papers.meet_condition(condition=condition, evidence="Agreed.", actor=of.commissioner, now=NOW)
    assert reasons(calloff, of.commissioner) == []


def test_a_missing_scheme_and_an_empty_pool_block_the_invitation():
    of = f.ground(pool=0)
    calloff = f.approved(of)
    scheme, pool = reasons(calloff, of.lead)
    assert scheme[1] == reverse("scheme-new", args=[of.agreement.reference])
    assert pool[0] == f"{of.lot} has no member in its pool who could be invited."
    assert reasons(calloff, of.commissioner)[0][1] is None


def test_governance_of_a_changed_call_off_must_be_recorded_again():
    of = f.ground()
    calloff = f.published(of).calloff
    f.govern(of, calloff)
    assert reasons(calloff, of.commissioner) == []
    CallOff.objects.filter(pk=calloff.pk).update(title="Another title")
    link = reverse("calloff-governance", args=[calloff.reference])
    own, partner = reasons(calloff, of.commissioner)
    assert "must record it again" in own[0]
    assert own[1] == link
    assert partner[1] is None
    assert "Must be recorded again" in page(calloff, of.commissioner)


def test_the_stage_line_stands_where_the_call_off_does():
    of = f.ground()
    line = stages.stages(f.approved(of))
    assert [one["place"] for one in line] == ["done", "done", "now", *["next"] * 5]


@pytest.mark.parametrize("state", ["abandoned", "no_award"])
def test_nothing_is_still_to_come_of_a_call_off_that_has_ended(state):
    of = f.ground()
    calloff = f.published(of).calloff
    CallOff.objects.filter(pk=calloff.pk).update(state=state)
    calloff.refresh_from_db()
    assert stages.stages(calloff) == []
    assert "still to come" not in page(calloff, of.commissioner)


@pytest.mark.parametrize(
    ("state", "title"), [("approved", "cannot be done yet"), ("standstill", "cannot be done<")]
)
def test_what_is_past_changing_says_so(state, title):
    of = f.ground()
    calloff = f.approved(of)
    CallOff.objects.filter(pk=calloff.pk).update(state=state)
    shown = client_for(of.commissioner).get(f"{calloff.get_absolute_url()}change/").content.decode()
    assert f"This {title}" in shown
    assert ("Mend this" in shown) is (state == "approved")
