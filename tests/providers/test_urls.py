"""Every address by who asks: a stranger's is 404, a wrong role 403 with the reason."""

import pytest
from django.urls import reverse

from providers import urls
from providers.models import Entry
from providers.services import application_files
from tests import factories as people
from tests.providers import factories as f
from tests.providers.profiles import document

pytestmark = pytest.mark.django_db

PUBLIC = {"pool"}
MINE = {"applications"}
OF_WINDOW = {
    "window-extend",
    "window-outage-extend",
    "window-outage-leave",
    "window-propose-opening",
    "window-unseal",
}
OF_QUESTIONS = {"window-question-answer", "window-answer-correct"}
OF_AGREEMENT = {"agreement-extend", "agreement-abandon", "lot-remove", "notice-new"}
OF_POOL = {
    "admission-suspend",
    "admission-lift",
    "admission-remove",
    "admission-hold",
    "admission-release-hold",
    "admission-rating",
    "admission-debarment",
    "admission-platform",
}
PROFILE = {"profile", "profile-document"}  # read by its own people, and by the leads of its pools
OF_PROFILE = {"profile-document-add", "profile-document-take-out", "profile-rating", "profile-declare"}
FILE_PAGES = ("file-about", "file-replace", "file-confidential")
NAMES = sorted(str(route.name) for route in urls.urlpatterns)


@pytest.fixture
def scene(time_machine):
    time_machine.move_to(f.NOW)
    entry = f.submitted(f.window(consortium=True), by=f.bid_writer(people.provider("P3 Charity")))
    application, window = entry.application, entry.window_lot.window
    f.fill(entry)
    f.name(entry)
    application_files.add_file(
        application=application,
        submission=entry.submission,
        item="MS1",
        upload=f.pdf(),
        actor=f.writer_of(application),
        now=f.NOW,
    )
    application_files.add_file(
        application=application,
        submission=entry.submission,
        item="MS2",
        upload=f.pdf(),
        actor=f.writer_of(application),
        now=f.NOW,
    )
    f.admission(window.agreement.lots.get(number=3), application.organisation)
    answered = f.answered(window, by=f.writer_of(application))
    f.asked(window, by=f.writer_of(application))
    assert answered.number == 1
    document(application.organisation)
    return entry


def address(name, entry):
    application, window = entry.application, entry.window_lot.window
    agreement = window.agreement.reference
    a, w = application.reference, window.reference
    place = [agreement, 3, application.organisation.reference]
    profile = [application.organisation.reference]
    paper = [*profile, application.organisation.profile_documents.get().reference]
    arguments = {
        "applications": [],
        "application-start": [w],
        "window-extend": [w],
        "window-outage-extend": [w],
        "window-outage-leave": [w],
        "window-unseal": [w],
        "window-propose-opening": [w],
        "application": [a],
        "application-lots": [a],
        "application-at-close": [a],
        "entry-standard-versions": [a, 1, "INS"],
        "entry-standard-version": [a, 1, "INS", 1],
        "common-standard-versions": [a, "EXCL"],
        "common-standard-version": [a, "EXCL", 1],
        "entry-consortium-versions": [a, 1],
        "entry-consortium-version": [a, 1, 1],
        "entry-versions": [a, 1, "MS1"],
        "entry-version": [a, 1, "MS1", 1],
        "entry-last-time": [a, 1, "MS1"],
        "common-versions": [a, "ORG"],
        "common-version": [a, "ORG", 1],
        "common-last-time": [a, "ORG"],
        "application-organisation": [a],
        "entry-standards": [a, 1],
        "entry-question": [a, 1, "MS1"],
        "entry-file": [a, 1, "MS1", 1],
        "common-standards": [a],
        "common-question": [a, "ORG"],
        "common-file": [a, "ORG", 1],
        **{f"entry-{name}": [a, 1, "MS1", 1] for name in FILE_PAGES},
        **{f"common-{name}": [a, "ORG", 1] for name in FILE_PAGES},
        "entry-consortium": [a, 1],
        "entry-associate-add": [a, 1],
        "entry-associate": [a, 1, 1],
        "entry-associate-remove": [a, 1, 1],
        "entry-submit": [a, 1],
        "entry-withdraw": [a, 1],
        "entry-receipt": [a, 1, 1],
        "entry-receipt-json": [a, 1, 1],
        "entry-receipt-pdf": [a, 1, 1],
        "entry-sent": [a, 1, 1],
        "entry-sent-exact": [a, 1, 1, 2, "MS1"],
        "pool": [agreement],
        "agreement-extend": [agreement],
        "notice-new": [agreement],
        "window-question-answer": [w, window.questions.get(state="asked").reference],
        "window-answer-correct": [w, 1],
        "agreement-abandon": [agreement],
        "lot-remove": [agreement, 1],
        "rolling-start": [agreement, 1],
        "admission": place,
        **dict.fromkeys(OF_POOL, place),
        "profile": profile,
        "profile-document-add": profile,
        "profile-rating": profile,
        "profile-declare": [*profile, "pcr"],
        "profile-document": paper,
        "profile-document-take-out": paper,
    }
    return reverse(name, args=arguments[name])


STARTS = {
    "application-start": {"owner": {302}, "colleague": {302}, "other provider": {200}},
    "rolling-start": {"owner": {200}, "colleague": {200}, "other provider": {200}},
}


OF_AUTHORITIES = (
    # Everybody knows of a published agreement; its acts are its lead's.
    (OF_AGREEMENT, {"lead": {200}}, {403}),
    (OF_QUESTIONS, {"lead": {200}, "commissioner": {200}}, {403}),
    (OF_WINDOW, {"lead": {200}}, {403}),
)


def expected(name, who):
    if name in PUBLIC or (name in MINE and who != "nobody"):
        return {200}
    if who == "nobody":
        return {302}
    if name in STARTS:
        return STARTS[name].get(who, {403})
    for names, answers, otherwise in OF_AUTHORITIES:
        if name in names:
            return answers.get(who, otherwise)
    if name == "admission" or name in OF_POOL:
        if who == "lead":
            return {200}
        # Its own place a provider may look at; what is the lead's act is not its own.
        seen = {"owner", "colleague", "commissioner"}
        return ({200} if name == "admission" else {403}) if who in seen else {404}
    absent = {"common-file", *(f"common-{page}" for page in FILE_PAGES)}
    if name in {*absent, "entry-last-time", "common-last-time"}:
        return {404}
    if name in PROFILE or name in OF_PROFILE:
        seen = {"owner", "colleague", "lead", "commissioner"}
        own = name in PROFILE or who in ("owner", "colleague")
        return ({200} if own else {403}) if who in seen else {404}
    return {200} if who in ("owner", "colleague") else {404}


WHO = (
    "owner",
    "colleague",
    "other provider",
    "lead",
    "commissioner",
    "other lead",
    "administrator",
    "nobody",
)


def person(who, entry):
    organisation, agreement = entry.application.organisation, entry.window_lot.window.agreement
    return {
        "owner": lambda: f.writer_of(entry.application),
        "colleague": lambda: people.person(organisation, "provider_editor"),
        "other provider": f.bid_writer,
        "lead": lambda: f.lead_of(agreement),
        "commissioner": lambda: people.person(agreement.lead, "commissioner"),
        "other lead": lambda: f.lead_of(f.agreement()),
        "administrator": lambda: people.person(is_staff=True),
        "nobody": lambda: None,
    }[who]()


@pytest.mark.parametrize("who", WHO)
def test_each_address_answers_each_person_as_it_should(scene, who):
    client = people.client_for(person(who, scene))
    for name in NAMES:
        response = client.get(address(name, scene))
        assert response.status_code in expected(name, who), f"{who} at {name}: {response.status_code}"
        if response.status_code == 403:
            assert "Your role does not allow you to" in response.content.decode()


ACTS = [
    *(
        "application-start",
        "rolling-start",
        "application-lots",
        "entry-standards",
        "entry-question",
        "common-standards",
    ),
    *("entry-standard-version", "common-standard-version", "entry-consortium-version"),
    *("entry-consortium", "entry-associate-add", "entry-associate", "entry-associate-remove"),
    *("application-at-close", "entry-version", "entry-last-time", "common-version"),
    *("entry-file-replace", "entry-file-confidential"),
    *("common-question", "entry-submit", "entry-withdraw", *sorted(OF_WINDOW), *sorted(OF_POOL)),
    *sorted(OF_PROFILE),
]


@pytest.mark.parametrize("who", [who for who in WHO if who not in ("owner", "colleague", "lead")])
def test_a_post_of_anyone_else_changes_nothing(scene, who):
    client = people.client_for(person(who, scene))
    before = list(Entry.objects.order_by("pk").values())
    for name in ACTS:
        if name in ("application-start", "rolling-start") and who == "other provider":
            continue
        response = client.post(address(name, scene), {"text": "Mine", "met_INS": "yes", "reason": "Because."})
        assert response.status_code in {401, 403, 404}, f"{who} at {name}: {response.status_code}"
    assert list(Entry.objects.order_by("pk").values()) == before
    assert scene.submission.versions.count() == 8
    assert scene.submission.files.count() == 2


def test_get_changes_nothing(scene):
    client = people.client_for(f.writer_of(scene.application))
    before = list(Entry.objects.values()), scene.submission.versions.count(), scene.submission.files.count()
    for name in NAMES:
        client.get(address(name, scene))
    after = list(Entry.objects.values()), scene.submission.versions.count(), scene.submission.files.count()
    assert before == after


def test_a_lot_or_question_that_is_not_there_is_404(scene):
    client, a = people.client_for(f.writer_of(scene.application)), scene.application.reference
    for url in (
        reverse("entry-submit", args=[a, 9]),
        reverse("entry-question", args=[a, 1, "NOPE"]),
        reverse("entry-question", args=[a, 1, "INS"]),
        reverse("common-question", args=[a, "MS1"]),
        reverse("entry-receipt", args=[a, 1, 7]),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": "x"}).status_code in {404, 405}
