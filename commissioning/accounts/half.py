"""Half signed in: the password was right, and the code of the second factor is not given yet."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from commissioning import clock
from commissioning.people.models import User

WHOSE, SINCE, RESTS_ON = "half_whose", "half_since", "half_rests_on"


def note(request: HttpRequest, user: User) -> None:
    """Note, under a fresh session key, who gave the right password; it holds as long as a proof does."""
    request.session.cycle_key()
    request.session[WHOSE] = user.pk
    request.session[SINCE] = clock.real_now().timestamp()
    request.session[RESTS_ON] = user.get_session_auth_hash()


def person(request: HttpRequest) -> User | None:
    """Return who gave the right password on the page before, unless it is long ago or changed meanwhile."""
    age = clock.real_now().timestamp() - request.session.get(SINCE, 0)
    if not 0 <= age <= settings.PROOF_LASTS.total_seconds():
        return None
    user = User.objects.filter(pk=request.session.get(WHOSE, 0), is_active=True).first()
    if user is None:
        return None
    same = constant_time_compare(request.session.get(RESTS_ON, ""), user.get_session_auth_hash())
    return user if same else None


def forget(request: HttpRequest) -> None:
    """Forget it: the code was given."""
    for name in (WHOSE, SINCE, RESTS_ON):
        request.session.pop(name, None)
