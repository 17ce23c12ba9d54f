"""Every address of judging by who asks: a stranger's is 404, a wrong role 403 with the reason."""

import pytest
from django.urls import reverse

from commissioning.audit.models import AccessEntry, Event
from commissioning.people.roles import Role
from commissioning.records.models import Message
from evaluation import urls
from evaluation.models import (
    AgreedScore,
    Declaration,
    Exercise,
    MissingEvidence,
    Panellist,
    Release,
    Score,
    StandardDecision,
    SuppliedEvidence,
)
from providers.services import application_files, entries
from tests import factories as people
from tests.evaluation import factories as f
from tests.evaluation.pages import text
from tests.evaluation.services.test_evidence import asked, supply

pytestmark = pytest.mark.django_db

# Answers to a GET, by who asks. Exercises are being moderated; those marked * are of a window whose
# letters are drafted. Whoever is not named sees no exercise, and may not run a window.
COLUMNS = ("lead", "auditor", "evaluator", "lay", "moderator")
TABLE = """
exercises                    200  200  200  200  200
exercise                     200  200  200  200  200
exercise-appoint             200  403  403  403  403
exercise-stand-down          200  403  403  403  403
exercise-terms               200  403  403  403  403
exercise-start               200  403  403  403  403
exercise-end                 200  403  403  403  403
exercise-declare             403  403  200  200  200
exercise-declare-later       403  403  200  200  200
exercise-conflict            200  403  403  403  403
exercise-standards           200  403  403  403  403
exercise-standard            200  403  403  403  403
exercise-ask-evidence        200  403  403  403  403
evidence                     403  403  404  404  404
evidence-file                200  200  404  404  404
exercise-scores              403  403  200  200  403
exercise-next-score          403  403  302  302  403
exercise-score               403  403  200  200  403
exercise-file                403  403  200  200  200
exercise-files               200  200  403  403  403
exercise-hand-in             403  403  200  200  403
exercise-begin-moderation    403  403  403  403  200
exercise-workbench           403  403  403  403  200
exercise-agree               403  403  403  403  200
exercise-close-moderation    403  403  403  403  200
exercise-results*            200  403  403  403  403
window-panels                200  403  403  403  403
window-checks                200  403  403  403  403
window-check-debarment       200  403  403  403  403
window-confirm-platform      200  403  403  403  403
window-outcomes              200  403  403  403  403
window-draft-letters*        200  403  403  403  403
window-release*              200  403  403  403  403
window-take-back*            200  403  403  403  403
"""
ROWS = {row.split()[0].rstrip("*"): [int(one) for one in row.split()[1:]] for row in TABLE.split("\n") if row}
DRAFTED = {row.split()[0].rstrip("*") for row in TABLE.split("\n") if "*" in row}
NAMES = sorted(str(route.name) for route in urls.urlpatterns)
STRANGERS = ("colleague", "stranger", "other provider", "bidder", "administrator")
WHO = (*COLUMNS, *STRANGERS, "nobody")


def _moderating() -> f.Case:
    """Return a case in moderation with a file in an answer and a conflict that was decided."""
    found = f.case("sealed", bidders=0)
    writer = f.providers.bid_writer(people.provider("Cam Sight"))
    entry = f.providers.fill(f.providers.entry_of(f.providers.application(found.window, by=writer)))
    application_files.add_file(
        application=entry.application,
        submission=entry.submission,
        item="MS1",
        upload=f.providers.pdf(),
        actor=writer,
        now=f.providers.NOW,
    )
    entries.submit(entry=entry, actor=writer, now=f.providers.NOW)
    f.openings.open_entries(window=found.window, actor=found.lead, now=f.OPENED)
    found.window.refresh_from_db()
    f._judge(found, "handed_in")
    conflict = f.interests.declare_later(
        exercise=found.fresh(),
        organisation=found.assessment().organisation,
        nature="A friend.",
        actor=found.lay,
        now=f.NOW,
    )
    f.interests.decide_conflict(
        declaration=conflict, decision="may_judge", measures="Watched.", actor=found.lead, now=f.NOW
    )
    f.begin(found)
    return found


def _asked() -> f.Case:
    """Return a case in scoring whose bidder was asked for a missing document and sent it."""
    found = asked(0, bidders=1)
    supply(found, 0)
    return found


@pytest.fixture
def cases(time_machine):
    found = {"moderating": _moderating(), "drafted": f.case("drafted"), "asked": _asked()}
    time_machine.move_to(f.LATER, tick=False)
    return found


def stage_of(name):
    return "drafted" if name in DRAFTED else "asked" if name.startswith("evidence") else "moderating"


def case_of(name, cases):
    return cases[stage_of(name)]


def address(name, cases):
    found = case_of(name, cases)
    exercise, bidder = found.exercise.reference, found.assessment().organisation.reference
    answer = [exercise, bidder, "MS1"]
    place = [exercise, found.lay.reference]
    arguments = {
        "exercises": [],
        "exercise-stand-down": place,
        "exercise-conflict": [*place, bidder],
        "exercise-standard": [exercise, bidder],
        "exercise-score": answer,
        "exercise-file": [*answer, 1],
        "exercise-agree": answer,
        "window-check-debarment": [found.window.reference, bidder],
        "window-confirm-platform": [found.window.reference, bidder],
    }
    if name.startswith("evidence"):
        sent = SuppliedEvidence.objects.get()
        return reverse(name, args=[sent.missing.reference, *([sent.pk] if name == "evidence-file" else [])])
    start = found.window.reference if name.startswith("window") else exercise
    return reverse(name, args=arguments.get(name, [start]))


def person(who, found):
    return {
        "lead": lambda: found.lead,
        "auditor": lambda: people.person(found.authority, Role.AUDITOR),
        "evaluator": lambda: found.evaluators[0],
        "lay": lambda: found.lay,
        "moderator": lambda: found.moderator,
        "colleague": lambda: people.person(found.authority, Role.COMMISSIONER, Role.EVALUATOR),
        "stranger": lambda: people.person(people.authority(), *[r for r in Role if "provider" not in r]),
        "other provider": f.providers.bid_writer,
        "bidder": lambda: people.person(found.assessment().organisation, Role.PROVIDER_ADMIN),
        "administrator": lambda: people.person(is_staff=True),
        "nobody": lambda: None,
    }[who]()


def expected(name, who):
    if who == "nobody":
        return 302
    if who in COLUMNS:
        return ROWS[name][COLUMNS.index(who)]
    if name == "exercises":
        return 200
    if who == "bidder" and name.startswith("evidence"):
        return 200
    # That the window is there is public; who runs it is the authority's lead.
    return 403 if name.startswith("window") else 404


def test_every_address_has_its_row():
    assert sorted(ROWS) == NAMES
    assert all(len(row) == len(COLUMNS) for row in ROWS.values())


def everything():
    judged = (Exercise, Panellist, Declaration, StandardDecision, Score, AgreedScore, Release)
    models = (*judged, MissingEvidence, SuppliedEvidence, Event, Message)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("who", WHO)
def test_each_address_answers_each_person_as_it_should(cases, who):
    readers = {key: person(who, found) for key, found in cases.items()}
    before = everything()
    for name in NAMES:
        client = f.client(readers[stage_of(name)])
        response = client.get(address(name, cases))
        assert response.status_code == expected(name, who), f"{who} at {name}: {response.status_code}"
        if who == "nobody":
            assert response.headers["Location"].startswith("/account/sign-in/"), name
        if response.status_code in (403, 404):
            page = text(response)
            assert "Marmalade" not in page
            assert case_of(name, cases).assessment().organisation.name not in page or who == "bidder"
        if response.status_code == 403:
            reason = "Only the panel" if name == "exercise-file" else "Your role does not allow you to"
            assert reason in page, f"{who} at {name}"
    assert everything() == before, "a GET changes nothing"


TYPED = {
    "reason": "Because I say so.",
    "score": "1",
    "decision": "stands_down",
    "measures": "x",
    "conflict": "no",
    "undertaking": "on",
    "nature": "x",
    "minimum_panel": "1",
    "quorum": "1",
    "lots": ["1"],
    "planned_on_day": "15",
    "planned_on_month": "2",
    "planned_on_year": "2027",
}


@pytest.mark.parametrize("who", WHO)
def test_a_post_of_whoever_may_not_changes_nothing(cases, who):
    readers = {key: person(who, found) for key, found in cases.items()}
    clients = {key: f.client(reader) for key, reader in readers.items()}
    before = everything()
    for name in NAMES:
        if expected(name, who) in (200, 302) and who != "nobody":
            continue
        client = clients[stage_of(name)]
        response = client.post(address(name, cases), TYPED)
        assert response.status_code in {401, 403, 404, 405}, f"{who} at {name}: {response.status_code}"
    assert everything() == before


def test_a_refused_attempt_is_noted_and_so_is_a_strangers(cases):
    found = cases["moderating"]
    stranger = person("stranger", found)
    f.client(found.lead).get(found.answer_url())
    f.client(stranger).get(found.answer_url())
    f.client(stranger).get("/exercises/EX-NONE0/")
    noted = AccessEntry.objects.filter(outcome="refused").order_by("pk")
    assert [row.user for row in noted] == [found.lead, stranger]
    assert all("ScoreAnswer" in row.what for row in noted)


def test_a_reference_that_is_not_there_is_404(cases):
    for name in NAMES:
        found, url = case_of(name, cases), address(name, cases)
        sent = SuppliedEvidence.objects.get().missing.reference
        for reference in (found.exercise.reference, found.window.reference, sent):
            url = url.replace(reference, reference[:-2] + "ZZ")
        for user in (found.lead, found.evaluators[0], found.moderator):
            status = f.client(user).get(url).status_code
            assert status == (200 if name == "exercises" else 404), f"{name}: {status}"
