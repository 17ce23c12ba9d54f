"""Two texts, three choices, and the history in which both stay."""

import pytest
from django.urls import reverse

from providers.models import AnswerVersion
from providers.queries import submissions as queries
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(time_machine):
    time_machine.move_to(f.NOW, tick=False)
    return f.application(by=f.bid_writer(name="Ana Writer"))


@pytest.fixture
def ana(application):
    return people.client_for(f.writer_of(application))


@pytest.fixture
def ben(application):
    return people.client_for(people.person(application.organisation, "provider_editor", name="Ben Editor"))


def url(name, application, *more):
    return reverse(f"entry-{name}", args=[application.reference, 1, "MS1", *more])


def save(client, application, text, version=0, **given):
    typed = {"text": text, "version": version, "then": "stay", **given}
    return client.post(url("question", application), typed)


def history(application):
    """Return every version's text, the oldest first."""
    submission, writer = f.entry_of(application).submission, f.writer_of(application)
    item = queries.read_own_item(submission=submission, code="MS1", actor=writer, now=f.NOW).item
    rows = AnswerVersion.objects.filter(submission=submission, item="MS1").order_by("number")
    return [queries.read_version(row, item, actor=writer, now=f.NOW) for row in rows]


@pytest.fixture
def conflict(application, ana, ben):
    save(ben, application, "People come first with us.")
    response = save(ana, application, "People always come first.")
    assert response.status_code == 422
    return response.content.decode()


def test_the_difference_is_told_word_by_word_and_not_by_colour_alone(conflict):
    assert "<ins>" in conflict
    assert "(only in yours: </span>always " in conflict
    assert "(only in the saved text: </span>first with us." in conflict
    assert 'name="mine" value="People always come first."' in conflict
    for choice in ("Keep mine", "Keep theirs", "Save what is in the box"):
        assert choice in conflict
    assert "data-autosave" not in conflict


CHOICES = [
    ("mine", "People always come first."),
    ("theirs", "People come first with us."),
    ("both", "People always come first with us."),
]


@pytest.mark.parametrize(("then", "stands"), CHOICES)
def test_whatever_is_chosen_both_texts_stay_in_the_history(application, ana, conflict, then, stands):
    response = save(
        ana,
        application,
        "People always come first with us." if then == "both" else "People always come first.",
        1,
        then=then,
        mine="People always come first.",
    )
    assert response.status_code == 302
    kept = history(application)
    assert kept[-1] == stands
    assert {"People come first with us.", "People always come first."} <= set(kept)


def test_a_third_text_saved_meanwhile_is_shown_again_and_nothing_is_lost(application, ana, ben, conflict):
    save(ben, application, "A third text.", 1)
    mine = "People always come first."
    for then in ("mine", "theirs", "both"):
        response = save(ana, application, "In the box.", 1, then=then, mine=mine)
        assert response.status_code == 422
        page = response.content.decode()
        assert "A third text." in page
        assert f'name="mine" value="{mine}"' in page
        assert "In the box." in page
    assert history(application) == ["People come first with us.", "A third text."]


def test_a_version_that_is_not_there_cannot_be_chosen(application, ana):
    save(ana, application, "Words")
    assert save(ana, application, "Words", 9, then="theirs", mine="Mine").status_code == 404


def test_the_history_says_who_when_and_how_many_words(application, ana, ben):
    save(ana, application, "One two three")
    save(ben, application, "One two", 1)
    page = ana.get(url("versions", application)).content.decode()
    assert page.index("Ben Editor</td>") < page.index("Ana Writer</td>")
    assert "Thursday 14 January 2027, 14:02:11 London time" in page
    assert "Stands now" in page


def test_an_earlier_version_is_read_and_brought_back_as_a_new_one(application, ana, ben):
    save(ana, application, "The first words")
    save(ben, application, "Other words", 1)
    page = ana.get(url("version", application, 1)).content.decode()
    assert "The first words" in page
    assert "(only in the answer that stands now: </span>Other " in page
    response = ana.post(url("version", application, 1), {"version": 2})
    assert response.headers["Location"] == url("question", application)
    assert history(application) == ["The first words", "Other words", "The first words"]


def test_bringing_one_back_overwrites_nobody(application, ana, ben):
    save(ana, application, "The first words")
    save(ben, application, "Other words", 1)
    save(ben, application, "Still others", 2)
    response = ana.post(url("version", application, 1), {"version": 2})
    assert response.status_code == 422
    assert "saved again meanwhile" in response.content.decode()
    assert len(history(application)) == 3


def test_what_stands_cannot_be_brought_back_nor_anything_after_the_close(application, ana, time_machine):
    save(ana, application, "The first words")
    assert "version that stands now" in ana.get(url("version", application, 1)).content.decode()
    save(ana, application, "Other words", 1)
    time_machine.move_to(f.AFTER)
    client = people.client_for(f.writer_of(application))
    assert "Bring this version back" not in client.get(url("version", application, 1)).content.decode()
    assert client.post(url("version", application, 1), {"version": 2}).status_code == 422
    assert len(history(application)) == 2


def test_a_version_or_question_that_is_not_there_is_404(application, ana):
    save(ana, application, "Words")
    assert ana.get(url("version", application, 2)).status_code == 404
    for name, more in (("versions", []), ("version", [1])):
        for code in ("NOPE", "INS"):
            address = reverse(f"entry-{name}", args=[application.reference, 1, code, *more])
            assert ana.get(address).status_code == 404
