from datetime import timedelta

import pytest

from commissioning.accounts import second_factor
from commissioning.accounts.services import factors
from commissioning.people.signing_in import FactorReset, RecoveryCode, SecondFactor, Session
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, code, enrolled, fresh, kinds_to
from tests.factories import NOW, PASSWORD, client_for, member, person, provider

pytestmark = pytest.mark.django_db


def switch_on(user, *, given=None, password=PASSWORD, this="", steps=0):
    offered = second_factor.fresh_offer(user)
    secret = second_factor.offered_secret(user, offered)
    return factors.switch_on(
        user=user,
        offered=offered,
        password=password,
        code=code(steps, secret) if given is None else given,
        this_session=this,
        now=NOW,
    )


def test_switching_on_keeps_the_secret_wrapped_and_the_codes_digested():
    user = person()
    offered = second_factor.fresh_offer(user)
    secret = second_factor.offered_secret(user, offered)
    assert secret
    codes = factors.switch_on(
        user=user, offered=offered, password=PASSWORD, code=code(0, secret), this_session="", now=NOW
    )
    assert len(codes) == 10
    kept = SecondFactor.objects.get()
    assert secret.encode() not in bytes(kept.secret)
    rows = str(list(RecoveryCode.objects.values()))
    assert not any(one in rows or one.replace("-", "") in rows for one in codes)
    assert user.has_second_factor
    assert actions() == ["second_factor.switch_on"]
    assert kinds_to(user) == ["second_factor_on"]


def test_the_code_that_switched_it_on_is_not_taken_again():
    user = person()
    switch_on(user)
    assert fresh(user).second_factor.last_step > 0


def test_other_sessions_end_and_this_one_stays():
    user = person()
    here, elsewhere = client_for(user), client_for(user)
    switch_on(user, this=here.session.session_key)
    assert [row.pk for row in Session.objects.filter(user=user)] == [here.session.session_key]
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize(("given", "field"), [("000000", "code"), ("", "code")])
def test_a_wrong_code_keeps_nothing(given, field):
    user = person()
    with pytest.raises(Refused) as refused:
        switch_on(user, given=given)
    assert refused.value.reasons[0].field == field
    assert not SecondFactor.objects.exists()


def test_a_wrong_password_keeps_nothing():
    with pytest.raises(Refused) as refused:
        switch_on(person(), password="wrong")
    assert refused.value.reasons[0].field == "password"
    assert not SecondFactor.objects.exists()


def test_somebody_elses_offer_is_refused():
    offered = second_factor.fresh_offer(person())
    with pytest.raises(Refused, match="too old"):
        factors.switch_on(
            user=person(), offered=offered, password=PASSWORD, code="1", this_session="", now=NOW
        )


def test_it_is_switched_on_once():
    user = person()
    switch_on(user)
    with pytest.raises(Refused, match="already"):
        switch_on(user)


def test_fresh_codes_void_the_earlier_ones():
    user = person()
    enrolled(user)
    codes = factors.renew_codes(user=user, password=PASSWORD, code=code(), now=NOW)
    assert len(codes) == RecoveryCode.objects.count() == 10
    with pytest.raises(Refused):
        factors.renew_codes(user=user, password=PASSWORD, code="7K3M-9QXA-2HPD", now=NOW)
    assert kinds_to(user) == ["recovery_codes_renewed"]
    later = NOW + timedelta(minutes=1)
    assert factors.renew_codes(user=user, password=PASSWORD, code=codes[3], now=later) != codes


def test_switching_off_wants_password_and_code():
    user = person()
    enrolled(user)
    for password, given in ((PASSWORD, ""), ("wrong", code())):
        with pytest.raises(Refused):
            factors.switch_off(user=user, password=password, code=given, this_session="", now=NOW)
    assert fresh(user).has_second_factor
    factors.switch_off(user=user, password=PASSWORD, code=code(), this_session="", now=NOW)
    assert not fresh(user).has_second_factor
    assert not RecoveryCode.objects.exists()
    assert kinds_to(user) == ["second_factor_off"]


def test_switching_off_ends_a_reset_that_waits_for_the_lost_one():
    user, charity = person(), provider()
    member(user, charity)
    enrolled(user)
    FactorReset.objects.create(
        user=user, organisation=charity, reason="lost", asked_at=NOW, asked_by=person()
    )
    factors.switch_off(user=user, password=PASSWORD, code=code(), this_session="", now=NOW)
    assert not FactorReset.objects.waiting().exists()
