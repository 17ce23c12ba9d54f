"""What holds invitations, and when a reminder is due: pure rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from providers import rules

TODAY = date(2027, 1, 14)


@dataclass
class Paper:
    kind: str
    expires_on: date | None
    issued_on: date = date(2026, 1, 1)
    taken_out_at: datetime | None = None

    def is_good_on(self, day: date) -> bool:
        return self.issued_on <= day and (self.expires_on is None or day <= self.expires_on)


@dataclass
class Rated:
    rating: str
    published_on: date = date(2026, 12, 1)
    by_authority_id: int | None = None


def gaps(*, documents=(), rating=None, kinds=("public_liability",), lowest="", on=TODAY):
    return rules.gaps(
        holding_documents=kinds, lowest_rating=lowest, documents=documents, rating=rating, on=on
    )


def test_a_document_is_good_through_its_last_day_and_holds_from_the_next():
    last = [Paper("public_liability", TODAY)]
    assert gaps(documents=last) == []
    assert gaps(documents=last, on=TODAY + timedelta(days=1)) == [
        "Public liability insurance ran out on 14 January 2027."
    ]


def test_a_newer_document_of_the_kind_is_enough_and_another_kind_is_not():
    old = Paper("public_liability", TODAY - timedelta(days=1))
    assert gaps(documents=[old, Paper("public_liability", TODAY)]) == []
    assert gaps(documents=[old, Paper("public_liability", None)]) == []
    assert gaps(documents=[old, Paper("dbs_policy", TODAY)]) != []


def test_what_ran_out_holds_though_it_was_taken_out_and_the_day_of_what_stands_is_named_first():
    gone = datetime(2027, 1, 14, tzinfo=UTC)
    ran_out = TODAY - timedelta(days=2)
    assert gaps(documents=[Paper("public_liability", ran_out, taken_out_at=gone)]) == [
        "Public liability insurance ran out on 12 January 2027."
    ]
    stands = Paper("public_liability", TODAY - timedelta(days=9))
    slip = Paper("public_liability", ran_out, taken_out_at=gone)
    assert gaps(documents=[slip, stands]) == ["Public liability insurance ran out on 5 January 2027."]


def test_one_taken_out_before_its_end_is_not_in_force_and_holds_once_it_would_have_run_out():
    slip = Paper("public_liability", TODAY, taken_out_at=datetime(2027, 1, 2, tzinfo=UTC))
    assert gaps(documents=[slip]) == []
    tomorrow = TODAY + timedelta(days=1)
    assert gaps(documents=[slip], on=tomorrow) != []
    assert gaps(documents=[slip, Paper("public_liability", tomorrow)], on=tomorrow) == []
    old = Paper("public_liability", TODAY - timedelta(days=1))
    assert gaps(documents=[old, slip]) != []


LEAD = 7


@pytest.mark.parametrize(
    ("published", "counts"),
    [
        ([], None),
        ([Rated("good")], "good"),
        ([Rated("inadequate"), Rated("good")], "good"),
        ([Rated("requires_improvement", by_authority_id=LEAD), Rated("good")], "requires_improvement"),
        ([Rated("good", by_authority_id=LEAD), Rated("inadequate")], "inadequate"),
        ([Rated("good", by_authority_id=LEAD), Rated("inadequate"), Rated("outstanding")], "good"),
        ([Rated("inadequate", by_authority_id=LEAD), Rated("good", by_authority_id=LEAD)], "good"),
        ([Rated("good"), Rated("inadequate", by_authority_id=LEAD)], "inadequate"),
    ],
)
def test_what_a_provider_says_counts_against_a_lead_only_where_it_is_worse(published, counts):
    found = rules.counting_rating(published)
    assert (found and found.rating) == counts


def test_what_was_never_recorded_holds_nothing_and_neither_does_a_kind_the_lot_does_not_name():
    assert gaps() == []
    assert gaps(documents=[Paper("dbs_policy", TODAY - timedelta(days=9))]) == []


@pytest.mark.parametrize(
    ("rating", "lowest", "held"),
    [
        ("requires_improvement", "good", True),
        ("inadequate", "requires_improvement", True),
        ("requires_improvement", "requires_improvement", False),
        ("outstanding", "good", False),
        ("inadequate", "", False),
    ],
)
def test_a_rating_below_the_lots_lowest_holds_and_where_none_is_asked_none_does(rating, lowest, held):
    found = gaps(kinds=(), lowest=lowest, rating=Rated(rating))
    assert bool(found) == held
    if held:
        assert "since 1 December 2026" in found[0]


def test_not_rated_yet_is_not_rated_badly():
    assert gaps(kinds=(), lowest="good") == []


def due(left, *, reminded=None, added=400):
    ends = TODAY + timedelta(days=left)
    return rules.expiry_reminder_due(
        expires_on=ends, added_on=ends - timedelta(days=added), reminded=reminded, on=TODAY
    )


@pytest.mark.parametrize(
    ("left", "reminded", "expected"),
    [
        (61, None, None),
        (60, None, 60),
        (60, 60, None),
        (31, 60, None),
        (30, 60, 30),
        (8, 30, None),
        (7, 30, 7),
        (0, 30, 7),
        (0, 7, None),
        (-1, 30, None),
    ],
)
def test_reminders_60_30_and_7_days_before_once_each(left, reminded, expected):
    assert due(left, reminded=reminded) == expected


def test_a_sweep_that_was_long_away_writes_once_and_not_three_times():
    assert due(5) == 7


def test_a_document_recorded_shortly_before_its_end_is_not_reminded_of_at_once():
    assert due(45, added=46) is None
    assert due(30, added=46) == 30


class TestHowLongADocumentIsGood:
    ISSUED = date(2026, 6, 1)

    def fields(self, kind, expires_on, issued_on=ISSUED):
        found = rules.document_problems(kind=kind, issued_on=issued_on, expires_on=expires_on, on=TODAY)
        return [one.field for one in found]

    @pytest.mark.parametrize(
        ("kind", "latest"),
        [
            ("employers_liability", date(2028, 6, 1)),
            ("public_liability", date(2028, 6, 1)),
            ("professional_indemnity", date(2028, 6, 1)),
            ("safeguarding_policy", date(2036, 6, 1)),
            ("dbs_policy", date(2036, 6, 1)),
        ],
    )
    def test_is_two_years_for_insurance_and_ten_for_the_rest(self, kind, latest):
        assert self.fields(kind, latest) == []
        assert self.fields(kind, latest + timedelta(days=1)) == ["expires_on"]
        assert self.fields(kind, date(2199, 1, 1)) == ["expires_on"]

    def test_is_counted_from_the_issue_also_of_a_leap_day(self):
        leap = date(2024, 2, 29)
        assert self.fields("dbs_policy", date(2034, 2, 28), leap) == []
        assert self.fields("dbs_policy", date(2034, 3, 1), leap) == ["expires_on"]

    def test_the_sentence_names_the_latest_day_and_the_mend(self):
        (found,) = rules.document_problems(
            kind="public_liability", issued_on=self.ISSUED, expires_on=date(2199, 1, 1), on=TODAY
        )
        assert found.text == (
            "The last day cannot be more than 2 years after the day of issue: it is 1 June 2028 at the "
            "latest. Enter the last day of the cover that the certificate states. If the day of issue is "
            "wrong, mend it."
        )

    def test_a_report_without_an_end_has_none(self):
        assert self.fields("cqc_report", None) == []
        assert self.fields("cqc_report", date(2027, 6, 1)) == ["expires_on"]
        assert self.fields("dbs_policy", None) == ["expires_on"]

    def test_a_day_of_issue_at_the_end_of_the_calendar_is_refused_and_breaks_nothing(self):
        assert self.fields("dbs_policy", date(9999, 12, 31), date(9999, 12, 30)) == ["issued_on"]
