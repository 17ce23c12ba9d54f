"""Naming who applies together: alone or with others, sealed and submitted like any other answer."""

from dataclasses import replace

import pytest

from commissioning.policies import Denied
from commissioning.workflow import Refused
from providers.consortium import CODE, Consortium
from providers.queries import submissions as queries
from providers.services import application_answers, consortium, entries, standing
from providers.services.submissions import Overtaken, read_receipt
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return f.entry_of(f.application(f.window(consortium=True)))


def own(entry):
    return queries.read_own_item(
        submission=entry.submission, code=CODE, actor=f.writer_of(entry.application), now=f.NOW
    )


def call(verb, entry, based_on=None, **given):
    number = own(entry).number if based_on is None else based_on
    return verb(entry=entry, based_on=number, actor=f.writer_of(entry.application), now=f.NOW, **given)


def test_that_one_applies_alone_is_an_answer_and_saved_once(entry):
    assert CODE in [item.code for item in queries.missing(entry.submission)]
    call(consortium.apply_alone, entry)
    call(consortium.apply_alone, entry)
    assert (own(entry).value, own(entry).number) == (Consortium(alone=True), 1)
    assert CODE not in [item.code for item in queries.missing(entry.submission)]


def test_with_others_is_complete_once_somebody_is_named(entry):
    call(consortium.apply_with_others, entry)
    assert not own(entry).is_complete
    call(consortium.put, entry, associate=f.associate(share=20))
    assert own(entry).is_complete
    assert own(entry).value.find(1).name == "Hunts Forum"


def test_one_named_is_changed_in_its_place_and_taken_out(entry):
    f.name(entry, f.associate(), f.associate("Cam Sight", role="member"))
    kept = own(entry).value
    assert [one.number for one in kept.associates] == [1, 2]
    call(consortium.put, entry, associate=replace(kept.find(1), share=30))
    assert own(entry).value.find(1).share == 30
    call(consortium.take_out, entry, number=1)
    assert [one.name for one in own(entry).value.associates] == ["Cam Sight"]
    with pytest.raises(Refused, match="not among those named"):
        call(consortium.take_out, entry, number=1)
    with pytest.raises(Refused, match="add it again"):
        call(consortium.put, entry, associate=replace(kept.find(1), share=10))


def test_alone_is_refused_while_others_are_named(entry):
    f.name(entry)
    with pytest.raises(Refused, match="Take out those named first: Hunts Forum"):
        call(consortium.apply_alone, entry)


def test_a_declaration_nobody_asks_for_is_not_kept(entry):
    f.name(entry, f.associate(is_clear=False, account="A fine"))
    assert own(entry).value.find(1) == f.associate(number=1)
    call(consortium.put, entry, associate=f.associate("Cam Sight", role="member", account="Not asked"))
    assert (own(entry).value.find(2).is_clear, own(entry).value.find(2).account) == (True, "")


def test_the_provider_itself_is_not_named(entry):
    with pytest.raises(Refused, match="is the lead provider") as refusal:
        f.name(entry, f.associate(entry.application.organisation.name))
    assert refusal.value.reasons[0].field == "name"


def test_nobody_is_overwritten_unseen(entry):
    f.name(entry)
    with pytest.raises(Overtaken):
        call(consortium.put, entry, based_on=0, associate=f.associate("Cam Sight"))
    with pytest.raises(Overtaken):
        call(consortium.take_out, entry, based_on=0, number=1)
    assert [one.name for one in own(entry).value.associates] == ["Hunts Forum"]


def test_a_stranger_and_whoever_is_late_save_nothing(entry):
    given = {"entry": entry, "based_on": 0, "now": f.NOW}
    with pytest.raises(Denied):
        consortium.apply_alone(actor=f.bid_writer(), **given)
    late = {**given, "now": f.AFTER, "actor": f.writer_of(entry.application)}
    with pytest.raises(Refused, match="after the deadline"):
        consortium.apply_alone(**late)
    editor = people.person(entry.application.organisation, "provider_editor")
    consortium.apply_alone(actor=editor, **given)
    assert own(entry).version.saved_by == editor


def test_it_goes_in_with_one_line_on_the_receipt(entry):
    f.fill(entry)
    f.name(entry)
    package = entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    receipt = read_receipt(package=package, actor=f.writer_of(entry.application), now=f.NOW)
    labels = [line["label"] for line in receipt.data["lines"]]
    assert labels.count("Consortium and subcontractors") == 1
    assert package.answers.filter(item=CODE).get() == own(entry).version


def test_without_it_nothing_goes_in_and_a_standing_instruction_sends_nothing(entry):
    for item in queries.items.of_scheme(entry.submission.scheme):
        if item.code != CODE:
            application_answers.save_answers(
                application=entry.application,
                submission=entry.submission,
                values={item.code: f.answer(item)},
                actor=f.writer_of(entry.application),
                now=f.NOW,
            )
    with pytest.raises(Refused, match="“Consortium and subcontractors” is not complete"):
        entries.submit(entry=entry, actor=f.writer_of(entry.application), now=f.NOW)
    standing.instruct(application=entry.application, actor=f.writer_of(entry.application), now=f.NOW)
    assert standing.settle(entry=entry, actor=standing.CLOSE, now=f.AFTER) is None


def test_a_scheme_that_does_not_ask_has_no_such_item():
    plain = f.entry_of(f.application())
    with pytest.raises(LookupError):
        own(plain)
