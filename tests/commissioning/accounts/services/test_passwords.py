import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.accounts import demo, links
from commissioning.accounts.services import limits, passwords
from commissioning.audit.models import Event
from commissioning.records.models import Message
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, fresh, sent
from tests.factories import NOW, PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "seven paper boats adrift"


def test_a_known_and_an_unknown_address_both_get_one_message():
    person(email="ana@example.org")
    passwords.ask_for_new(email=" ANA@example.org", now=NOW)
    passwords.ask_for_new(email="nobody@example.org", now=NOW)
    assert sent() == [("new_password", "ana@example.org"), ("no_account", "nobody@example.org")]


def test_known_and_unknown_cost_as_many_queries():
    person(email="ana@example.org")
    counts = []
    for email in ("ana@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            passwords.ask_for_new(email=email, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_asking_again_and_again_sends_one_message():
    user = person()
    for _ in range(3):
        passwords.ask_for_new(email=user.email, now=NOW)
    assert len(sent()) == 1


def test_an_account_that_is_switched_off_gets_no_link():
    user = person(is_active=False)
    passwords.ask_for_new(email=user.email, now=NOW)
    assert sent() == [("no_account", user.email)]


def test_the_link_rests_nowhere_and_works_once():
    user = person()
    passwords.ask_for_new(email=user.email, now=NOW)
    message = Message.objects.get()
    token = links.token(links.PASSWORD, user.reference)
    assert token not in message.body
    assert links.read(links.PASSWORD, token) == user
    passwords.set_new(user=user, password=NEW, now=NOW)
    assert links.read(links.PASSWORD, token) is None
    assert fresh(user).check_password(NEW)
    assert ("password_changed", user.email) in sent()
    assert actions() == ["password.reset"]


def test_whoever_gets_the_link_owns_the_address():
    user = person(email_confirmed_at=None)
    passwords.set_new(user=user, password=NEW, now=NOW)
    assert fresh(user).email_confirmed_at == NOW


def test_one_changes_ones_own_password_by_giving_the_present_one():
    user = person()
    passwords.change(user=user, current=PASSWORD, password=NEW, this_session="", now=NOW)
    assert fresh(user).check_password(NEW)
    assert sent() == [("password_changed", user.email)]


def test_a_wrong_present_password_is_refused_beside_its_box():
    user = person()
    with pytest.raises(Refused) as refused:
        passwords.change(user=user, current="something else", password=NEW, this_session="", now=NOW)
    assert refused.value.reasons[0].field == "current"
    assert fresh(user).check_password(PASSWORD)


def test_wrong_present_passwords_are_counted_and_forgive_no_tries_of_a_code():
    user = person()
    for _ in range(5):
        limits.take(limits.PROOF, user.reference)
    with pytest.raises(Refused):
        passwords.change(user=user, current=PASSWORD, password="short", this_session="", now=NOW)
    assert limits.take(limits.PROOF, user.reference)
    for _ in range(5):
        with pytest.raises(Refused):
            passwords.change(user=user, current="wrong", password=NEW, this_session="", now=NOW)
    with pytest.raises(limits.TooMany):
        passwords.change(user=user, current=PASSWORD, password=NEW, this_session="", now=NOW)
    assert fresh(user).check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short pass", "correct horse"[:11], "passwordpassword", "111111111111"])
def test_a_weak_one_is_refused(password):
    with pytest.raises(Refused):
        passwords.set_new(user=person(), password=password, now=NOW)
    assert not Event.objects.exists()


def test_the_shared_password_of_the_demonstration_counts_only_there(settings):
    user = person()
    with pytest.raises(Refused):
        passwords.set_new(user=user, password=demo.PASSWORD, now=NOW)
    settings.PORTAL_DEMO = True
    passwords.set_new(user=user, password=demo.PASSWORD, now=NOW)
    assert fresh(user).check_password(demo.PASSWORD)
