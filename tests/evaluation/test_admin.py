"""The administration looks up panels, and learns neither whom they judge nor what they score."""

import pytest
from django.contrib import admin
from django.urls import reverse

from evaluation.models import AgreedScore, Assessment, Declaration, Score
from tests import factories as people
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(time_machine):
    time_machine.move_to(f.NOW)
    return people.client_for(people.person(is_staff=True))


def test_a_panel_shows_its_people_and_no_bidder(client):
    case = f.case("scored")
    listing = client.get(reverse("admin:evaluation_exercise_changelist")).content.decode()
    shown = client.get(reverse("admin:evaluation_exercise_change", args=[case.exercise.pk])).content.decode()
    assert case.exercise.reference in listing
    assert case.lay.name in shown
    assert case.assessment().organisation.name not in shown
    assert "finds that it fits" not in shown


def test_nothing_is_written_here(client):
    case = f.case("scoring")
    url = reverse("admin:evaluation_exercise_change", args=[case.exercise.pk])
    assert 'name="_save"' not in client.get(url).content.decode()
    assert client.post(url, {"state": "closed"}).status_code == 403
    assert client.get(reverse("admin:evaluation_exercise_add")).status_code == 403


def test_scores_and_interests_have_no_page_here():
    for model in (Assessment, Score, AgreedScore, Declaration):
        assert model not in admin.site._registry
