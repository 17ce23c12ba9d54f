"""The demonstration replays the real first window exactly, and shows each person what is theirs."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from calloffs.models import CallOff, Contract
from commissioning.audit import verification
from commissioning.audit.models import Event
from commissioning.pages import demo
from commissioning.pages.demo.stage import facts
from commissioning.people.models import User
from commissioning.records.models import Letter, Message
from evaluation import queries as evaluation
from evaluation.models import Assessment, MissingEvidence
from lots.models import Agreement, AgreementDocument, AgreementNotice, DeadlineChange, Window
from providers.models import Admission, Entry
from providers.queries import applications as applying

from . import addresses

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demonstration_is_as_it_happened_loads_once_and_lets_in_whom_it_should(time_machine, settings):
    # It takes most of a minute to load, so all that is asked of it is asked of one.
    settings.PORTAL_DEMO = True
    demo.load(now=NOW, report=lambda line: None)
    assert_it_is_the_first_window_as_it_happened()
    assert_events_and_documents_change()
    assert_applicants_are_checked_and_asked_under_the_procurement_act()
    assert_loading_again_adds_nothing()
    time_machine.move_to(NOW)
    # Others get a 404, or a 403 with its reason; strangers a 404 of all that is not public.
    assert list(addresses.disagreements()) == []


def assert_it_is_the_first_window_as_it_happened():
    windows = Window.objects.filter(agreement__reference="EIP-PDPS")
    admissions = Admission.objects.filter(lot__agreement__reference="EIP-PDPS")
    first = windows.earliest("opens_at")
    entries = Entry.objects.filter(window_lot__window=first)
    by_lot = Counter(entries.values_list("window_lot__lot__number", flat=True))
    admitted = Counter(admissions.values_list("lot__number", flat=True))
    assert by_lot == {row["number"]: row["bids"] for row in facts()["lots"]}
    assert admitted == {row["number"]: row["passed"] for row in facts()["lots"]}
    placed = {(row["provider"], number) for row in facts()["appointments"] for number in row["lots"]}
    assert placed == set(admissions.values_list("organisation__name", "lot__number"))

    letters = Letter.objects.filter(batch__release__window=first, withdrawn_at=None)
    assert Counter(letters.values_list("kind", flat=True)) == {"admission": 37, "refusal": 12}
    assert not letters.filter(path="").exists()
    assert {str(day) for day in admissions.values_list("standstill_ends_on", flat=True)} == {"2021-04-06"}

    change = DeadlineChange.objects.get(window=first)
    assert (change.old, change.new) == (
        datetime(2021, 1, 13, 12, 0, tzinfo=UTC),
        datetime(2021, 1, 20, 12, 0, tzinfo=UTC),
    )
    assert change.reason

    open_now = [window for window in windows if window.opens_at <= NOW <= window.deadline]
    coming = windows.filter(opens_at__gt=NOW)
    assert len(open_now) == 1
    today = DeadlineChange.objects.get(window=open_now[0])
    assert today.old < today.new == open_now[0].deadline
    assert today.reason
    told = set(Message.objects.filter(veil=open_now[0].veil).values_list("kind", flat=True))
    assert {"deadline_moved", "window_extended"} <= told
    assert coming.count() == 1

    states = dict(CallOff.objects.values_list("title", "state"))
    assert len(states) == len(facts()["phasing"])
    assert set(states) == {row["title"] for row in facts()["phasing"]}
    assert set(states.values()) == {
        "draft",
        "with_board",
        "approved",
        "open",
        "evaluating",
        "recommended",
        "standstill",
        "contracted",
    }
    assert set(Contract.objects.values_list("state", flat=True)) == {"issued", "signed"}
    assert not Letter.objects.filter(withdrawn_at=None, path="").exists()
    assert verification.verify(full=True).problem is None

    # What is history is noted as sent: nobody's mail is flooded with the past.
    assert not Message.objects.filter(state="queued", queued_at__year__lt=2026).exists()


def assert_events_and_documents_change():
    off = AgreementNotice.objects.exclude(called_off_at=None).get()
    assert off.called_off_reason
    assert off.event_at is not None
    assert off.event_at > NOW
    assert off.sign_ups.exclude(person=None).exists()
    assert off.sign_ups.filter(person=None).exists()
    told = Message.objects.filter(kind="event_called_off")
    assert told.count() == off.sign_ups.count() == 2
    documents = AgreementDocument.objects.filter(agreement__reference="EIP-PDPS")
    assert documents.get(title="Guide for providers").issues.count() == 2
    # Whoever thinks of applying reads the terms before.
    assert documents.get(title="Terms of the overarching agreement").audience == "public"
    assert documents.filter(audience="members").exists()


def assert_applicants_are_checked_and_asked_under_the_procurement_act():
    agreement = Agreement.objects.get(reference="EIP-2028")
    assert agreement.submitter_proves_again
    assert agreement.regime == "PA23_OPEN_FRAMEWORK"
    assert "Demonstration" in agreement.description
    decided, judged, running = agreement.windows.order_by("opens_at")
    assert [one.state for one in (decided, judged, running)] == ["decided", "unsealed", "open"]

    # Letters are out after both checks, one of them to a provider that the debarment list excludes.
    letters = Letter.objects.filter(batch__release__window=decided, withdrawn_at=None)
    assert Counter(letters.values_list("kind", flat=True)) == {"admission": 1, "refusal": 2}
    of_decided = Assessment.objects.filter(exercise__window_link__window_lot__window=decided)
    assert set(of_decided.values_list("outcome", flat=True)) == {"admitted", "below_threshold", "excluded"}
    assert Admission.objects.get(entry__window_lot__window=decided).state == "current"

    # One check is still to be recorded, and only the letters of that provider's lot wait for it.
    found = evaluation.applicants(evaluation.applications_in(judged))
    assert len(found) == 4
    assert all(row.share_code for row in found)
    assert [row.debarment.ground for row in found if row.debarment.is_listed] == ["discretionary"]
    (open_check,) = [row for row in found if row.confirmation is None]
    (waits,) = evaluation.supplier_blockers(judged)
    assert open_check.application.organisation.name in waits
    assert all(row.application.organisation.ppon for row in found)

    # Two were asked for a document; one has sent it, and P3 Charity has time left.
    asked = {row.assessment.organisation.name: row for row in MissingEvidence.objects.all()}
    assert len(asked) == 2
    assert asked["P3 Charity"].request.due_at > NOW
    assert {name: row.supplied.count() for name, row in asked.items()} == {
        "P3 Charity": 0,
        "Nene Valley Homeward (demo)": 1,
    }

    # P3 Charity can submit at once; a newcomer lacks its share code.
    applications = {one.organisation.name: one for one in running.applications.all()}
    ready = applications.pop("P3 Charity")
    writer = User.objects.get(email="bids@p3-charity.example")
    board = applying.board(applying.applications(writer).get(pk=ready.pk))
    assert [board.missing(part) for part in board.entries if part.entry] == [0]
    (newcomer,) = applications.values()
    assert newcomer.lacks_share_code


def assert_loading_again_adds_nothing():
    before = (Event.objects.count(), Message.objects.count(), Letter.objects.count())
    assert demo.load(now=NOW, report=lambda line: None) == 0
    assert (Event.objects.count(), Message.objects.count(), Letter.objects.count()) == before
