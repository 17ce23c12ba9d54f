"""What is kept of a draft, what a package fixes, and what its receipt proves."""

from datetime import timedelta
from decimal import Decimal

import pytest

from commissioning.audit.models import AccessEntry, Event
from commissioning.records import receipts, sealing
from commissioning.records.models import SealedBlob, Wrap
from commissioning.workflow import Refused
from providers.models import AnswerVersion, SubmittedFile
from providers.queries import submissions as queries
from providers.services import submissions
from providers.services.submissions import Declared, Overtaken
from tests import factories as people
from tests.providers import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return f.application(numbers=(1, 2))


@pytest.fixture
def writer(application):
    return f.writer_of(application)


@pytest.fixture
def draft(application):
    return f.entry_of(application).submission


@pytest.fixture
def save(draft, writer):
    def saved(item="MS1", value="Ten kind words", **given):
        given = {"rounds": [f.round_of(draft)], "actor": writer, "now": f.NOW, **given}
        return submissions.save_answer(submission=draft, item=item, value=value, **given)

    return saved


@pytest.fixture
def prices(writer):
    """A draft that asks for prices, as a bid's does."""
    made = f.window()
    offered = made.lots.all()[0]
    asked = f.scheme(made.agreement, "competition")
    return submissions.start(organisation=f.provider_of(writer), scheme=asked, round=offered.round, now=f.NOW)


def kept(**given):
    version = submissions.save_answer(**given)
    assert version is not None
    return version


def read(draft, writer, code="MS1"):
    return queries.read_own_item(submission=draft, code=code, actor=writer, now=f.NOW)


def test_a_saved_answer_is_read_again_by_its_own_people(save, draft, writer):
    version = save(value="  Ten kind\r\nwords  ")
    own = read(draft, writer)
    assert own.value == "Ten kind\nwords"
    assert (version.number, version.words, version.is_complete) == (1, 3, True)
    assert own.version == version


def test_each_save_is_a_new_version_and_the_old_one_is_kept(save, draft, writer):
    save(value="First")
    save(value="Second")
    assert [version.number for version in AnswerVersion.objects.filter(submission=draft)] == [2, 1]
    assert read(draft, writer).value == "Second"


def test_saving_the_same_again_saves_nothing(save):
    first = save(value="Just so")
    assert save(value="Just so ") == first
    assert AnswerVersion.objects.count() == 1


def test_an_item_left_empty_from_the_start_holds_nothing(save):
    assert save(value="   ") is None
    assert not SealedBlob.objects.filter(compartment="quality").exists()


def test_emptying_an_answer_makes_it_incomplete(save, draft):
    save(value="Words")
    assert save(value="").is_complete is False
    assert "MS1" in [item.code for item in queries.missing(draft)]


def test_dashes_alone_are_no_answer(save):
    version = save(value="-- … --")
    assert (version.words, version.is_complete) == (0, False)


def test_a_text_past_the_limit_is_kept_whole_and_counted(save, draft, writer):
    save("SV", "one two three four five six seven")
    own = read(draft, writer, "SV")
    assert own.value == "one two three four five six seven"
    assert (own.words, own.over, own.is_complete) == (7, 2, True)


def test_a_text_far_beyond_reason_is_refused_by_a_sentence(save):
    with pytest.raises(Refused, match="200,000"):
        save(value="a " * 100_001 + "b")


def test_an_item_the_scheme_does_not_ask_for_is_no_place_to_write(save):
    with pytest.raises(LookupError):
        save("NOPE", "text")


@pytest.mark.parametrize(
    ("declared", "complete"),
    [
        (Declared(is_met=None, text="words"), False),
        (Declared(is_met=True, text=""), False),
        (Declared(is_met=True, text="Zurich, 123"), True),
        (Declared(is_met=False, text=""), False),
        (Declared(is_met=False, text="We will be insured by May"), True),
    ],
)
def test_a_declaration_is_complete_with_its_answer_and_the_words_it_needs(save, declared, complete):
    assert save("INS", declared).is_complete is complete


def test_a_declaration_without_evidence_to_give_needs_only_its_yes(draft, writer):
    submissions.declare(
        submission=draft, item="SAFE", is_met=True, rounds=[f.round_of(draft)], actor=writer, now=f.NOW
    )
    assert read(draft, writer, "SAFE").is_complete
    assert read(draft, writer, "SAFE").value == Declared(is_met=True, text="")


def test_a_newer_version_is_not_overwritten_unseen(save, draft, writer):
    ben = people.person(draft.organisation, "provider_editor", name="Ben Editor")
    save(value="Ana's", based_on=0)
    with pytest.raises(Overtaken, match="after you opened this page") as refusal:
        save(value="Ben's", based_on=0, actor=ben, now=f.NOW + timedelta(seconds=5))
    assert refusal.value.versions[0].number == 1
    assert refusal.value.reasons[0].field == "MS1"
    assert writer.name in refusal.value.reasons[0].text
    assert read(draft, writer).value == "Ana's"


def test_the_same_words_from_two_people_are_no_conflict(save):
    first = save(value="Agreed text", based_on=0)
    assert save(value="Agreed text", based_on=0) == first


def test_several_items_are_saved_all_or_none(draft, writer):
    with pytest.raises(Refused):
        submissions.save_answers(
            submission=draft,
            values={"MS1": "Fine", "MS2": "a" * 200_001},
            rounds=[f.round_of(draft)],
            actor=writer,
            now=f.NOW,
        )
    assert not draft.versions.exists()


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("30.01", "£30.00 or less for each hour"),
        ("0", "more than £0"),
        ("-1", "more than £0"),
        ("19.999", "whole pence"),
        ("NaN", "amount of money"),
        ("1E+30", "amount of money"),
    ],
)
def test_a_price_that_cannot_be_is_refused_on_entry(prices, writer, price, sentence):
    with pytest.raises(Refused, match=sentence):
        submissions.save_answer(
            submission=prices,
            item="HOUR",
            value=Decimal(price),
            rounds=[f.round_of(prices)],
            actor=writer,
            now=f.NOW,
        )
    assert not prices.versions.exists()


def test_a_price_at_its_ceiling_passes_and_is_sealed_with_the_prices(prices, writer):
    version = kept(
        submission=prices,
        item="HOUR",
        value=Decimal(30),
        rounds=[f.round_of(prices)],
        actor=writer,
        now=f.NOW,
    )
    assert version.blob.compartment == "price"
    assert read(prices, writer, "HOUR").value == Decimal("30.00")


def test_a_file_is_sealed_with_its_name(draft, writer):
    file = submissions.add_file(
        submission=draft,
        item="MS1",
        upload=f.pdf("Our Zebra plan.pdf"),
        rounds=[f.round_of(draft)],
        actor=writer,
        now=f.NOW,
    )
    own = read(draft, writer).files[0]
    assert (own.number, own.name, own.content_type) == (1, "Our Zebra plan.pdf", "application/pdf")
    assert b"walrus" in b"".join(queries.stream_own_file(own, actor=writer, now=f.NOW))
    assert file.blob.path
    assert b"Zebra" not in bytes(file.label.ciphertext)


def test_one_file_too_many_is_refused_and_leaves_nothing(draft, writer):
    def add(item="MS1"):
        return submissions.add_file(
            submission=draft, item=item, upload=f.pdf(), rounds=[f.round_of(draft)], actor=writer, now=f.NOW
        )

    add()
    add()
    kept = SealedBlob.objects.count()
    with pytest.raises(Refused, match="up to 2 files"):
        add()
    with pytest.raises(Refused, match="takes no files"):
        add("SV")
    assert SealedBlob.objects.count() == kept


def test_a_file_of_another_type_is_refused_with_both_limits(draft, writer):
    wrong = f.pdf("virus.pdf")
    wrong.seek(0)
    wrong.write(b"MZ-exe-")
    with pytest.raises(Refused, match=r"PDF.*25 MB"):
        submissions.add_file(
            submission=draft, item="MS1", upload=wrong, rounds=[f.round_of(draft)], actor=writer, now=f.NOW
        )


def test_a_removed_file_leaves_the_draft_and_stays_in_what_was_submitted(application, writer):
    entry = f.fill(f.entry_of(application))
    submissions.add_file(
        submission=entry.submission,
        item="MS1",
        upload=f.pdf(),
        rounds=[f.round_of(entry)],
        actor=writer,
        now=f.NOW,
    )
    package = packaged(entry, writer)
    submissions.remove_file(file=SubmittedFile.objects.get(), actor=writer, now=f.NOW)
    assert not read(entry.submission, writer).files
    held = queries.read_package(package=package, submission=entry.submission, actor=writer, now=f.NOW)
    assert [own.files[0].name for own in held if own.files] == ["policy.pdf"]


def packaged(entry, writer, **given):
    return submissions.package(
        submission=entry.submission,
        also=[entry.application.common],
        reference=entry.reference,
        about="Lot 1",
        agreement="TEST",
        deadline=f.DEADLINE,
        received_at=f.NOW,
        actor=writer,
        now=f.NOW,
        **given,
    )


def test_what_is_missing_is_named_and_nothing_is_submitted(application, writer, save, draft):
    save(value="Only this")
    with pytest.raises(Refused) as refusal:
        packaged(f.entry_of(application), writer)
    sentences = [reason.text for reason in refusal.value.reasons]
    assert "“Method statement 2” is not complete." in sentences
    assert "“Grounds for exclusion” is not complete." in sentences
    assert "“Method statement 1” is not complete." not in sentences
    assert not draft.packages.exists()


def test_a_package_fixes_exactly_what_stood(application, writer):
    entry = f.fill(f.entry_of(application))
    package = packaged(entry, writer)
    submissions.save_answer(
        submission=entry.submission,
        item="MS1",
        value="Changed afterwards",
        rounds=[f.round_of(entry)],
        actor=writer,
        now=f.NOW,
    )
    held = {
        own.item.code: own.value
        for own in queries.read_package(package=package, submission=entry.submission, actor=writer, now=f.NOW)
    }
    assert held["MS1"] == "Marmalade MS1 quokka"
    assert queries.is_changed(entry.submission, package, also=[application.common])


def test_an_unchanged_draft_does_not_count_as_changed(application, writer):
    entry = f.fill(f.entry_of(application))
    package = packaged(entry, writer)
    assert not queries.is_changed(entry.submission, package, also=[application.common])


def test_the_receipt_proves_each_answer_and_file_to_its_owner(application, writer):
    entry = f.fill(f.entry_of(application))
    submissions.add_file(
        submission=entry.submission,
        item="MS1",
        upload=f.pdf(),
        rounds=[f.round_of(entry)],
        actor=writer,
        now=f.NOW,
    )
    package = packaged(entry, writer)
    receipt = submissions.read_receipt(package=package, actor=writer, now=f.NOW)
    proved = receipts.verify_receipt(receipt.text)
    assert proved.received_at == f.NOW
    assert proved.reference == entry.reference
    assert package.receipt_digest == receipt.digest
    assert proved.lines_that_hold(b"Marmalade MS2 quokka")
    assert proved.lines_that_hold(f.pdf().read())
    assert len(proved.lines) == 1 + 6 + 2 + 1  # the details, the entry's items, the common part's, the file


def test_the_receipt_is_nobody_elses(application, writer):
    package = packaged(f.fill(f.entry_of(application)), writer)
    for stranger in (f.bid_writer(), f.lead_of(application.window.agreement)):
        with pytest.raises(sealing.StillSealed):
            submissions.read_receipt(package=package, actor=stranger, now=f.NOW)
    assert AccessEntry.objects.filter(outcome="refused").count() == 2


def test_a_later_package_replaces_the_earlier_which_is_kept(application, writer):
    entry = f.fill(f.entry_of(application))
    first, second = packaged(entry, writer), packaged(entry, writer)
    entry.submission.refresh_from_db()
    assert entry.submission.package == second
    assert (first.number, second.number) == (1, 2)
    assert entry.submission.packages.count() == 2


def test_a_withdrawn_package_stands_no_longer_and_the_draft_stays(application, writer):
    entry = f.fill(f.entry_of(application))
    package = packaged(entry, writer)
    submissions.withdraw_package(submission=entry.submission, now=f.NOW)
    package.refresh_from_db()
    assert package.withdrawn_at == f.NOW
    assert entry.submission.package is None
    assert read(entry.submission, writer).value == "Marmalade MS1 quokka"
    with pytest.raises(Refused):
        submissions.withdraw_package(submission=entry.submission, now=f.NOW)


def test_what_was_saved_before_a_lot_was_entered_goes_in_with_it(application, writer):
    """A colleague's save of the common part can be under way while a further lot is entered."""
    entry = f.fill(f.entry_of(application))
    Wrap.objects.filter(
        round=entry.submission.round, blob__in=application.common.versions.values("blob")
    ).delete()
    packaged(entry, writer)
    wraps = Wrap.objects.filter(round=entry.submission.round)
    assert wraps.filter(blob__in=application.common.versions.values("blob")).count() == 2


def test_saving_a_draft_is_no_event_of_the_record(save):
    before = Event.objects.count()
    save(value="First")
    assert Event.objects.count() == before
