import pytest
from django.db import IntegrityError, transaction

from commissioning.records.models import Wrap
from tests import factories
from tests.commissioning.records.factories import sealed


@pytest.mark.django_db
def test_a_data_key_is_wrapped_once_to_the_provider_and_once_to_a_round():
    blob = sealed(factories.provider())
    for wrap in list(blob.wraps.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            Wrap.objects.create(blob=blob, round=wrap.round, wrapped=b"again")
    assert blob.wraps.filter(round=None).count() == 1
