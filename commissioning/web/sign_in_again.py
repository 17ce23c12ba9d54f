"""A form posted after the session was lost is kept: its writer signs in and goes on (settled 33).

The page posts what was typed to the same address again, beside e-mail and password. Nothing of it is stored.
"""

from django import forms
from django.contrib.auth import authenticate, login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from .forms import PortalForm

EMAIL = "sign_in_again_email"
PASSWORD = "sign_in_again_password"  # noqa: S105 - the name of a box
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a box


class SignInAgainForm(PortalForm):
    """E-mail and password, under names that no other form of the portal uses."""

    sign_in_again_email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    sign_in_again_password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    nouns = {EMAIL: "your e-mail address", PASSWORD: "your password"}


def signed_in_again(request: HttpRequest) -> bool:
    """Sign in whoever posted e-mail and password with the kept form, and say whether that was done.

    Afterwards `request.POST` holds the kept form alone. The token of the form has been checked before any
    view runs, so no other site can have filled the kept fields.
    """
    if request.method != "POST" or PASSWORD not in request.POST:
        return False
    user = authenticate(
        request, username=request.POST.get(EMAIL, "").strip().lower(), password=request.POST[PASSWORD]
    )
    if user is None:
        return False
    login(request, user)
    request.POST = kept_fields(request.POST)  # type: ignore[assignment]
    return True


def kept_fields(posted: QueryDict) -> QueryDict:
    """Return what was posted without the sign-in boxes."""
    kept = posted.copy()
    for name in (EMAIL, PASSWORD):
        kept.pop(name, None)
    return kept


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a reader to the sign-in page and back; redraw the page of one who posted, with what was typed."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    tried = PASSWORD in request.POST
    form = SignInAgainForm(request.POST if tried else None)
    if tried and form.is_valid():
        form.add_error(None, "The e-mail address or the password is not right. Try again.")
    # SECURITY: passwords typed on the lost page are not written into this one.
    kept = [
        (name, value)
        for name, values in kept_fields(request.POST).lists()
        if name != TOKEN and "password" not in name
        for value in values
    ]
    return render(
        request,
        "base/sign_in_again.html",
        {"heading": "Sign in to go on", "form": form, "kept": kept, "had_files": bool(request.FILES)},
        status=401,
    )
