"""The second factor's codes: the secret an app is given, its picture, and what a typed code stands for.

Nothing here is kept or counted; that is the business of `services.factors`.
"""

import io
import secrets
from datetime import datetime

import pyotp
import segno
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.debug import sensitive_variables

from commissioning import clock
from commissioning.people.models import User
from commissioning.people.references import ALPHABET

ISSUER = "Commissioning portal"
STEP_SECONDS = 30
# A clock may be wrong by one step either way.
DRIFT = 1
RECOVERY_CODES = 10
# The offer of a secret goes to the page and back; it waits there no longer than this.
OFFER_SECONDS = 3600
_GROUPS, _GROUP = 3, 4


def _signer(user: User) -> TimestampSigner:
    return TimestampSigner(salt=f"second factor offered to {user.reference}")


def fresh_offer(user: User) -> str:
    """Return a fresh secret, signed for this person's page; it counts once a code of it has come back."""
    return _signer(user).sign(pyotp.random_base32())


def offered_secret(user: User, offer: str) -> str | None:
    """Return the secret of an offer made to this person within the hour, else None."""
    try:
        return _signer(user).unsign(offer, max_age=OFFER_SECONDS)
    except BadSignature:
        return None


def present_code(user: User, offer: str) -> str:
    """Return the code that an app with this offer shows now; the demonstration types it for its people."""
    step = int(clock.real_now().timestamp()) // STEP_SECONDS
    return pyotp.TOTP(offered_secret(user, offer) or "").generate_otp(step)


def picture(user: User, secret: str) -> str:
    """Return the QR code to scan as SVG that carries neither style nor script."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    drawn = io.BytesIO()
    segno.make(uri, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, light="#fff", nl=False
    )
    return drawn.getvalue().decode()


def spaced(secret: str) -> str:
    """Return a secret in groups of four, as it is easiest to type."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@sensitive_variables()
def matching_step(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """Return the half minute whose code this is, if it is later than `after`; else None.

    `at` is real time (settled 12). Every step is compared, so that the time taken tells nothing.
    """
    totp = pyotp.TOTP(secret)
    present = int(at.timestamp()) // STEP_SECONDS
    digits = "".join(code.split())
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        same = constant_time_compare(totp.generate_otp(step), digits)
        if same and step > after:
            found = step
    return found


def fresh_recovery_codes() -> list[str]:
    """Return ten codes such as `7K3M-9QXA-2HPD`, 58 bits each."""

    def group() -> str:
        return "".join(secrets.choice(ALPHABET) for _ in range(_GROUP))

    return ["-".join(group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]


@sensitive_variables()
def recovery_digest(user: User, code: str) -> str:
    """Return what is kept of a recovery code; case, spaces and dashes are set aside."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac(f"recovery codes of {user.reference}", plain, algorithm="sha256").hexdigest()
