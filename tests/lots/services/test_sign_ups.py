"""Signing up for an event: confirmed by its address, limited by places and time, told, forgotten."""

from datetime import timedelta

import pytest

from commissioning.accounts import links as tokens
from commissioning.accounts.services.limits import TooMany
from commissioning.audit.models import AccessEntry, Event
from commissioning.policies import Denied
from commissioning.records.models import Message
from commissioning.workflow import Refused
from lots import links, tasks
from lots.models import EventSignUp
from lots.queries import notices as queries
from lots.services import agreements, events, notices, sign_ups
from tests import factories as people
from tests.factories import NOW
from tests.lots import factories

pytestmark = pytest.mark.django_db
EMAIL = "robin@newcomer.example"
DAY = timedelta(days=1)
EVENT = NOW + 9 * DAY


@pytest.fixture
def setting():
    return factories.agreement()


@pytest.fixture
def event(setting):
    return publish(setting)


def publish(setting, **given):
    facts = {"title": "Meet us", "text": "Come.", "event_at": EVENT, "place": "Town Hall", **given}
    return notices.publish(agreement=setting.agreement, actor=setting.lead, now=NOW, **facts)


def ask(event, email=EMAIL, now=NOW, **given):
    facts = {"name": "Robin", "organisation_name": "Newcomers", "access_needs": "A ramp", **given}
    sign_ups.ask(notice=event, email=email, address="192.0.2.1", now=now, **facts)
    return EventSignUp.objects.get(notice=event, email=email.lower())


def join(event, email=EMAIL, now=NOW):
    made = ask(event, email, now)
    sign_ups.confirm(sign_up=made, now=now)
    return made


def move(event, setting, **given):
    facts = {
        "event_at": EVENT + DAY,
        "place": "Library",
        "link": "",
        "sign_up_by": None,
        "places": None,
        "reason": "The hall is flooded.",
        "actor": setting.lead,
        "now": NOW,
        **given,
    }
    return events.move(notice=event, **facts)


class TestSigningUp:
    def test_holds_a_place_only_once_the_address_is_confirmed(self, event):
        made = ask(event, "Robin@Newcomer.example")
        assert made.email == EMAIL
        assert list(queries.signed_up(event)) == []
        sign_ups.confirm(sign_up=made, now=NOW)
        sign_ups.confirm(sign_up=made, now=NOW + DAY)
        assert [one.confirmed_at for one in queries.signed_up(event)] == [NOW]
        assert [row.kind for row in Message.objects.order_by("pk")] == [
            "event_sign_up_confirm",
            "event_signed_up",
        ]
        assert "Where: Town Hall" in Message.objects.get(kind="event_signed_up").body

    def test_asking_again_keeps_the_first_link_alive_and_sends_nothing_more_that_day(self, event):
        token = tokens.token(links.SIGN_UP, ask(event).reference)
        again = ask(event, now=NOW + timedelta(hours=1), name="Robin N.")
        assert again.name == "Robin N."
        assert tokens.read(links.SIGN_UP, token) == again
        assert Message.objects.count() == 1

    def test_by_a_stranger_changes_nothing_of_a_place_that_is_held(self, event):
        join(event)
        again = ask(event, name="Mallory", now=NOW + DAY)
        assert again.name == "Robin"
        assert Message.objects.filter(kind="event_signed_up").count() == 2

    def test_with_an_account_holds_a_place_at_once_and_can_be_put_right(self, event):
        ana = people.person(email="ana@example.org")
        for name in ("Ana", "Ana B."):
            sign_ups.sign_up(
                notice=event, name=name, organisation_name="", access_needs="", actor=ana, now=NOW
            )
        (held,) = queries.signed_up(event)
        assert (held.person, held.name, held.email) == (ana, "Ana B.", ana.email)
        assert [row.recipient for row in Message.objects.all()] == [ana]

    def test_is_over_for_whoever_holds_a_place_once_it_is_called_off_or_past(self, setting, event):
        ana = people.person(email="ana@example.org")
        given = {"name": "Ana", "organisation_name": "", "access_needs": "", "actor": ana}
        sign_ups.sign_up(notice=event, now=NOW, **given)
        with pytest.raises(Refused, match="took place"):
            sign_ups.sign_up(notice=event, now=EVENT, **given)
        events.call_off(notice=event, reason="The hall is flooded.", actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="called off"):
            sign_ups.sign_up(notice=event, now=NOW + DAY, **given)
        assert Message.objects.filter(kind="event_signed_up").count() == 1

    def test_ends_with_the_places(self, setting):
        event = publish(setting, places=1)
        late = ask(event, "late@newcomer.example")
        join(event)
        with pytest.raises(Refused, match="All places are taken"):
            sign_ups.confirm(sign_up=late, now=NOW)
        with pytest.raises(Refused, match="All places are taken"):
            ask(event, "later@newcomer.example")
        sign_ups.cancel(sign_up=EventSignUp.objects.get(email=EMAIL), now=NOW)
        sign_ups.confirm(sign_up=late, now=NOW)

    def test_ends_at_the_cut_off_and_without_one_when_the_event_begins(self, setting):
        cut_off = publish(setting, sign_up_by=NOW + DAY)
        join(cut_off, now=NOW + DAY)
        with pytest.raises(Refused, match="Sign-up closed on"):
            ask(cut_off, "late@newcomer.example", now=NOW + DAY + timedelta(seconds=1))
        open_end = publish(setting)
        join(open_end, now=EVENT)
        with pytest.raises(Refused, match="Sign-up closed on"):
            ask(open_end, "late@newcomer.example", now=EVENT + timedelta(seconds=1))

    def test_is_not_of_a_notice_without_an_event_and_not_a_flood(self, setting, event):
        with pytest.raises(Refused, match="no event"):
            ask(publish(setting, event_at=None, place=""))
        for number in range(20):
            ask(event, f"a{number}@flood.example")
        with pytest.raises(Refused, match="from your network"):
            ask(event)

    def test_given_up_is_forgotten_and_its_link_dies(self, event):
        made = join(event)
        token = tokens.token(links.SIGN_UP, made.reference)
        sign_ups.cancel(sign_up=made, now=NOW)
        assert not EventSignUp.objects.exists()
        assert tokens.read(links.SIGN_UP, token) is None

    def test_is_in_the_record_without_name_and_address_and_veiled(self, setting):
        window = factories.window(setting)
        sign_ups.cancel(sign_up=join(publish(setting)), now=NOW)
        noted = Event.objects.filter(action__startswith="sign_up.")
        assert [row.action for row in noted.order_by("pk")] == ["sign_up.confirm", "sign_up.cancel"]
        assert {row.veil for row in noted} == {window.veil}
        assert not any(word in str(vars(row)) for row in noted for word in (EMAIL, "Robin"))
        assert {row.veil for row in Message.objects.filter(kind__startswith="event_")} == {window.veil}


class TestTheLinkAgain:
    def send(self, event, email=EMAIL, now=NOW + DAY, address="192.0.2.1"):
        sign_ups.send_link(notice=event, email=email, address=address, now=now)

    def told(self):
        return [(row.kind, row.address) for row in Message.objects.order_by("pk")][2:]

    def test_goes_to_whoever_holds_a_place_also_when_the_event_is_full_or_its_sign_up_closed(self, setting):
        event = publish(setting, places=1, sign_up_by=NOW + timedelta(hours=1))
        join(event)
        for _ in range(2):
            self.send(event, "Robin@Newcomer.example")
        assert self.told() == [("event_signed_up", EMAIL)]
        assert "cancel by this link" in Message.objects.order_by("pk").last().body

    def test_goes_to_nobody_else(self, event):
        ask(event, "unconfirmed@newcomer.example")
        for email in ("unconfirmed@newcomer.example", "stranger@newcomer.example"):
            self.send(event, email)
        assert Message.objects.count() == 1

    def test_of_an_event_called_off_lets_what_was_given_be_deleted_while_it_is_kept(self, setting, event):
        join(event)
        events.call_off(notice=event, reason="The hall is flooded.", actor=setting.lead, now=NOW)
        self.send(event)
        # The first told of the end, the second is the link again.
        assert self.told() == [("event_called_off", EMAIL)] * 2
        assert "To have it deleted now" in Message.objects.order_by("pk").last().body
        with pytest.raises(Refused, match="has been deleted, so there is no link"):
            self.send(event, now=EVENT + 30 * DAY)

    def test_is_not_of_an_event_that_is_over_and_not_a_flood(self, event):
        join(event)
        with pytest.raises(Refused, match="took place"):
            self.send(event, now=EVENT)
        for number in range(10):
            self.send(event, f"a{number}@flood.example")
        with pytest.raises(TooMany):
            self.send(event)
        self.send(event, address="192.0.2.2")


class TestForgetting:
    def test_what_nobody_confirmed_goes_after_two_days_and_everybody_a_month_after_the_event(self, event):
        ask(event, "silent@newcomer.example")
        join(event)
        tasks.forget(now=NOW + 2 * DAY)
        assert [row.email for row in EventSignUp.objects.all()] == [EMAIL]
        tasks.forget(now=EVENT + 30 * DAY - timedelta(seconds=1))
        assert EventSignUp.objects.exists()
        assert tasks.forget(now=EVENT + 30 * DAY) == 1
        assert not EventSignUp.objects.exists()
        assert Event.objects.filter(action="sign_up.forget").count() == 1
        assert tasks.forget(now=EVENT + 31 * DAY) == 0


class TestAChange:
    def test_of_the_place_is_possible_once_sign_up_has_closed(self, setting):
        event, later = publish(setting, sign_up_by=NOW + DAY), NOW + 2 * DAY
        with pytest.raises(Refused, match="Sign-up must close in the future"):
            move(event, setting, event_at=EVENT, sign_up_by=later, now=later)
        move(event, setting, event_at=EVENT, sign_up_by=NOW + DAY, now=later)
        event.refresh_from_db()
        assert (event.place, event.sign_up_by) == ("Library", NOW + DAY)

    def test_is_told_to_whoever_holds_a_place_and_stays_on_the_page(self, setting, event):
        join(event)
        ask(event, "unconfirmed@newcomer.example")
        change = move(event, setting)
        told = Message.objects.get(kind="event_moved")
        assert told.address == EMAIL
        for words in ("Where: Library", "Town Hall", "The hall is flooded.", "You keep your place."):
            assert words in told.body
        event.refresh_from_db()
        assert (event.event_at, event.place) == (EVENT + DAY, "Library")
        assert (change.old_event_at, change.old_place) == (EVENT, "Town Hall")
        assert EventSignUp.objects.filter(confirmed_at__isnull=False).count() == 1

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"event_at": NOW}, "event_at"),
            ({"place": ""}, "place"),
            ({"event_at": EVENT, "place": "Town Hall"}, "event_at"),
        ],
    )
    def test_that_cannot_be_is_refused_at_its_box(self, setting, event, given, field):
        with pytest.raises(Refused) as refused:
            move(event, setting, **given)
        assert [reason.field for reason in refused.value.reasons] == [field]

    def test_calling_off_tells_why_once_and_ends_signing_up(self, setting, event):
        join(event)
        waiting = ask(event, "late@newcomer.example")
        events.call_off(notice=event, reason="Nobody to host it.", actor=setting.lead, now=NOW)
        assert "Nobody to host it." in Message.objects.get(kind="event_called_off").body
        with pytest.raises(Refused, match="called off"):
            events.call_off(notice=event, reason="Again.", actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="called off"):
            move(event, setting)
        with pytest.raises(Refused, match="called off"):
            sign_ups.confirm(sign_up=waiting, now=NOW)

    def test_is_not_made_after_the_event(self, setting, event):
        with pytest.raises(Refused, match="took place"):
            move(event, setting, now=EVENT, event_at=EVENT + DAY)

    def test_and_the_list_are_the_leads_alone(self, setting, event):
        join(event)
        strangers = (setting.member, people.person(setting.lead_authority, "commissioner"))
        for who in (*strangers, people.person(people.provider(), "provider_admin")):
            with pytest.raises(Denied):
                move(event, setting, actor=who)
            with pytest.raises(Denied):
                events.call_off(notice=event, reason="No.", actor=who, now=NOW)
            with pytest.raises(Denied):
                events.read_sign_ups(notice=event, actor=who, now=NOW, what="list")
        assert len(events.read_sign_ups(notice=event, actor=setting.lead, now=NOW, what="list")) == 1
        read = AccessEntry.objects.get(outcome="read")
        assert (read.subject, read.what, read.user) == (event.reference, "list", setting.lead)


class TestAnAgreementIsAbandoned:
    def abandon(self, setting, now=NOW):
        agreements.abandon(
            agreement=setting.agreement,
            decision_reference="KEY/9",
            decided_on=now.date(),
            reason="The money is gone.",
            actor=setting.lead,
            now=now,
        )

    def test_its_events_to_come_are_called_off_and_who_signed_up_is_told_once(self, setting, event):
        other = publish(setting, title="Ask us", event_at=EVENT + DAY)
        window = factories.window(setting)
        for one in (event, other):
            join(one)
        join(event, "kim@newcomer.example")
        ask(other, "never@newcomer.example")
        Message.objects.all().delete()
        self.abandon(setting)
        told = Message.objects.filter(kind="event_called_off")
        assert sorted((row.address, row.subject) for row in told) == [
            ("kim@newcomer.example", "Called off: Meet us"),
            (EMAIL, "Called off: Ask us"),
            (EMAIL, "Called off: Meet us"),
        ]
        assert {row.veil for row in told} == {window.veil}
        assert all("The agreement was abandoned: The money is gone." in row.body for row in told)
        for one in (event, other):
            one.refresh_from_db()
            assert (one.called_off_at, one.called_off_reason) == (
                NOW,
                "The agreement was abandoned: The money is gone.",
            )
        assert Event.objects.filter(action="event.call_off").count() == 2

    def test_what_took_place_or_was_called_off_before_stays_as_it_was(self, setting, event):
        off = publish(setting, title="Ask us")
        events.call_off(notice=off, reason="Snow.", actor=setting.lead, now=NOW)
        join(event)
        Message.objects.all().delete()
        self.abandon(setting, now=EVENT + DAY)
        event.refresh_from_db()
        off.refresh_from_db()
        assert event.called_off_at is None
        assert off.called_off_reason == "Snow."
        assert not Message.objects.filter(kind="event_called_off").exists()
