"""What is put back is what the services built, and nothing is put back onto a ground that is not known."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from evaluation.models import Exercise
from tests import factories as people
from tests import remembered
from tests.evaluation import factories as f

pytestmark = pytest.mark.django_db


@contextmanager
def another_test() -> Iterator[None]:
    """What is written within is gone after it, as between two tests."""
    with transaction.atomic():
        remembered.begin()
        yield
        transaction.set_rollback(True)


def rows():
    """Return every table's rows; what PostgreSQL gives as a view of memory, as the bytes it holds."""
    return {
        model: sorted(
            str([bytes(value) if isinstance(value, memoryview) else value for value in row])
            for row in found.values()
        )
        for model, found in remembered._image().items()
    }


def test_every_row_comes_back_as_it_was_and_can_be_gone_on_from():
    seen = []
    for _ in range(4):
        with another_test():
            case = f.case("handed_in")
            seen.append(rows())
            f.begin(case)
            assert case.fresh().state == "moderating"
    assert seen[1] == seen[2] == seen[3]
    assert len(seen[0][Exercise]) == len(seen[3][Exercise]) == 1


def test_what_one_test_did_to_its_objects_is_unknown_to_the_next():
    for _ in range(4):
        with another_test():
            case = f.case("scoring")
            assert case.window.title != "Changed"
            case.window.title = "Changed"
            case.exercises.clear()


def test_after_anything_else_was_written_it_is_built_in_full():
    for _ in range(4):
        with another_test():
            somebody = people.person()
            case, other = f.case("scoring"), f.case("scoring")
            assert case.exercise.pk != other.exercise.pk
            somebody.refresh_from_db()
            assert Exercise.objects.count() == 2
