"""A colleague renames what the address of an open page goes by: the page still saves to what it showed."""

from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from lots.forms.seen import mark_of
from lots.models import Lot, MinimumStandard, Question
from lots.services import lots, schemes
from tests.factories import NOW, client_for, person
from tests.lots import factories
from tests.lots.pages import addresses, filled

pytestmark = pytest.mark.django_db
AFTER = "after you opened the page. Nothing was saved over it"


@pytest.fixture
def opened():
    """Return how two procurement leads of one authority open a page, each with an own browser."""
    setting = factories.agreement(published=False)
    scheme = factories.scheme(setting, published=False)
    window = factories.window(setting, announced=False, lots=[(setting.lot, scheme)])
    priced = factories.scheme(setting, kind="competition", published=False)
    facts = {"code": "HOUR", "title": "An hour", "unit": "hour", "quantity": Decimal(100), "ceiling": None}
    schemes.add_price_line(scheme=priced, actor=setting.lead, now=NOW, **facts)
    urls = addresses(setting, scheme, window)
    urls["price-line-change"] = reverse("price-line-change", args=[priced.reference, "HOUR"])
    people = setting.lead, person(setting.lead_authority, Role.LEAD)
    return [client_for(user) for user in people], urls, setting


@pytest.mark.parametrize(
    ("page", "box", "renamed", "typed"),
    [
        ("question-change", "code", "NEW", {"title": "Mine"}),
        ("standard-change", "code", "NEW", {"title": "Mine"}),
        ("price-line-change", "code", "NEW", {"title": "Mine"}),
        ("lot-change", "number", "7", {"title": "Mine"}),
    ],
)
def test_the_second_reads_the_new_name_keeps_the_own_words_and_saves_again(opened, page, box, renamed, typed):
    (ours, theirs), urls, _ = opened
    url = urls[page]
    mine = filled(ours.get(url), **typed)
    assert theirs.post(url, filled(theirs.get(url), **{box: renamed})).status_code == 302
    assert ours.get(url).status_code == 404

    refused = ours.post(url, mine)
    text, form = refused.content.decode(), refused.context["form"]
    assert refused.status_code == 422
    assert AFTER in text
    assert f"This is “{renamed}” now" in text
    assert list(form.errors) == [box]
    assert (str(form[box].value()), form["title"].value()) == (renamed, "Mine")
    # The page can be sent again from the address where it stands.
    assert ours.post(url, filled(refused)).status_code == 302
    new = url.replace("/lots/1/", "/lots/7/").replace("/MS1/", "/NEW/").replace("/INS/", "/NEW/")
    kept = ours.get(new.replace("/HOUR/", "/NEW/")).context["form"]
    assert (str(kept[box].value()), kept["title"].value()) == (renamed, "Mine")


def test_a_page_saves_to_its_own_row_where_another_took_the_name_over(opened):
    (ours, theirs), urls, setting = opened
    url, second = urls["lot-points"], setting.lots[1]
    mine = filled(ours.get(url), skills="Ours", outcomes="Calm")
    for number, lot in ((8, setting.lot), (1, second)):
        change = reverse("lot-change", args=[setting.agreement.reference, Lot.objects.get(pk=lot.pk).number])
        assert theirs.post(change, filled(theirs.get(change), number=str(number))).status_code == 302
    assert ours.post(url, mine).status_code == 302
    found = {lot.pk: lot.skills for lot in Lot.objects.prefetch_related("points")}
    assert [point.text for point in found[setting.lot.pk]] == ["Ours"]
    assert "Ours" not in [point.text for point in found[second.pk]]


def test_what_was_taken_out_meanwhile_is_told_and_what_was_typed_is_shown(opened):
    (ours, _), urls, setting = opened
    for page, take_out in (
        ("question-change", lambda: schemes.remove_part(part=_question(urls), actor=setting.lead, now=NOW)),
        ("lot-change", lambda: lots.take_out(lot=_free_lot(setting), actor=setting.lead, now=NOW)),
    ):
        url = urls[page]
        if page == "lot-change":
            url = reverse(page, args=[setting.agreement.reference, _free_lot(setting).number])
        mine = filled(ours.get(url), title="All that I wrote")
        take_out()
        answer = ours.post(url, mine)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "This was taken out after you opened the page, so what you sent was not saved." in text
        assert "All that I wrote" in text
        assert "seen_row" not in text


def test_a_mark_chooses_among_the_rows_of_its_own_agreement_and_scheme_alone(opened):
    (ours, _), urls, _ = opened
    other = factories.agreement(published=False)
    foreign = factories.scheme(other, published=False)
    strange = {
        "lot-change": other.lot,
        "question-change": foreign.questions.first(),
        "standard-change": foreign.standards.first(),
    }
    for page, row in strange.items():
        events = Event.objects.count()
        answer = ours.post(urls[page], filled(ours.get(urls[page]), title="Mine", seen_row=mark_of(row)))
        assert answer.status_code == 409
        assert Event.objects.count() == events
    assert not Lot.objects.filter(title="Mine").exists()
    assert not Question.objects.filter(title="Mine").exists()
    assert not MinimumStandard.objects.filter(title="Mine").exists()


@pytest.mark.parametrize("spoilt", ["", "x", "-1", "١", "9" * 40, "1\x00"])
def test_without_the_mark_the_address_is_gone_by(opened, spoilt):
    (ours, _), urls, setting = opened
    url = urls["lot-change"]
    assert ours.post(url, filled(ours.get(url), title="Mine", seen_row=spoilt)).status_code == 302
    assert Lot.objects.get(pk=setting.lot.pk).title == "Mine"


def test_a_stranger_finds_nothing_by_the_mark(opened):
    (ours, _), urls, _ = opened
    stranger = client_for(person(factories.agreement().lead_authority, Role.LEAD))
    for page in ("lot-change", "question-change"):
        assert stranger.post(urls[page], filled(ours.get(urls[page]))).status_code == 404


def _question(urls):
    reference, code = urls["question-change"].split("/")[2], urls["question-change"].split("/")[4]
    return Question.objects.get(scheme__reference=reference, code=code)


def _free_lot(setting):
    return Lot.objects.filter(agreement=setting.agreement, windows=None).last()
