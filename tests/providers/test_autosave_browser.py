"""The page that saves by itself, in a browser: the line down, a colleague's text, after the close."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from commissioning.people.signing_in import Session
from providers.models import AnswerVersion
from providers.services import application_answers, standing
from tests import factories as people
from tests.browser import check
from tests.providers import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application(time_machine):
    time_machine.move_to(f.NOW)
    return f.application(by=f.bid_writer(name="Ana Writer"))


@pytest.fixture
def page(application, browser: Browser, live_server):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    cookie = people.client_for(f.writer_of(application)).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    made = context.new_page()
    made.goto(live_server.url + reverse("entry-question", args=[application.reference, 1, "MS1"]))
    yield made
    context.close()


def write(page, words):
    page.get_by_label("Your answer").fill(words)


def shown(page):
    return page.locator("[data-autosave-shown]")


SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d London time\.$")


def saved_by_ben(application):
    ben = people.person(application.organisation, "provider_editor", name="Ben Editor")
    application_answers.save_answers(
        application=application,
        submission=f.entry_of(application).submission,
        values={"MS1": "What Ben wrote."},
        actor=ben,
        now=f.NOW,
    )


def test_it_saves_while_one_types_and_the_button_goes_on_from_there(page):
    expect(shown(page)).to_contain_text("This page saves by itself")
    write(page, "First words")
    expect(shown(page)).to_have_text(SAVED)
    write(page, "First words and more")
    page.get_by_label("Your answer").blur()
    expect(shown(page)).to_have_text(SAVED)
    check(page)
    write(page, "First words and more, then the button")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert not page.get_by_text("after you opened this page").count()


def test_when_the_line_is_down_it_says_so_and_saves_once_it_is_back(page):
    page.context.set_offline(True)
    write(page, "Typed on a train")
    expect(shown(page)).to_have_text("Not saved yet: your text is still here; we try again.")
    check(page)
    page.context.set_offline(False)
    expect(shown(page)).to_have_text(SAVED, timeout=15_000)
    assert AnswerVersion.objects.get().words == 4


def test_an_answer_that_was_lost_on_its_way_back_is_not_taken_for_a_colleagues(page):
    lost: list[object] = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/questions/**", lose_the_first)
    write(page, "Did it arrive")
    expect(shown(page)).to_contain_text("we try again")
    write(page, "Did it arrive? It did.")
    expect(shown(page)).to_have_text(SAVED, timeout=20_000)
    page.wait_for_function("() => true")
    expect(page.get_by_text("Look at the difference")).to_be_hidden()


def test_a_colleagues_text_is_never_overwritten_and_the_difference_is_offered(application, page):
    saved_by_ben(application)
    write(page, "What Ana wrote.")
    expect(shown(page)).to_contain_text("Ben Editor saved this at 14:02:11 London time.")
    check(page)
    page.get_by_role("button", name="Look at the difference").click()
    expect(page.get_by_role("region", name="The differences")).to_contain_text("Ana")
    check(page)
    page.get_by_role("button", name="Keep theirs").click()
    expect(page.get_by_label("Your answer")).to_have_value("What Ben wrote.")
    assert AnswerVersion.objects.count() == 3


def test_whoever_was_signed_out_meanwhile_signs_in_and_goes_on(application, page):
    Session.objects.all().delete()
    write(page, "Typed with care")
    expect(shown(page)).to_contain_text("you have been signed out")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("E-mail address").fill(f.writer_of(application).email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in and go on").click()
    expect(page.get_by_label("Your answer")).to_have_value("Typed with care")


def test_after_the_close_the_text_stays_in_view(page, time_machine):
    time_machine.move_to(f.DEADLINE + timedelta(seconds=1))
    write(page, "A little too late")
    expect(shown(page)).to_contain_text("Your text is still here")
    expect(page.get_by_label("Your answer")).to_have_value("A little too late")


def test_at_the_close_is_said_on_a_page_of_its_own(application, page, live_server):
    f.fill(f.entry_of(application))
    page.goto(live_server.url + application.get_absolute_url())
    page.get_by_role("link", name="Send what is complete by itself at the close").click()
    check(page)
    page.get_by_role("button", name="Send what is complete at the close").click()
    expect(page.get_by_text("would go in by itself at the close.")).to_be_visible()
    check(page)
    assert standing.StandingInstruction.objects.get().cleared_at is None
