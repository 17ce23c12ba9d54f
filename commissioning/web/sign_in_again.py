"""A form posted after the session was lost is kept: its writer signs in and goes on (settled 33).

The page posts what was typed to the same address again, beside e-mail and password. Nothing of it is stored.
"""

from collections.abc import Callable

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from commissioning.accounts import sessions
from commissioning.accounts.services import limits, proofs
from commissioning.people.models import User
from commissioning.workflow import Reason, Refused

from .forms import PortalForm

EMAIL = "sign_in_again_email"
PASSWORD = "sign_in_again_password"  # noqa: S105 - the name of a box
CODE = "sign_in_again_code"
PROVE_PASSWORD = "prove_password"  # noqa: S105 - the name of a box
PROVE_CODE = "prove_code"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a box
# Boxes that nobody typed: the version or the words a page was drawn with, and the button that was pressed.
SILENT = ("version", "seen", "then")
NOT_RIGHT = "The e-mail address, the password or the code is not right. Try again."


class SignInAgainForm(PortalForm):
    """E-mail, password and code, under names that no other form of the portal uses."""

    sign_in_again_email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    sign_in_again_password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    sign_in_again_code = forms.CharField(
        label="Code",
        required=False,
        max_length=40,
        help_text="If you have switched on the second factor: the code of your app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    nouns = {EMAIL: "your e-mail address", PASSWORD: "your password", CODE: "the code"}
    widths = {CODE: 20}


def kept_fields(posted: QueryDict) -> QueryDict:
    """Return what was posted without the boxes of signing in and of proving again who one is."""
    kept = posted.copy()
    for name in (EMAIL, PASSWORD, CODE, PROVE_PASSWORD, PROVE_CODE):
        kept.pop(name, None)
    return kept


def kept_pairs(posted: QueryDict) -> list[tuple[str, str]]:
    """Return the names and values that a page carries on for the reader."""
    # SECURITY: passwords typed on the page before are not written into this one.
    return [
        (name, str(value))
        for name, values in kept_fields(posted).lists()
        if name != TOKEN and "password" not in name
        for value in values
    ]


def typed(posted: QueryDict) -> list[str]:
    """Return what was posted to be read: what somebody wrote or chose, no more."""
    return [value for name, value in kept_pairs(posted) if value.strip() and not name.startswith(SILENT)]


def sign_in_again(request: HttpRequest, not_done_yet: Callable[[], str] = lambda: "") -> HttpResponse | None:
    """Return None once the writer of a kept form has signed in; else the page, or the way, to sign in.

    Then `request.POST` holds the kept form alone. Its token has been checked before any view runs, so no
    other site can have filled the kept fields. `not_done_yet` is what the page says first.
    """
    unsent = not_done_yet() if request.method == "POST" else ""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    if PASSWORD not in request.POST:
        return _page(request, SignInAgainForm(), unsent)
    form = SignInAgainForm(request.POST)
    if form.is_valid():
        try:
            sessions.begin(request, _person(request))
        except Refused as refusal:
            form.refuse(refusal.reasons)
            if isinstance(refusal, limits.TooMany):
                return _page(request, form, unsent, status=429)
        else:
            request.POST = kept_fields(request.POST)  # type: ignore[assignment]
            return None
    return _page(request, form, unsent)


def _person(request: HttpRequest) -> User:
    """Return whose e-mail, password and code were typed. Raises Refused, with one answer to all."""
    email = request.POST[EMAIL].strip().lower()
    user = authenticate(request, username=email, password=request.POST[PASSWORD])
    if not isinstance(user, User):
        raise Refused(NOT_RIGHT)
    if user.has_second_factor:
        try:
            now = request.received_at  # type: ignore[attr-defined]
            proofs.prove_code(user=user, code=request.POST.get(CODE, ""), now=now)
        except limits.TooMany:
            raise
        except Refused:
            raise Refused(NOT_RIGHT) from None
    return user


def _page(
    request: HttpRequest, form: SignInAgainForm, unsent: str = "", *, status: int = 401
) -> HttpResponse:
    return render(
        request,
        "base/sign_in_again.html",
        {
            "heading": "Sign in to go on",
            "unsent": unsent,
            "form": form,
            "kept": kept_pairs(request.POST),
            "typed": typed(request.POST),
            "had_files": bool(request.FILES),
        },
        status=status,
    )


def locked_page(request: HttpRequest, refusal: Reason) -> HttpResponse:
    """Return the page of a kept form whose writer is locked out for a while, with all that was typed."""
    form = SignInAgainForm(request.POST)
    form.refuse([refusal])
    return _page(request, form, status=429)
