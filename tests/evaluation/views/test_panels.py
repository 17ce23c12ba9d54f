"""The lead's pages on a panel: set up, appoint, take off, change its terms, start, end."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.audit.models import Event
from commissioning.people.models import RoleGrant
from commissioning.people.roles import Role
from commissioning.records.models import Message
from evaluation import queries
from evaluation.models import Assessment, Exercise, Panellist
from evaluation.services import panels
from tests import factories as people
from tests.evaluation import factories as f
from tests.evaluation.pages import day, done, main, read, refused, send

pytestmark = pytest.mark.django_db

TERMS = {"minimum_panel": "3", "quorum": "2", **day("scores_due_on", f.DUE)}


def bare(upto="sealed", lots=1, bidders=1):
    """Return a case whose exercises are set up and whose panels are empty."""
    found = f.case(upto, lots=lots, bidders=bidders)
    offered = list(found.window.lots.select_related("lot", "scheme", "round", "window"))
    found.exercises = panels.set_up_for_lots(
        window_lots=offered, actor=found.lead, now=f.NOW, scores_due_on=f.DUE, minimum_panel=3, quorum=2
    )
    return found


def unconfirmed(authority, name, **given):
    """Return a person whose role of moderator waits for a second person."""
    user = people.person(authority, Role.MODERATOR, name=name, **given)
    RoleGrant.objects.filter(membership__user=user).update(confirmed_at=None, confirmed_by=None)
    return user


class TestSettingUp:
    def url(self, found):
        return reverse("window-panels", args=[found.window.reference])

    def test_the_chosen_lots_get_their_exercises_on_the_same_terms(self):
        found = f.case("sealed", lots=3, bidders=1)
        client = f.client(found.lead)
        page = read(client, self.url(found))
        assert page.count('name="lots"') == 3
        assert page.count(" checked") == 3
        response = send(client, self.url(found), lots=["1", "3"], **TERMS)
        one, three = Exercise.objects.order_by("title")
        assert (one.minimum_panel, one.quorum, one.scores_due_on) == (3, 2, f.DUE)
        assert three.window_link.window_lot.lot.number == 3
        done(response, client, one.get_absolute_url() + "appoint/", "Now appoint their people.")
        assert not Message.objects.filter(kind__startswith="panel").exists()
        left = read(client, self.url(found))
        assert left.count('name="lots"') == 1

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"lots": []}, "Select the lots whose panels you set up"),
            ({"quorum": "4"}, "The quorum must be at least 1 and at most the smallest panel."),
            ({"minimum_panel": "0"}, "The fewest evaluators who must score must be 1 or more"),
            ({"minimum_panel": "three"}, "must be a whole number, like 12"),
            ({"minimum_panel": "13"}, "must be 12 or less"),
            (day("scores_due_on", date(2027, 1, 20)), "Choose a day that has not passed."),
            ({"scores_due_on_month": "13"}, "must be a real date"),
        ],
    )
    def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(self, given, sentence):
        found = f.case("sealed", bidders=1)
        typed = {"lots": ["1"], **TERMS, "scores_due_on_year": "2027", **given}
        page = refused(f.client(found.lead).post(self.url(found), typed), sentence)
        assert f'value="{typed["quorum"]}"' in page
        assert f'value="{typed["scores_due_on_day"]}"' in page
        assert not Exercise.objects.exists()

    def test_where_every_lot_has_its_panel_the_page_says_so(self):
        found = f.case("appointing")
        client = f.client(found.lead)
        assert "Every lot of this window has its panel." in read(client, self.url(found))
        refused(client.post(self.url(found), {"lots": ["1"], **TERMS}))
        assert Exercise.objects.count() == 1

    def test_a_lot_to_which_nobody_applied_needs_none_once_that_is_known(self):
        made, lead, _ = f.window(2)
        f.providers.submitted(made)
        url = reverse("window-panels", args=[made.reference])
        assert read(f.client(lead), url).count('name="lots"') == 2
        f.openings.open_entries(window=made, actor=lead, now=f.OPENED)
        assert read(f.client(lead), url).count('name="lots"') == 1


class TestAppointing:
    def test_people_get_their_parts_and_are_told(self):
        found = bare()
        client, url = f.client(found.lead), found.url("appoint/")
        typed = {f"part_{user.reference}": part for user, part in found.panel}
        page = read(client, url)
        assert found.lay.name in page
        assert found.second.name not in main(page)
        response = send(client, url, **typed)
        page = done(response, client, found.url(), "4 places have been given, and the people told.")
        assert {(seat.user, seat.part) for seat in found.exercise.panel.all()} == set(found.panel)
        told = Message.objects.filter(kind="panel_appointed")
        assert {row.recipient for row in told} == {user for user, _ in found.panel}
        assert all(user.name in page for user, _ in found.panel)

    def test_the_same_people_may_be_given_to_the_other_panels_at_once(self):
        found = bare(lots=3)
        user = found.evaluators[0]
        typed = {f"part_{user.reference}": "evaluator", "also": [found.exercises[2].reference]}
        client, url = f.client(found.lead), found.url("appoint/")
        done(send(client, url, **typed), client, found.url(), "2 places have been given")
        assert [exercise.panel.count() for exercise in found.exercises] == [1, 0, 1]
        again = send(client, url, **{f"part_{found.lay.reference}": "lay_evaluator"})
        done(again, client, found.url(), "1 place has been given")

    def test_nobody_chosen_is_refused(self):
        found = bare()
        refused(send(f.client(found.lead), found.url("appoint/")), "Choose a part for at least one person")
        assert not Panellist.objects.exists()

    def test_a_part_that_the_person_does_not_hold_is_refused(self):
        found = bare()
        lay, other = found.lay.reference, found.moderator.reference
        typed = {f"part_{lay}": "moderator", f"part_{other}": "moderator"}
        page = refused(send(f.client(found.lead), found.url("appoint/"), **typed), f"of {found.lay.name}")
        assert '<option value="moderator" selected>' in page
        assert not Panellist.objects.exists()

    def test_a_second_moderator_is_refused_and_nobody_is_appointed(self):
        found = bare()
        second = people.person(found.authority, Role.MODERATOR)
        typed = {f"part_{user.reference}": "moderator" for user in (second, found.moderator)}
        refused(
            send(f.client(found.lead), found.url("appoint/"), **typed), "This panel has a moderator already."
        )
        assert not Panellist.objects.exists()

    def test_where_nobody_is_left_the_page_says_who_gives_roles(self):
        found = f.case("appointing")
        page = read(f.client(found.lead), found.url("appoint/"))
        assert "An authority administrator gives these roles." in page
        assert ">Appoint</button>" not in page

    def test_a_role_that_waits_for_its_second_person_is_named_and_cannot_be_chosen(self):
        found = bare()
        waiting = unconfirmed(found.authority, "Wanda Waits")
        people.person(found.authority, Role.AUTHORITY_ADMIN, name="Abe")
        client, url = f.client(found.lead), found.url("appoint/")
        page = main(read(client, url))
        assert "Roles that do not count yet" in page
        assert (
            f"Wanda Waits has been given the role of moderator at {found.authority.short_name}, but it does "
            "not count until a second person confirms it: Abe can."
        ) in page
        assert f"part_{waiting.reference}" not in page
        refused(send(client, url, **{f"part_{waiting.reference}": "moderator"}))
        assert not Panellist.objects.exists()

    def test_where_only_such_are_left_the_page_says_that_their_role_waits(self):
        found = f.case("appointing")
        unconfirmed(found.authority, "Wanda Waits")
        page = main(read(f.client(found.lead), found.url("appoint/")))
        assert "holds the role of evaluator, lay evaluator or moderator in force." in page
        assert page.count("Wanda Waits has been given the role of moderator") == 1
        assert "and there is none yet." in page
        assert "An authority administrator gives these roles." not in page
        assert ">Appoint</button>" not in page

    def test_who_holds_another_role_in_force_can_be_chosen_for_that_one(self):
        found = bare()
        both = people.person(found.authority, Role.EVALUATOR, Role.MODERATOR, name="Wanda Waits")
        grants = RoleGrant.objects.filter(membership__user=both, role=Role.MODERATOR)
        grants.update(confirmed_at=None, confirmed_by=None)
        client, url = f.client(found.lead), found.url("appoint/")
        assert "Wanda Waits has been given the role of moderator" in main(read(client, url))
        refused(send(client, url, **{f"part_{both.reference}": "moderator"}))
        done(send(client, url, **{f"part_{both.reference}": "evaluator"}), client, found.url(), "1 place has")

    def test_nobody_else_is_named_as_waiting(self):
        found = bare()
        unconfirmed(people.authority(), "Of Another Authority")
        unconfirmed(found.authority, "Gone", is_active=False)
        withdrawn = unconfirmed(found.authority, "Withdrawn")
        RoleGrant.objects.filter(membership__user=withdrawn).update(withdrawn_at=f.NOW)
        page = main(read(f.client(found.lead), found.url("appoint/")))
        assert "Roles that do not count yet" not in page

    def test_many_who_wait_cost_no_more_queries_than_one(self):
        found = bare()
        exercise = found.exercises[0]
        counts = []
        for number in range(2):
            for one in range(1 + 4 * number):
                unconfirmed(found.authority, f"Waits {number}{one}")
            people.person(found.authority, Role.AUTHORITY_ADMIN)
            exercise = Exercise.objects.get(pk=exercise.pk)
            with CaptureQueriesContext(connection) as caught:
                assert len(queries.waiting_for_second_person(exercise)) == 1 + 5 * number
            counts.append(len(caught))
        assert counts[0] == counts[1]

    def test_people_of_another_authority_are_not_offered(self):
        found = bare()
        stranger = people.person(people.authority(), Role.EVALUATOR)
        client = f.client(found.lead)
        assert stranger.reference not in read(client, found.url("appoint/"))
        refused(send(client, found.url("appoint/"), **{f"part_{stranger.reference}": "evaluator"}))
        assert not Panellist.objects.exists()


class TestTakingOff:
    def test_ends_the_place_at_once_and_keeps_the_reason_to_the_record(self):
        found = f.case("declared")
        user = found.evaluators[0]
        evaluator, url = f.client(user), found.answer_url()
        read(evaluator, url)
        client, page = f.client(found.lead), found.url(f"panel/{user.reference}/stand-down/")
        assert user.name in read(client, page)
        response = send(client, page, reason="She moved to a bidder.")
        done(response, client, found.url(), "The person is no longer on the panel.")
        assert not found.exercise.panel.filter(user=user, stood_down_at=None).exists()
        told = Message.objects.get(kind="panel_stood_down")
        assert told.recipient == user
        assert "moved to a bidder" not in told.body
        assert evaluator.get(url).status_code == 404

    def test_needs_a_reason(self):
        found = f.case("declared")
        url = found.url(f"panel/{found.lay.reference}/stand-down/")
        refused(f.client(found.lead).post(url, {"reason": " "}), "Enter the reason")
        assert found.seat(found.lay).stood_down_at is None

    def test_of_somebody_not_on_the_panel_is_404(self):
        found = f.case("declared")
        url = found.url(f"panel/{found.lead.reference}/stand-down/")
        assert f.client(found.lead).get(url).status_code == 404
        assert f.client(found.lead).post(url, {"reason": "Why."}).status_code == 404


class TestTerms:
    def test_a_new_day_is_told_to_whoever_has_not_handed_in(self):
        found = f.case("declared")
        client, url = f.client(found.lead), found.url("terms/")
        assert 'value="5"' in read(client, url)
        given = {**day("scores_due_on", date(2027, 2, 12)), "reason": "A bidder's file was damaged."}
        done(send(client, url, **given), client, found.url(), "The terms have been changed.")
        assert found.fresh().scores_due_on == date(2027, 2, 12)
        told = Message.objects.filter(kind="panel_date_moved")
        assert {row.recipient for row in told} == set(found.scorers)
        assert all("damaged" in row.body for row in told)

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"reason": ""}, "Enter the reason"),
            ({"quorum": "9"}, "The quorum must be at least 1 and at most the smallest panel."),
            ({"scores_due_on_day": "1", "scores_due_on_month": "1"}, "Choose a day that has not passed."),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(self, given, sentence):
        found = f.case("appointing")
        client, url = f.client(found.lead), found.url("terms/")
        typed = {"reason": "Illness on the panel.", **given}
        page = refused(send(client, url, **typed), sentence)
        assert typed["reason"] in page
        after = found.fresh()
        assert (after.minimum_panel, after.quorum, after.scores_due_on) == (3, 2, f.DUE)
        assert not Event.objects.filter(action="exercise.change").exists()

    def test_a_closed_exercise_keeps_its_terms(self, later):
        found = f.case("closed")
        later()
        response = send(f.client(found.lead), found.url("terms/"), quorum="1", reason="Late.")
        refused(response, "so this can no longer be changed")
        assert found.fresh().quorum == 2


class TestStarting:
    def test_takes_in_what_was_submitted_and_asks_the_panel_to_declare(self):
        found = f.case("appointing")
        client, url = f.client(found.lead), found.url("start/")
        page = read(client, url)
        assert all(user.name in page for user, _ in found.panel)
        response = send(client, url)
        said = "Scoring has started on 2 submissions. The panel has been asked to declare its interests."
        done(response, client, found.url(), said)
        assert Assessment.objects.count() == 2
        assert Message.objects.filter(kind="panel_declare").count() == 4

    def test_before_the_opening_the_page_tells_nothing_of_what_was_submitted(self):
        pages = []
        for bidders in (0, 3):
            found = bare(bidders=bidders)
            panels.appoint_all(exercises=found.exercises, places=found.panel, actor=found.lead, now=f.NOW)
            client = f.client(found.lead)
            page = main(read(client, found.url("start/")))
            assert "The submissions have not been opened yet." in page
            assert ">Start the scoring</button>" not in page
            refused(client.post(found.url("start/")))
            for said in (found.exercise.title, found.exercise.reference, found.window.reference):
                page = page.replace(said, "…")
            pages.append(page)
        assert pages[0] == pages[1]
        assert not Assessment.objects.exists()

    def test_too_small_a_panel_is_shown_with_what_it_lacks(self):
        found = bare("opened")
        user = found.evaluators[0]
        panels.appoint(exercise=found.exercise, user=user, part="evaluator", actor=found.lead, now=f.NOW)
        client = f.client(found.lead)
        assert "Appoint at least 3 evaluators; there is 1." in read(client, found.url("start/"))
        refused(client.post(found.url("start/")), "Appoint at least 3 evaluators; there is 1.")
        assert found.fresh().state == "appointing"

    def test_twice_is_refused(self):
        found = f.case("scoring")
        refused(f.client(found.lead).post(found.url("start/")), "This exercise is “Being scored”")
        assert Assessment.objects.count() == 2


class TestEnding:
    def empty(self):
        """Return an exercise on a lot to which nothing was submitted, in an opened window."""
        made, lead, _ = f.window(1)
        f.openings.open_entries(window=made, actor=lead, now=f.OPENED)
        (offered,) = made.lots.select_related("lot", "scheme", "round", "window")
        exercise = panels.set_up_for_lot(window_lot=offered, actor=lead, now=f.NOW)
        return exercise, lead

    def test_an_exercise_without_submissions_ends_with_the_reason(self):
        exercise, lead = self.empty()
        client, url = f.client(lead), exercise.get_absolute_url() + "end/"
        assert "Nothing was submitted: end without outcome" in read(client, exercise.get_absolute_url())
        response = send(client, url, reason="Nobody applied.")
        done(response, client, exercise.get_absolute_url(), "The exercise has ended")
        exercise.refresh_from_db()
        assert exercise.state == "ended"
        refused(client.post(url, {"reason": "Again."}))

    def test_is_not_offered_where_something_was_submitted(self):
        found = f.case("appointing")
        assert "end without outcome" not in read(f.client(found.lead), found.url())

    def test_needs_the_reason(self):
        exercise, lead = self.empty()
        refused(f.client(lead).post(exercise.get_absolute_url() + "end/", {}), "Enter the reason")
        exercise.refresh_from_db()
        assert exercise.state == "appointing"

    @pytest.mark.parametrize(
        ("upto", "sentence"),
        [
            ("sealed", "The submissions have not been opened yet."),
            ("opened", "There are submissions here: they must be judged."),
        ],
    )
    def test_what_may_hold_submissions_does_not_end(self, upto, sentence):
        found = bare(upto)
        page = refused(send(f.client(found.lead), found.url("end/"), reason="No need."), sentence)
        assert "No need." in page
        assert found.fresh().state == "appointing"
