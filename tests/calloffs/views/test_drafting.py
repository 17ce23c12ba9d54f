"""Drafting, changing, sharing out, the specification and each authority's decision, through their pages."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from calloffs.models import CallOff, Governance
from calloffs.services import calloffs as services
from commissioning.people.roles import Role
from lots.services import authorities
from tests.calloffs import factories as f
from tests.factories import NOW, authority, member, person
from tests.pages import boxes, get, post
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW)


def typed(of: f.Ground, **given: Any) -> dict[str, Any]:
    """Return what a commissioner types to begin a call-off."""
    facts = f.facts()
    return {
        "lot": of.lot.pk,
        "authority": of.authority.pk,
        **{name: facts[name] for name in ("title", "need", "option_months", "funding", "contract_form")},
        "value": "£300,000",
        **boxes("starts_on", date(2027, 6, 1)),
        **boxes("ends_on", date(2029, 5, 31)),
        **given,
    }


def new(of):
    return reverse("calloff-new", args=[of.agreement.reference])


def at(name, calloff):
    return reverse(f"calloff-{name}", args=[calloff.reference])


# ---------------------------------------------------------------- drafting


def test_a_commissioner_drafts_a_call_off_under_a_lot():
    of = f.ground(pool=0)
    where = post(of.commissioner, new(of), **typed(of, title="Stroke support"))
    calloff = CallOff.objects.get()
    assert where == calloff.get_absolute_url()
    assert (calloff.title, calloff.lot, calloff.authority) == ("Stroke support", of.lot, of.authority)
    assert (calloff.value, calloff.starts_on) == (Decimal("300000.00"), date(2027, 6, 1))
    assert (calloff.state, calloff.created_by) == ("draft", of.commissioner)
    assert [share.amount for share in calloff.shares.all()] == [Decimal("300000.00")]


def test_a_lot_that_is_not_activated_says_so_before_typing_and_refuses_with_its_reason():
    of = f.ground(pool=0)
    reason = f"{of.inactive_lot} is established but not activated"
    assert reason in get(of.commissioner, new(of))
    shown = post(of.commissioner, new(of), 422, **typed(of, lot=of.inactive_lot.pk, title="Kept title"))
    assert shown.count(reason) == 3  # the summary, beside the field, and as it stood before
    assert 'value="Kept title"' in shown
    assert not CallOff.objects.exists()


def test_what_is_missing_or_impossible_names_the_field_and_keeps_what_was_typed():
    of = f.ground(pool=0)
    shown = post(of.commissioner, new(of), 422, **typed(of, title="", value="much", need="We need it."))
    assert "Enter the title" in shown
    assert "The value over the whole life must be an amount in pounds" in shown
    assert "We need it." in shown
    given = typed(of, value="0", **boxes("starts_on", date(2027, 1, 11)))
    shown = post(of.commissioner, new(of), 422, **given)
    assert "The value must be more than £0." in shown
    assert "The start must lie in the future" in shown
    assert not CallOff.objects.exists()


def test_one_drafts_only_for_ones_own_authority_and_a_stranger_finds_nothing():
    of = f.ground(pool=0)
    shown = post(of.commissioner, new(of), 422, **typed(of, authority=of.partner.pk))
    assert "Select the lead authority from the list" in shown
    where = post(of.partner_commissioner, new(of), **typed(of, authority=of.partner.pk))
    assert where == CallOff.objects.get(authority=of.partner).get_absolute_url()
    assert "Your role does not allow you to draft call-offs." in get(of.director, new(of), 403)
    get(person(authority(), Role.COMMISSIONER), new(of), 404)


def test_an_agreement_that_has_ended_says_so_instead_of_the_form(time_machine):
    of = f.ground(pool=0)
    time_machine.move_to(NOW.replace(year=2032))
    shown = get(of.commissioner, new(of))
    assert f"{of.agreement.reference} ended on" in shown
    assert 'name="title"' not in shown


# ---------------------------------------------------------------- changing


def test_a_draft_is_changed_part_by_part():
    of = f.ground(pool=0)
    calloff = f.draft(of, joint=False)
    given = typed(of, title="New title", value="250000.50")
    assert post(of.commissioner, at("change", calloff), **given) == calloff.get_absolute_url()
    post(
        of.commissioner, at("preparation", calloff), tupe="Nobody.", coproduction="A", impact_assessments="B"
    )
    post(
        of.commissioner,
        at("case", calloff),
        case_integrated="I",
        case_duplication="D",
        case_fit="F",
        case_pool="P",
    )
    calloff.refresh_from_db()
    assert (calloff.title, calloff.value, calloff.tupe) == ("New title", Decimal("250000.50"), "Nobody.")
    assert (calloff.case_integrated, calloff.case_pool) == ("I", "P")
    assert calloff.need == given["need"]
    assert calloff.shares.get().amount == Decimal("250000.50")


def test_the_forms_hold_what_was_written():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    assert calloff.title in get(of.commissioner, at("change", calloff))
    assert "Four people may transfer." in get(of.commissioner, at("preparation", calloff))
    shown = get(of.commissioner, at("case", calloff))
    assert "It is what the lot is for." in shown
    assert "duplication of commissioning has been considered" in shown


def test_an_impossible_change_is_refused_beside_its_field_and_nothing_is_saved():
    of = f.ground(pool=0)
    calloff = f.draft(of)
    given = typed(of, title="Kept title", **boxes("ends_on", date(2027, 5, 31)))
    shown = post(of.commissioner, at("change", calloff), 422, **given)
    assert "The end must be on or after the start." in shown
    assert "Kept title" in shown
    calloff.refresh_from_db()
    assert calloff.title != "Kept title"


@pytest.mark.parametrize("name", ["change", "preparation", "case", "shares", "specification"])
def test_only_the_lead_authoritys_people_change_it_and_only_while_it_is_a_draft(name):
    of = f.ground(pool=0)
    calloff = f.draft(of)
    shown = get(of.partner_commissioner, at(name, calloff), 403)
    assert "Your role does not allow you to change it." in shown
    get(person(authority(), Role.LEAD), at(name, calloff), 404)
    services.put_to_board(calloff=calloff, decide_by=date(2027, 1, 20), actor=of.commissioner, now=NOW)
    shown = get(of.commissioner, at(name, calloff))
    assert "This call-off is “With the board”, so it cannot be changed now." in shown
    assert "<form method" not in shown


# ---------------------------------------------------------------- shares


def share(organisation):
    return f"share_{organisation.reference}"


def test_a_call_off_is_shared_out_between_authorities():
    of = f.ground(pool=0)
    calloff = f.draft(of, joint=False)
    given = {share(of.authority): "100,000.01", share(of.partner): "199999.99"}
    post(of.commissioner, at("shares", calloff), **given)
    amounts = {row.organisation: row.amount for row in calloff.shares.all()}
    assert amounts == {of.authority: Decimal("100000.01"), of.partner: Decimal("199999.99")}
    assert 'value="199999.99"' in get(of.commissioner, at("shares", calloff))
    post(of.commissioner, at("shares", calloff), **{share(of.authority): "300000", share(of.partner): ""})
    assert [row.organisation for row in calloff.shares.all()] == [of.authority]


def test_shares_that_do_not_total_the_value_are_refused_to_the_penny():
    of = f.ground(pool=0)
    calloff = f.draft(of, joint=False)
    given = {share(of.authority): "100000", share(of.partner): "199999.99"}
    shown = post(of.commissioner, at("shares", calloff), 422, **given)
    assert "The shares total £299,999.99; they must total the value, £300,000." in shown
    assert f'href="#id_{share(of.authority)}"' in shown
    assert 'value="199999.99"' in shown
    assert calloff.shares.count() == 1
    shown = post(of.commissioner, at("shares", calloff), 422, **{share(of.partner): "300000"})
    assert "The lead authority must bear a share." in shown


def test_an_authority_that_may_not_share_is_named_and_not_offered():
    of = f.ground(pool=0)
    calloff = f.draft(of, joint=False)
    of.agreement.authorities.filter(organisation=of.partner).update(may_call_off_jointly=False)
    shown = get(of.commissioner, at("shares", calloff))
    assert f"{of.partner.short_name} may not call off jointly." in shown
    assert share(of.partner) not in shown


# ---------------------------------------------------------------- specification


def test_the_specification_is_uploaded_and_replaced():
    of = f.ground(pool=0)
    calloff = f.draft(of, specification=False)
    post(of.commissioner, at("specification", calloff), title="What we want", file=providers.pdf("spec.pdf"))
    calloff.refresh_from_db()
    first = calloff.specification
    assert (first.title, first.file_name) == ("What we want", "spec.pdf")
    assert 'value="What we want"' in get(of.commissioner, at("specification", calloff))
    post(of.commissioner, at("specification", calloff), title="Again", file=providers.pdf("two.pdf"))
    calloff.refresh_from_db()
    assert calloff.specification.replaces == first


def test_a_file_that_cannot_be_taken_is_refused_beside_its_field():
    of = f.ground(pool=0)
    calloff = f.draft(of, specification=False)
    shown = post(of.commissioner, at("specification", calloff), 422, title="Kept title")
    assert "Choose a file for the specification" in shown
    assert 'value="Kept title"' in shown
    wrong = providers.pdf("page.html")
    wrong.file.seek(0)
    wrong.file.write(b"<html><script>alert(1)</script></html>")
    wrong.file.seek(0)
    shown = post(of.commissioner, at("specification", calloff), 422, title="T", file=wrong)
    assert 'href="#id_file"' in shown
    calloff.refresh_from_db()
    assert calloff.specification is None


# ---------------------------------------------------------------- governance


def decision(of, **given):
    return {
        "authority": of.authority.pk,
        "body": "Cabinet",
        "decision_reference": "DEC/7",
        "is_key_decision": "no",
        **boxes("decided_on", date(2027, 1, 8)),
        **given,
    }


def test_an_authority_records_its_own_decision_and_sees_what_waits():
    of = f.ground()
    calloff = f.approved(of)
    shown = get(of.commissioner, at("governance", calloff))
    assert shown.count("Waits") == 2
    assert "Reason for recording it again" not in shown
    assert post(of.commissioner, at("governance", calloff), **decision(of)) == calloff.get_absolute_url()
    row = Governance.objects.get()
    assert (row.organisation, row.body, row.decided_on) == (of.authority, "Cabinet", date(2027, 1, 8))
    shown = get(of.partner_commissioner, at("governance", calloff))
    assert shown.count("Waits") == 1
    assert "DEC/7" in shown
    assert "Reason for recording it again" not in shown
    again = decision(of, decision_reference="DEC/8")
    shown = post(of.commissioner, at("governance", calloff), 422, **again)
    assert "has the decision DEC/7 on record already" in shown
    assert 'value="DEC/8"' in shown
    assert "Reason for recording it again" in get(of.commissioner, at("governance", calloff))
    post(of.commissioner, at("governance", calloff), **again, reason="The cabinet met again.")
    assert Governance.objects.get().decision_reference == "DEC/8"


def test_a_key_decision_needs_its_notice_and_its_call_in():
    of = f.ground()
    calloff = f.approved(of)
    given = decision(of, is_key_decision="yes", body="Kept body")
    shown = post(of.commissioner, at("governance", calloff), 422, **given)
    assert "A key decision needs 28 clear days between its notice and the decision." in shown
    assert "A key decision counts once its call-in period has ended" in shown
    assert 'value="Kept body"' in shown
    assert not Governance.objects.exists()
    given |= boxes("notice_published_on", date(2026, 12, 1)) | boxes("call_in_ended_on", date(2027, 1, 9))
    given |= boxes("decided_on", date(2027, 1, 4))
    post(of.commissioner, at("governance", calloff), **given)
    assert Governance.objects.get().is_key_decision


def govern(of, organisation, **given):
    facts = {"decided_by": "", "key_decision_from": None, "call_in_days": None, "funding_routes": [], **given}
    place = of.agreement.authorities.get(organisation=organisation)
    authorities.set_governance(place=place, actor=of.lead, now=NOW, **facts)


def test_what_an_authority_usually_does_is_proposed_and_no_more():
    of = f.ground()
    govern(of, of.authority, decided_by="Adults committee", key_decision_from=Decimal(1000), call_in_days=5)
    calloff = f.approved(of)
    shown = get(of.commissioner, at("governance", calloff))
    assert 'value="Adults committee"' in shown
    assert "which is a key decision there (from £1,000)" in shown
    assert "Its call-in period lasts 5 working days." in shown
    assert re.search(r'value="yes"[^>]*checked|checked[^>]*value="yes"', shown)
    assert "Adults committee" in get(of.partner_commissioner, at("governance", calloff))
    post(of.commissioner, at("governance", calloff), **decision(of))
    assert Governance.objects.get().body == "Cabinet"
    assert 'value="Cabinet"' in get(of.commissioner, at("governance", calloff))


def test_the_usual_funding_routes_are_marked_and_a_single_one_is_chosen():
    of = f.ground()
    url = reverse("calloff-new", args=[of.agreement.reference])
    assert "Usual at" not in get(of.commissioner, url)
    govern(of, of.partner, funding_routes=["own"])
    assert "Usual at" not in get(of.commissioner, url)
    govern(of, of.authority, funding_routes=["s75"])
    shown = get(of.commissioner, url)
    assert f"Usual at {of.authority.short_name}." in shown
    assert re.search(r'value="s75"[^>]*checked|checked[^>]*value="s75"', shown)
    govern(of, of.authority, funding_routes=["s75", "s256"])
    assert "checked" not in get(of.commissioner, url).split('value="own"')[1].split("contract_form")[0]


def test_dates_of_a_key_decision_do_not_count_for_another():
    of = f.ground()
    given = decision(of, **boxes("notice_published_on", date(2026, 12, 1)))
    post(of.commissioner, at("governance", f.approved(of)), **given)
    assert Governance.objects.get().notice_published_on is None


def test_one_records_only_for_ones_own_authority_that_bears_a_share():
    of = f.ground()
    calloff = f.approved(of)
    shown = post(of.commissioner, at("governance", calloff), 422, **decision(of, authority=of.partner.pk))
    assert "Select whose decision it is from the list" in shown
    alone = f.approved(of, joint=False)
    shown = get(of.partner_commissioner, at("governance", alone))
    assert "Your authority bears no share of this call-off" in shown
    assert "Your role does not allow you" in get(of.director, at("governance", calloff), 403)
    get(person(authority(), Role.LEAD), at("governance", calloff), 404)


def test_before_the_board_has_approved_nothing_is_recorded():
    of = f.ground()
    calloff = f.draft(of)
    assert "Decisions to award are recorded once the board has approved it" in get(
        of.commissioner, at("governance", calloff)
    )
    post(of.commissioner, at("governance", calloff), 422, **decision(of))
    assert not Governance.objects.exists()


def test_who_serves_two_authorities_chooses_whose_decision_it_is():
    of = f.ground()
    calloff = f.approved(of)
    member(of.commissioner, of.partner, Role.COMMISSIONER)
    shown = get(of.commissioner, at("governance", calloff))
    assert of.partner.name in shown.split("<form")[1]
    post(of.commissioner, at("governance", calloff), **decision(of, authority=of.partner.pk))
    assert Governance.objects.get().organisation == of.partner
