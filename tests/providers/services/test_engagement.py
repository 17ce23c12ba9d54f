"""Answers in a window and notices between windows: who is told, once each, and what nobody learns by it."""

from datetime import timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.records.models import Message
from lots.models import Follower, WindowQuestion
from lots.services import following
from lots.services import questions as asking
from providers.queries import engagement as queries
from providers.services import engagement
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db
FOLLOWER = "robin@newcomer.example"


@pytest.fixture
def window():
    return f.window(questions_close_at=f.DEADLINE - timedelta(days=1))


@pytest.fixture
def lead(window):
    return f.lead_of(window.agreement)


def follow(agreement, email=FOLLOWER):
    following.follow(agreement=agreement, email=email, address="", now=f.OPENS)
    follower = Follower.objects.get(agreement=agreement, email=email)
    following.confirm(follower=follower, now=f.OPENS)
    return follower


def answer(window, lead, *asked, text="No, once."):
    return engagement.answer(
        window=window,
        together=asked or (f.asked(window),),
        published_question="May one provider answer twice?",
        text=text,
        actor=lead,
        now=f.NOW,
    )


def told(kind):
    return {message.address for message in Message.objects.filter(kind=kind)}


class TestAnAnswer:
    def test_goes_to_applicants_askers_and_followers_at_once_without_a_name(self, window, lead):
        applicant = f.writer_of(f.application(window))
        colleague = people.person(f.provider_of(applicant), "provider_editor")
        asker = f.bid_writer()
        follow(window.agreement)
        answer(window, lead, f.asked(window, by=asker))
        assert told("window_answer") == {applicant.email, colleague.email, asker.email}
        assert told("window_answer_follower") == {FOLLOWER}
        messages = Message.objects.filter(kind__startswith="window_answer")
        assert {row.queued_at for row in messages} == {f.NOW}
        for organisation in (f.provider_of(applicant), f.provider_of(asker)):
            assert not any(organisation.name in row.body for row in messages)

    def test_reaches_whoever_waits_or_was_declined_but_not_who_withdrew(self, window, lead):
        waiting, declined, gone = (f.bid_writer() for _ in range(3))
        f.asked(window, by=waiting)
        f.asked_by_email(window)
        turned = f.asked(window, by=declined)
        asking.decline(question=turned, reason="It is in the scheme.", actor=lead, now=f.NOW)
        asking.withdraw(question=f.asked(window, by=gone), actor=gone, now=f.NOW)
        asker = f.bid_writer()
        answer(window, lead, f.asked(window, by=asker), f.asked(window, by=asker))
        sent = Message.objects.filter(kind="window_answer")
        assert sorted(row.address for row in sent) == sorted(
            [waiting.email, declined.email, asker.email, FOLLOWER]
        )
        assert {row.veil for row in sent} == {window.veil}

    def test_is_veiled_until_the_opening(self, window, lead):
        f.application(window)
        follow(window.agreement)
        answer(window, lead)
        assert window.veil
        assert {row.veil for row in Message.objects.filter(kind__startswith="window_answer")} == {window.veil}
        public = Event.objects.get(action="window.answer")
        assert (public.veil, public.subject) == ("", window.reference)

    def test_is_sent_once_an_address_whatever_it_is_told_as(self, window, lead):
        applicant = f.writer_of(f.application(window))
        follow(window.agreement, applicant.email)
        answer(window, lead, f.asked(window, by=applicant))
        assert Message.objects.filter(address=applicant.email, kind__startswith="window_answer").count() == 1

    def test_reaches_whoever_asked_without_an_account(self, window, lead):
        asking.ask_unregistered(
            window=window,
            question="May one provider answer twice?",
            name="Robin Newcomer",
            email=FOLLOWER,
            organisation_name="",
            address="",
            now=f.OPENS,
        )
        asked = WindowQuestion.objects.get()
        asking.confirm(question=asked, now=f.NOW)
        answer(window, lead, asked)
        assert told("window_answer") == {FOLLOWER}

    def test_and_its_correction_both_reach_them(self, window, lead):
        applicant = f.writer_of(f.application(window))
        made = answer(window, lead)
        engagement.correct(
            answer=made.answer,
            published_question="May one provider answer twice?",
            text="Yes, for two lots.",
            reason="We read it wrongly.",
            actor=lead,
            now=f.NOW,
        )
        first, second = Message.objects.filter(address=applicant.email).order_by("pk")
        assert (first.subject[:23], second.subject[:23]) == (
            "A question was answered",
            "An answer was corrected",
        )
        assert "We read it wrongly." in second.body
        assert window.agreement.support in second.body

    def test_that_names_a_member_of_the_pool_is_refused_and_one_that_names_an_applicant_tells_nothing(
        self, window, lead
    ):
        member = people.provider("Old Hands Together")
        f.admission(window.agreement.lots.first(), member)
        applicant = people.provider("New Faces Together")
        f.application(window, by=f.bid_writer(applicant))
        assert queries.public_names(window.agreement) == [member.name]
        with pytest.raises(Exception, match="names a provider"):
            answer(window, lead, text=f"Like {member.name}.")
        assert answer(window, lead, text=f"Like {applicant.name}.")


class TestANotice:
    def publish(self, agreement, actor, **given):
        facts = {"title": "Meet us", "text": "Come and ask.", "now": f.AFTER, **given}
        return engagement.notify(agreement=agreement, actor=actor, **facts)

    def test_goes_to_members_past_applicants_and_followers_and_to_no_present_applicant(self, window, lead):
        agreement = window.agreement
        member, refused = f.bid_writer(), f.bid_writer()
        f.admission(agreement.lots.first(), f.provider_of(member))
        entry = f.submitted(f.window(agreement), by=refused)
        entry.state = "not_admitted"
        entry.save()
        applies = f.writer_of(f.application(window))
        follow(agreement)
        follow(agreement, member.email)
        self.publish(agreement, lead)
        assert told("agreement_notice") == {member.email, refused.email}
        assert told("agreement_notice_follower") == {FOLLOWER}
        assert applies.email not in told("agreement_notice") | told("agreement_notice_follower")
        assert all(row.veil for row in Message.objects.filter(kind__startswith="agreement_notice"))

    def test_tells_of_its_event(self, window, lead):
        follow(window.agreement)
        at = f.AFTER + timedelta(days=9)
        self.publish(window.agreement, lead, event_at=at, place="Town Hall", sign_up_by=at)
        body = Message.objects.get(kind="agreement_notice_follower").body
        for words in (
            "Where: Town Hall",
            "When: Friday 29 January 2027",
            "Sign up by:",
            window.agreement.support,
        ):
            assert words in body

    def test_is_the_leads(self, window):
        for stranger in (people.person(window.agreement.lead, "commissioner"), f.bid_writer()):
            with pytest.raises(Denied):
                self.publish(window.agreement, stranger)
        assert not window.agreement.notices.exists()
