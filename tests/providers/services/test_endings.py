"""An agreement abandoned, a lot removed: what is unopened ends sealed, and who is concerned is told."""

from datetime import date, timedelta
from typing import Any

import pytest

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import trail
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots.models import Agreement, Lot, Window
from lots.services import windows
from providers import tasks
from providers.models import Admission, Application, Entry
from providers.queries import applications as queries
from providers.services import endings, entries, openings
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
DECIDED: dict[str, Any] = {
    "decision_reference": "KEY/9",
    "decided_on": date(2027, 1, 14),
    "reason": "The money is gone.",
}


def abandon(agreement, now=f.NOW, **given):
    lead = f.lead_of(agreement)
    endings.abandon(agreement=agreement, **{**DECIDED, "actor": lead, "now": now, **given})


class TestAbandon:
    def test_what_has_not_opened_is_cancelled_and_what_is_open_or_closed_ends_unopened(self):
        agreement = f.agreement()
        made = {
            state: f.window(agreement, state=state, common=False)
            for state in ("draft", "scheduled", "open", "closed", "decided")
        }
        abandon(agreement)
        states = {name: Window.objects.get(pk=window.pk).state for name, window in made.items()}
        assert states == dict.fromkeys(made, "cancelled") | {"decided": "decided"}
        stopped = Window.objects.filter(state="cancelled")
        assert {row.cancelled_reason for row in stopped} == {
            "The agreement was abandoned: The money is gone."
        }
        kept = Agreement.objects.get()
        assert (kept.state, kept.abandonment_decision) == ("abandoned", "KEY/9")

    def test_what_was_submitted_stays_sealed_for_ever(self):
        entry = f.submitted()
        window = entry.window_lot.window
        abandon(window.agreement)
        window.refresh_from_db()
        lead = f.lead_of(window.agreement)
        with pytest.raises(Refused):
            openings.open_entries(window=window, actor=lead, now=f.AFTER)
        assert Entry.objects.get().state == "submitted"
        assert not f.round_of(entry).is_open

    def test_everybody_who_started_is_told_and_who_that_is_stays_veiled(self):
        entry, agreement = f.submitted(), Agreement.objects.get()
        f.application(entry.window_lot.window)
        Message.objects.all().delete()
        abandon(agreement)
        told = Message.objects.filter(kind="agreement_abandoned")
        assert {message.about for message in told} == set(
            Application.objects.values_list("reference", flat=True)
        )
        assert {message.veil for message in told} == {entry.submission.round.reference}
        for message in told:
            assert "The money is gone." in message.body
            assert f"* {entry.window_lot.window.title}" in message.body
            assert "stays sealed" in message.body

    def test_whoever_asked_or_follows_is_told_once_of_the_agreement_and_the_windows_that_end(self):
        entry, agreement = f.submitted(), Agreement.objects.get()
        window = entry.window_lot.window
        asker = f.bid_writer()
        f.asked(window, by=asker)
        f.asked(window, by=f.writer_of(entry.application))
        f.follower(agreement, f.writer_of(entry.application).email)
        f.follower(agreement, "kim@follower.example")
        f.window(agreement, title="Never announced", state="draft").lots.update(round=None)
        Message.objects.all().delete()
        abandon(agreement)
        told = Message.objects.all()
        assert {(row.kind, row.address) for row in told} == {
            ("agreement_abandoned", f.writer_of(entry.application).email),
            ("agreement_abandoned", asker.email),
            ("agreement_abandoned_follower", "kim@follower.example"),
        }
        assert told.count() == 3
        assert {row.veil for row in told} == {window.veil}
        for row in told:
            assert f"* {window.title}" in row.body
            assert "has been abandoned by decision KEY/9" in row.body
            assert "Never announced" not in row.body

    def test_whoever_follows_is_told_without_a_window_too(self):
        agreement = f.agreement()
        f.follower(agreement, "kim@follower.example")
        abandon(agreement)
        (message,) = Message.objects.all()
        assert (message.kind, message.address) == ("agreement_abandoned_follower", "kim@follower.example")
        assert "These windows end" not in message.body

    def test_a_member_reads_the_same_whether_or_not_it_wrote_something_sealed(self):
        entry, agreement = f.submitted(), Agreement.objects.get()
        f.admission(agreement.lots.get(number=2), entry.application.organisation)
        f.admission(agreement.lots.get(number=2))
        people.person(
            Admission.objects.exclude(organisation=entry.application.organisation).get().organisation,
            Role.PROVIDER_ADMIN,
        )
        Message.objects.all().delete()
        abandon(agreement)
        mine, other = Message.objects.order_by("pk")
        assert (mine.veil, mine.about) == (other.veil, other.about) == ("", agreement.reference)
        bodies = [
            row.body.replace(row.organisation.name, "").replace(row.recipient.name, "")
            for row in (mine, other)
        ]
        assert bodies[0] == bodies[1]

    def test_nobody_learns_that_a_rolling_entry_ended(self):
        lot = f.rolling_lot()
        f.rolling(lot)
        f.follower(lot.agreement)
        abandon(lot.agreement)
        told = Message.objects.get(kind="agreement_abandoned_follower")
        assert "These windows end" not in told.body

    def test_a_draft_is_not_told_of_a_deadline_later(self):
        application = f.application()
        abandon(application.window.agreement)
        assert tasks.sweep(now=f.AFTER)["drafts settled"] == 0
        assert not Message.objects.filter(kind="entry_lapsed").exists()
        board = queries.board(queries.applications(f.writer_of(application)).get())
        assert board.standing(f.AFTER).state_label == "Ended unopened"

    def test_everybody_in_a_pool_is_told_once(self):
        agreement = f.agreement()
        ana = f.bid_writer()
        for lot in agreement.lots.all():
            f.admission(lot, f.provider_of(ana))
        f.admission(agreement.lots.get(number=1), state="removed")
        abandon(agreement)
        (message,) = Message.objects.all()
        assert (message.kind, message.recipient) == ("agreement_abandoned", ana)

    def test_who_writes_a_rolling_entry_is_told_and_nobody_learns_of_it(self):
        entry = f.rolling()
        abandon(entry.window_lot.window.agreement)
        (message,) = Message.objects.all()
        assert (message.kind, message.veil) == ("agreement_abandoned", entry.submission.round.reference)
        assert not Window.objects.exists()
        shown = trail.unveiled(Event.objects.all())
        assert set(shown.values_list("action", flat=True)) == {"agreement.abandon"}

    def test_not_while_a_window_is_being_evaluated(self):
        window = f.window(state="unsealed")
        with pytest.raises(Refused, match="is being evaluated"):
            abandon(window.agreement)
        assert Agreement.objects.get().state == "published"

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"decision_reference": " "}, "decision_reference"),
            ({"reason": ""}, "reason"),
            ({"decided_on": date(2027, 1, 15)}, "decided_on"),
            ({"decided_on": date(1999, 1, 1)}, "decided_on"),
        ],
    )
    def test_only_by_a_decision_taken_and_with_its_reason(self, given, field):
        with pytest.raises(Refused) as refusal:
            abandon(f.agreement(), **given)
        assert [reason.field for reason in refusal.value.reasons] == [field]

    def test_by_the_lead_alone_and_once(self):
        agreement = f.agreement()
        for actor in (
            people.person(agreement.lead, Role.COMMISSIONER, Role.DIRECTOR),
            f.lead_of(f.agreement()),
            people.person(is_staff=True),
        ):
            with pytest.raises(Denied):
                abandon(agreement, actor=actor)
        abandon(agreement)
        with pytest.raises(Refused, match="Abandoned"):
            abandon(agreement)

    def test_nothing_is_scheduled_in_it_any_more(self):
        agreement = f.agreement()
        abandon(agreement)
        with pytest.raises(Refused, match="was abandoned"):
            windows.create(
                agreement=agreement,
                title="Again",
                opens_at=f.NOW,
                deadline=f.NOW + timedelta(days=9),
                lots=[],
                actor=f.lead_of(agreement),
                now=f.NOW,
            )


class TestRemoveLot:
    def test_who_writes_a_rolling_entry_to_it_is_told_and_can_send_it_no_more(self):
        entry = f.rolling()
        lot = entry.window_lot.lot
        endings.remove_lot(
            lot=lot,
            decision_reference="K",
            decided_on=f.NOW.date(),
            reason="Not needed.",
            actor=f.lead_of(lot.agreement),
            now=f.NOW,
        )
        assert Lot.objects.get(pk=lot.pk).state == "removed"
        assert Message.objects.get().kind == "window_stopped"
        with pytest.raises(Refused, match="was cancelled"):
            entries.submit(entry=Entry.objects.get(), actor=f.writer_of(entry.application), now=f.NOW)

    def test_a_window_goes_on_by_itself_while_its_agreement_does(self):
        window = f.window()
        with pytest.raises(Refused, match="only where its agreement is abandoned"):
            windows.stop(window=window, reason="No.", actor=f.lead_of(window.agreement), now=f.NOW)
