"""Rolling entries of a provider: what stands against one more, and where one goes on."""

from commissioning.people.models import Organisation
from lots.models import Lot
from providers.models import Admission, Application, Entry

UNDECIDED = ("submitted", "opened")


def begun(lot: Lot, organisation: Organisation) -> Application | None:
    """Return the application in which the organisation is writing a rolling entry to the lot, if any."""
    mine = Application.objects.filter(organisation=organisation, window__made_for=organisation)
    return mine.filter(
        window__lots__lot=lot, window__state="open", window__received_at=None, entries__state="draft"
    ).first()


def why_not(lot: Lot, organisation: Organisation) -> str:
    """Return why the organisation itself cannot begin a rolling entry to the lot, or an empty text."""
    if Admission.objects.filter(lot=lot, organisation=organisation).exclude(state="removed").exists():
        return f"{organisation.name} already has a place in {lot}."
    if application := begun(lot, organisation):
        return f"{organisation.name} is writing one already: {application.reference}. Go on with that."
    waiting = Entry.objects.filter(
        application__organisation=organisation, window_lot__lot=lot, state__in=UNDECIDED
    ).exclude(window_lot__window__state="cancelled")
    if entry := waiting.select_related("application", "window_lot__lot").first():
        return f"{entry.reference} for this lot is not decided yet. Wait for its outcome."
    return ""
