"""Who applies together, as one value: complete or not, one organisation or two, and what cannot be."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from providers import consortium
from providers.consortium import Associate, Consortium

PCR = ("member", "relied_on")
PA23 = ("member", "relied_on", "subcontractor")
FORUM = Associate(1, "Hunts Forum", "subcontractor", does="Runs the evening line")
SIGHT = Associate(2, "Cam Sight", "member", does="Visits people", is_clear=True)


def texts(reasons):
    return [reason.text for reason in reasons]


def test_nothing_said_is_not_complete_and_alone_is():
    assert not Consortium().is_complete(PCR)
    assert Consortium(alone=True).is_complete(PCR)
    assert not Consortium(alone=False).is_complete(PCR)


@pytest.mark.parametrize(
    ("changed", "asked_of", "complete"),
    [
        ({}, PCR, True),
        ({"does": ""}, PCR, False),
        ({}, PA23, False),
        ({"is_clear": True}, PA23, True),
        ({"is_clear": False}, PA23, False),
        ({"is_clear": False, "account": "A fine in 2024; paid."}, PA23, True),
        ({"relied_for": "Its registration"}, PCR, False),
        ({"role": "member"}, PCR, False),
        ({"role": "member"}, (), True),
    ],
)
def test_grounds_are_declared_for_those_the_law_asks_of(changed, asked_of, complete):
    one = replace(FORUM, **changed)
    assert Consortium(alone=False, associates=(one,)).is_complete(asked_of) is complete


def test_it_is_kept_as_plain_data_and_comes_back_the_same():
    whole = Consortium(alone=False, associates=(replace(FORUM, share=20, relied_for="CQC"), SIGHT))
    for one in (whole, Consortium(), Consortium(alone=True)):
        assert consortium.from_data(consortium.as_data(one)) == one


def test_one_is_added_last_changed_in_its_place_and_taken_out():
    both = Consortium(alone=True).put(FORUM).put(SIGHT)
    assert (both.alone, [one.number for one in both.associates]) == (False, [1, 2])
    assert both.put(replace(FORUM, share=5)).associates[0].share == 5
    assert both.without(1).associates == (SIGHT,)
    assert consortium.next_number(both) == 3
    assert consortium.next_number(Consortium()) == 1


def test_it_is_read_as_people_write():
    words = Consortium(alone=False, associates=(replace(FORUM, company_number="01234567", share=20), SIGHT))
    assert words.in_words(PCR) == (
        "Hunts Forum (subcontractor, company number 01234567)\n"
        "What it would do: Runs the evening line\n"
        "About 20 per cent of the work\n\n"
        "Cam Sight (consortium member)\n"
        "What it would do: Visits people\n"
        "No ground for exclusion applies to it"
    )
    assert Consortium(alone=True).in_words(PCR).startswith("We apply alone")
    assert Consortium(alone=False).in_words(PCR).endswith("Nobody has been named yet.")
    assert Consortium().in_words(PCR) == ""
    barred = replace(SIGHT, is_clear=False, account="A fine in 2024; paid.", charity_number="1123456")
    told = Consortium(alone=False, associates=(replace(barred, relied_for="The rating"),)).in_words(PCR)
    assert "A ground for exclusion applies to it: A fine in 2024; paid." in told
    assert "Relied on for: The rating" in told
    assert "charity number 1123456" in told
    assert "Not yet declared" in Consortium(
        alone=False, associates=(replace(SIGHT, is_clear=None),)
    ).in_words(PCR)


def test_what_cannot_be_is_refused_by_the_field_to_mend():
    kept = Consortium(alone=False, associates=(replace(FORUM, share=60), SIGHT))
    new = Associate(0, "Care Network", "member")

    def refused(**changed):
        return texts(consortium.refusals(replace(new, **changed), kept, "P3 Charity Ltd"))

    assert refused() == []
    assert refused(name="…") == ["Enter the organisation's name."]
    assert refused(name="P3 CHARITY") == ["P3 Charity Ltd is the lead provider: name the others only."]
    assert refused(name="The Hunts Forum Limited") == [
        "Hunts Forum is named already, with this name or number: change it there."
    ]
    # In the form in which it is kept this letter is two.
    assert refused(name="\u0958" * 100) == []
    assert "at most 200 characters" in refused(name="\u0958" * 101)[0]
    assert refused(role="friend") == ["Say whether it is a consortium member or a subcontractor."]
    assert refused(share=0) == ["The share must be from 1 to 100 per cent."]
    assert "101 per cent" in refused(share=41)[0]
    assert refused(share=40) == []
    assert texts(consortium.refusals(replace(FORUM, share=61), kept, "P3 Charity")) == []
    many = Consortium(
        alone=False, associates=tuple(Associate(n, f"Charity {n}", "member") for n in range(1, 31))
    )
    assert texts(consortium.refusals(new, many, "P3")) == ["At most 30 organisations can be named."]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Cam Sight", "", ""), ("CAM SIGHT LTD", "", ""), True),
        (("Cam Sight", "", ""), ("Hunts Forum", "", ""), False),
        (("Old name", "01234567", ""), ("New name", "01234567", ""), True),
        (("Old name", "", "1123456"), ("New name", "", "1123456"), True),
        (("Carers", "01234567", ""), ("Carers", "07654321", ""), False),
        (("Carers", "01234567", ""), ("Carers", "", "1123456"), True),
    ],
)
def test_two_are_one_by_a_number_or_by_name(one, other, same):
    def made(of):
        return SimpleNamespace(name=of[0], company_number=of[1], charity_number=of[2])

    assert consortium.is_same(made(one), made(other)) is same
    assert consortium.is_same(made(other), made(one)) is same


def test_those_named_stand_in_a_line():
    assert (
        consortium.in_one_line((FORUM, SIGHT)) == "Hunts Forum (subcontractor), Cam Sight (consortium member)"
    )
    assert Consortium(alone=False, associates=(FORUM,)).has_ground is False
    assert Consortium(alone=False, associates=(replace(FORUM, is_clear=False),)).has_ground is True
