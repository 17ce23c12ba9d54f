"""Sessions with an owner, a beginning and a last use, so that people see their own and end them.

`SESSION_ENGINE` names this module. A session holds `SESSION_COOKIE_AGE` from signing in and `SESSION_IDLE`
from its last use, both by real time (settled 12).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest

from commissioning import clock
from commissioning.people.models import User
from commissioning.people.signing_in import Session

from . import browsers

BACKEND = "django.contrib.auth.backends.ModelBackend"
STARTED, BROWSER, PROVED = "started", "browser", "proved"
# A use is noted at most once in this time: else each page read would write to the database.
NOTED_EVERY = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's sessions in the database, in a table that knows whose each one is."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_session_from_db(self) -> Session | None:
        real = clock.real_now()
        row = (
            Session.objects.in_use(real, idle=settings.SESSION_IDLE).filter(pk=self.session_key).first()
            if self.session_key
            else None
        )
        if row is None:
            self._session_key = None
        elif real - row.used_at >= NOTED_EVERY:
            Session.objects.filter(pk=row.pk).update(used_at=real)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        real = clock.real_now()
        started = datetime.fromtimestamp(data.setdefault(STARTED, real.timestamp()), UTC)
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=started + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            user_id=data.get(SESSION_KEY),
            browser=data.get(BROWSER, ""),
            started_at=started,
            used_at=real,
        )


def begin(request: HttpRequest, user: User) -> None:
    """Sign the person in: a fresh key, the time, the browser in words, and the proof just given."""
    login(request, user, backend=BACKEND)
    real = clock.real_now().timestamp()
    request.session[STARTED] = real
    request.session[BROWSER] = browsers.in_words(request.headers.get("User-Agent", ""))
    request.session[PROVED] = real


def note_proof(request: HttpRequest) -> None:
    """Note that the person has just proved again who they are (settled 27)."""
    request.session[PROVED] = clock.real_now().timestamp()


def proof_minutes() -> int:
    """Return for how many minutes a proof counts, for pages that say so."""
    return int(settings.PROOF_LASTS.total_seconds()) // 60


def is_proof_fresh(request: HttpRequest) -> bool:
    """Return whether the last proof is young enough to sign, open or release (settled 27)."""
    age = clock.real_now().timestamp() - request.session.get(PROVED, 0)
    return bool(0 <= age <= settings.PROOF_LASTS.total_seconds())
