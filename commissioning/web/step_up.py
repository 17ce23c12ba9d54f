"""Signing, opening and releasing ask again who is acting, if the last proof is too old (settled 27).

Like a lost session: the page carries on what was typed, posts it to the same address beside the password
(and the code where a second factor is switched on), and nothing of it is stored.
"""

from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commissioning.accounts import sessions
from commissioning.accounts.services import limits, proofs
from commissioning.people.models import User
from commissioning.workflow import Refused

from .forms import PortalForm
from .sign_in_again import PROVE_CODE, PROVE_PASSWORD, kept_fields, kept_pairs


class StepUpForm(PortalForm):
    """The password, and the code of whoever has a second factor."""

    prove_password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "spellcheck": "false"}),
    )
    prove_code = forms.CharField(
        label="The code of your app",
        max_length=40,
        help_text="Six digits, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    nouns = {PROVE_PASSWORD: "your password", PROVE_CODE: "the code of your app"}
    widths = {PROVE_CODE: 20}

    def __init__(self, *args: object, with_code: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields[PROVE_CODE]


def ask_again(request: HttpRequest, user: User, *, now: datetime) -> HttpResponse | None:
    """Return None if the person has proved lately, or just now, who they are; else the page that asks.

    After a proof `request.POST` holds what was typed before alone.
    """
    if sessions.is_proof_fresh(request):
        return None
    tried = PROVE_PASSWORD in request.POST
    form = StepUpForm(request.POST if tried else None, with_code=user.has_second_factor)
    status = 422 if tried else 401
    if tried and form.is_valid():
        given = form.cleaned_data
        try:
            proofs.prove(
                user=user,
                password=given[PROVE_PASSWORD],
                code=given.get(PROVE_CODE, ""),
                now=now,
                field=PROVE_PASSWORD,
            )
        except Refused as refusal:
            form.refuse(refusal.reasons)
            status = 429 if isinstance(refusal, limits.TooMany) else 422
        else:
            sessions.note_proof(request)
            request.POST = kept_fields(request.POST)  # type: ignore[assignment]
            return None
    context = {
        "heading": "Confirm that it is you",
        "form": form,
        "minutes": sessions.proof_minutes(),
        "kept": kept_pairs(request.POST),
        "had_files": bool(request.FILES),
    }
    return render(request, "base/step_up.html", context, status=status)
