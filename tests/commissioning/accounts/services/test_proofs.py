from unittest import mock

import pytest

from commissioning.accounts.services import limits, proofs
from commissioning.accounts.services.limits import TooMany
from commissioning.workflow import Refused
from tests.commissioning.accounts.factories import actions, code, enrolled, fresh
from tests.factories import NOW, PASSWORD, person

pytestmark = pytest.mark.django_db
RECOVERY = "7K3M-9QXA-2HPD"


def prove(user, password=PASSWORD, given=""):
    proofs.prove(user=user, password=password, code=given, now=NOW)


def test_without_a_second_factor_the_password_is_enough():
    user = person()
    prove(user)
    with pytest.raises(Refused, match="not right"):
        prove(user, "wrong")


def test_with_one_both_must_be_right_and_the_answer_to_either_is_the_same():
    user = person()
    enrolled(user)
    said = set()
    for password, given in ((PASSWORD, ""), (PASSWORD, "000000"), ("wrong", code()), ("wrong", "000000")):
        with pytest.raises(Refused) as refused:
            prove(user, password, given)
        said.add(str(refused.value))
    assert len(said) == 1
    prove(user, PASSWORD, code())


def test_a_code_is_taken_once():
    user = person()
    enrolled(user)
    given = code()
    prove(user, PASSWORD, given)
    with pytest.raises(Refused):
        prove(user, PASSWORD, given)
    prove(user, PASSWORD, code(1))


def test_a_wrong_password_uses_up_no_code():
    user = person()
    enrolled(user)
    for given in (code(), RECOVERY):
        with pytest.raises(Refused):
            prove(user, "wrong", given)
        prove(user, PASSWORD, given)


def test_a_recovery_code_stands_in_once_and_is_on_the_record():
    user = person()
    enrolled(user)
    proofs.prove_code(user=user, code="7k3m9qxa2hpd", now=NOW)
    assert actions() == ["second_factor.use_recovery_code"]
    with pytest.raises(Refused):
        proofs.prove_code(user=user, code=RECOVERY, now=NOW)


def test_after_five_wrong_tries_the_right_one_is_refused_too_and_looked_at_as_long():
    user = person()
    enrolled(user)
    for _ in range(5):
        with pytest.raises(Refused) as refused:
            prove(user, PASSWORD, "000000")
        assert not isinstance(refused.value, TooMany)
    for password, given in ((PASSWORD, code()), ("wrong", "000000")):
        with (
            mock.patch.object(user, "check_password", wraps=user.check_password) as checked,
            mock.patch.object(
                proofs.second_factor, "matching_step", wraps=proofs.second_factor.matching_step
            ) as matched,
            pytest.raises(TooMany),
        ):
            prove(user, password, given)
        assert (checked.call_count, matched.call_count) == (1, 1)
    assert fresh(user).second_factor.last_step == 0


def test_a_success_forgives_what_was_tried_before():
    user = person()
    for _ in range(4):
        with pytest.raises(Refused):
            prove(user, "wrong")
    prove(user)
    assert limits.take(limits.PROOF, user.reference) is None


def test_a_code_alone_is_counted_with_the_rest():
    user = person()
    enrolled(user)
    for _ in range(5):
        with pytest.raises(Refused):
            proofs.prove_code(user=user, code="000000", now=NOW)
    with pytest.raises(TooMany):
        proofs.prove_code(user=user, code=code(), now=NOW)
    with pytest.raises(TooMany):
        prove(user, PASSWORD, code())
