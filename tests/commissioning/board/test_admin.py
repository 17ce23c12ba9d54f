"""The administration looks up boards and papers, and decides nothing."""

import pytest
from django.urls import reverse

from tests import factories as people
from tests.calloffs import factories as f

pytestmark = pytest.mark.django_db


def test_boards_and_papers_are_looked_up_and_not_written():
    ground = f.ground(pool=1)
    paper = f.tabled(ground)
    client = people.client_for(people.person(is_staff=True))
    board = client.get(reverse("admin:board_board_change", args=[paper.board.pk])).content.decode()
    assert ground.chair.name in board
    assert paper.reference in client.get(reverse("admin:board_paper_changelist")).content.decode()
    url = reverse("admin:board_paper_change", args=[paper.pk])
    assert paper.title in client.get(url).content.decode()
    assert client.post(url, {"state": "approved"}).status_code == 403
