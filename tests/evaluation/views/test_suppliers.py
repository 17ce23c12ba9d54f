"""The page of checks before admission, and the two acts on it."""

import pytest

from evaluation.services import suppliers
from providers.models import DebarmentCheck
from providers.services.debarment import Finding
from tests.evaluation import factories as f
from tests.evaluation.pages import day, done, main, read, refused, send
from tests.providers import factories as providers

pytestmark = pytest.mark.django_db
PA23 = "PA23_OPEN_FRAMEWORK"


def checks(found, tail=""):
    return f"/windows/{found.window.reference}/checks/{tail}"


def test_the_lead_records_both_from_the_list_and_the_letters_can_be_drafted(later):
    found = f.case("closed", bidders=1, regime=PA23)
    later()
    client, bidder = f.client(found.lead), found.assessment().organisation
    drafting = f"/windows/{found.window.reference}/outcomes/draft/"
    page = read(client, drafting)
    assert f"Check the debarment list before these are admitted: {bidder.name}." in page
    assert f'href="{checks(found)}"' in page
    outcomes = f"/windows/{found.window.reference}/outcomes/"
    page = main(read(client, outcomes))
    assert "The letters wait for these checks" in page
    assert f"admitted: {bidder.name}." in page
    assert drafting not in page
    page = main(read(client, checks(found)))
    assert "To be checked" in page
    assert f"Share code {f.SHARE_CODE}" in page
    assert "Record a check" in page
    typed = {"ground": "discretionary", "note": "It broke a contract.", **day("checked_on", f.LATER.date())}
    url = checks(found, f"{bidder.reference}/debarment/")
    refused(send(client, url, **typed), "a discretionary ground leaves it to you")
    page = done(send(client, url, **typed, excludes="no"), client, checks(found), "It is on record.")
    assert "Listed, may take part" in page
    url = checks(found, f"{bidder.reference}/platform/")
    assert f.SHARE_CODE in read(client, url)
    typed = {"share_code": f.SHARE_CODE, "seen": "on", **day("confirmed_on", f.LATER.date())}
    page = done(send(client, url, **typed), client, checks(found), "It is on record.")
    assert f"Share code {f.SHARE_CODE}" in page
    assert "Record another check" in page
    page = main(read(client, outcomes))
    assert "The letters wait" not in page
    assert drafting in page
    assert "Check the debarment list before" not in read(client, drafting)


def test_whom_an_applicant_named_is_looked_for_as_well(later):
    found = f.case(
        "opened", bidders=1, regime=PA23, named=((providers.associate("Night Owls", is_clear=True),),)
    )
    later()
    url = checks(found, f"{found.entries[0].application.organisation.reference}/debarment/")
    page = read(f.client(found.lead), url)
    assert "Look for these too" in page
    assert "Night Owls (subcontractor" in page


def test_who_is_excluded_is_shown_with_its_reason(later):
    found = f.case("closed", bidders=1, regime=PA23)
    later()
    suppliers.check_debarment(
        application=found.assessment().submission.entry.application,
        found=Finding(f.LATER.date(), "mandatory", None, "A cartel."),
        actor=found.lead,
        now=f.LATER,
    )
    client = f.client(found.lead)
    assert "A cartel." in main(read(client, checks(found)))
    assert "Excluded: on the debarment list" in read(client, found.url("results/"))


def test_before_the_opening_it_names_nobody():
    found = f.case("sealed", regime=PA23)
    client = f.client(found.lead)
    page = main(read(client, checks(found)))
    assert "have not been opened yet" in page
    assert found.entries[0].application.organisation.name not in page
    url = checks(found, f"{found.entries[0].application.organisation.reference}/debarment/")
    assert client.get(url).status_code == 404
    assert client.post(url, {"ground": "none"}).status_code == 404


def test_under_a_law_without_such_a_list_the_page_says_so(later):
    found = f.case("closed", bidders=1)
    later()
    url = checks(found, f"{found.assessment().organisation.reference}/debarment/")
    assert "There is no debarment list under" in read(f.client(found.lead), url)
    assert not DebarmentCheck.objects.exists()
