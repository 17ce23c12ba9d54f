"""The same organisation in several entries for a lot is pointed out, wherever it stands."""

import pytest

from providers.queries import applications as queries
from tests import factories as people
from tests.providers import factories as f
from tests.providers.services.test_associates import named, open_all

pytestmark = pytest.mark.django_db


def found(window):
    window.refresh_from_db()
    return {row["lot"].number: row["twice"] for row in queries.opened(window)}


def test_one_that_applies_itself_and_with_another_is_pointed_out():
    window = f.window(consortium=True)
    forum = people.provider("Hunts Forum", company_number="01234567")
    lead = people.provider("P3 Charity")
    for writer, others in (
        (f.bid_writer(forum), ()),
        (f.bid_writer(lead), (f.associate("Forum of the Hunts", company_number="01234567"),)),
    ):
        entry = f.fill(f.entry_of(f.application(window, by=writer)))
        if others:
            f.name(entry, *others)
        f.entries.submit(entry=entry, actor=writer, now=f.NOW)
    assert found(window) == {}
    open_all(window)
    (one,) = found(window)[1]
    assert one.name == "Hunts Forum"
    assert one.places == ("an entry of its own", "subcontractor of P3 Charity")
    assert found(window)[2] == []


def test_one_in_two_consortia_is_too_and_one_in_two_lots_is_not():
    window = f.window(consortium=True)
    named(window, f.associate("Cam Sight", role="member"))
    named(window, f.associate("CAM SIGHT LTD"))
    named(window, f.associate("Cam Sight"), number=2)
    open_all(window)
    (one,) = found(window)[1]
    assert len(one.places) == 2
    assert one.places[0].startswith("consortium member of ")
    assert found(window)[2] == []


def test_it_costs_the_same_for_more_entries(django_assert_num_queries):
    counts = []
    for entries in (1, 3):
        window = f.window(consortium=True)
        for _ in range(entries):
            named(window, f.associate())
        open_all(window)
        window.refresh_from_db()
        with django_assert_num_queries(4) as asked:
            queries.opened(window)
        counts.append(len(asked))
    assert counts[0] == counts[1]
