import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest

from commissioning.audit.hashing import canonical
from commissioning.audit.models import Event
from commissioning.audit.services import unit
from commissioning.clock import real_now
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.records import pdf, store, tasks
from commissioning.records.models import Letter, Message
from commissioning.records.services import letters
from commissioning.workflow import Refused
from tests.commissioning.records import facts
from tests.commissioning.records.letter_factories import SENT, batch, rendered
from tests.commissioning.records.workers import at_once
from tests.factories import authority, member, person, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(monkeypatch):
    """Let rendering be instant where the PDF itself is not looked at."""
    monkeypatch.setattr(pdf, "render", lambda letter: b"%PDF-" + letter.reference.encode())


@pytest.fixture
def pair():
    """Two procurement leads of one authority: who drafts, and who releases."""
    runs = authority("PCC", name="Peterborough City Council")
    return person(runs, Role.LEAD), person(runs, Role.LEAD)


def release(drafted, actor, now=SENT):
    with unit():
        return letters.release_batch(batch=drafted, actor=actor, now=now)


def test_a_letter_keeps_facts_digest_and_template_version():
    letter = batch().letters.get()
    assert letter.subject_line == "You are admitted to Lot 1, Hospital Discharge and Admission Avoidance"
    assert letter.facts["scores"]["total"] == "72"
    assert letter.facts["standstill"]["last_day"] == "2021-04-06"
    assert letter.digest == hashlib.sha256(canonical(letter.facts).encode()).hexdigest()
    assert letter.template_version == pdf.template_version("admission")


def test_facts_and_digest_stay_when_the_organisation_is_renamed():
    organisation = provider("P3 Charity")
    person(organisation, Role.PROVIDER_ADMIN)
    letter = batch(organisation).letters.get()
    before = pdf.html(letter), letter.digest
    organisation.name = "People Potential Possibilities"
    organisation.save()
    letter = Letter.objects.get(pk=letter.pk)
    assert (pdf.html(letter), letter.digest) == before
    assert hashlib.sha256(canonical(letter.facts).encode()).hexdigest() == letter.digest


def test_another_template_has_another_version(tmp_path, settings):
    settings.BASE_DIR, real = tmp_path, settings.BASE_DIR
    folder = tmp_path / "templates" / "letters"
    (folder / "parts").mkdir(parents=True)
    for name in ("base.html", "admission.html", "letter.css"):
        (folder / name).write_bytes((real / "templates" / "letters" / name).read_bytes())
    pdf.template_version.cache_clear()
    first = pdf.template_version("admission")
    (folder / "admission.html").write_text("other words")
    pdf.template_version.cache_clear()
    assert pdf.template_version("admission") != first
    pdf.template_version.cache_clear()


def test_facts_that_could_change_are_refused():
    with pytest.raises(TypeError, match=r"facts.to.name is a Organisation"):
        batch(
            letter_facts=replace(
                facts.admission(), to=replace(facts.admission().to, name=cast("str", provider()))
            )
        )
    with pytest.raises(TypeError, match=r"float"):
        batch(
            letter_facts=replace(
                facts.admission(), scores=replace(facts.scores(), total=cast("Decimal", 72.0))
            )
        )


def test_facts_of_another_day_than_the_batch_are_refused():
    with pytest.raises(ValueError, match="2021-03-24"):
        batch(letter_facts=replace(facts.admission(), sent_on=date(2021, 3, 24)))


def test_only_a_lead_of_the_authority_drafts():
    with pytest.raises(Denied):
        letters.draft_batch(
            title="T",
            authority=authority(),
            planned_on=facts.SENT_ON,
            chain="EIP-PDPS",
            actor=person(authority(), Role.LEAD),
            now=SENT,
        )


def test_a_rendered_letter_is_kept_with_its_hash():
    letter = rendered(batch()).letters.get()
    content = letters.read(letter)
    assert content.startswith(b"%PDF-")
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (letter.sha256, letter.size)


def test_a_letter_is_rendered_once(quick):
    letter = rendered(batch()).letters.get()
    assert not letters.render(letter.pk)
    assert tasks.sweep(SENT)["letters rendered"] == 0


def test_a_kept_file_that_was_changed_is_not_given_out(quick):
    letter = rendered(batch()).letters.get()
    store._place(letter.path).write_bytes(b"%PDF-forged")
    with pytest.raises(store.Damaged, match="not the one that was kept"):
        letters.read(letter)


def test_a_worker_killed_while_rendering_is_followed_by_another(quick):
    drafted = batch()
    assert letters._claim(drafted.letters.get().pk)
    assert letters.due() == []  # its lease still runs
    Letter.objects.update(leased_until=real_now() - timedelta(seconds=1))
    assert tasks.sweep(SENT)["letters rendered"] == 1
    assert drafted.letters.get().rendered_at


def test_a_letter_that_cannot_be_rendered_is_shown_and_can_be_tried_again(monkeypatch, pair, caplog):
    drafted = batch(lead=pair[0])
    with monkeypatch.context() as broken:
        broken.setattr(pdf, "render", lambda letter: 1 / 0)
        for _ in range(letters.ATTEMPTS):
            assert not letters.render(drafted.letters.get().pk)
            Letter.objects.update(leased_until=None)
    progress = letters.batch_progress(drafted)
    assert (progress.ready, progress.failed, progress.is_moving) == (0, 1, False)
    letter = drafted.letters.get()
    assert letter.problem == "ZeroDivisionError: division by zero"
    with pytest.raises(Refused, match="could not be made into a PDF"):
        release(drafted, pair[1])
    letters.render_again(letter=letter, actor=pair[0], now=SENT)
    monkeypatch.setattr(pdf, "render", lambda letter: b"%PDF-")
    assert letters.render(letter.pk)


def test_release_marks_letters_and_tells_each_organisation_once(quick, pair):
    first, second = provider("P3 Charity"), provider("Cam Sight")
    ana = person(first, Role.PROVIDER_ADMIN)
    cy = person(first, Role.PROVIDER_EDITOR)
    ben = person(second, Role.PROVIDER_EDITOR)
    drafted = rendered(batch(first, first, second, lead=pair[0]))
    released = release(drafted, pair[1])
    assert {letter.released_at for letter in released} == {SENT}
    drafted.refresh_from_db()
    assert drafted.released_by == pair[1]
    assert set(Message.objects.values_list("recipient", flat=True)) == {ana.pk, ben.pk, cy.pk}
    told = Message.objects.get(recipient=ana)
    assert told.body.count("* You are admitted to Lot 1") == 2
    assert f"/organisations/{first.reference}/correspondence/" in told.body
    event = Event.objects.get(action="letters.release")
    assert sorted(one["sha256"] for one in event.data["letters"]) == sorted(
        drafted.letters.values_list("sha256", flat=True)
    )


def test_release_waits_for_every_pdf(quick, pair):
    drafted = batch(lead=pair[0])
    with pytest.raises(Refused, match="0 of 1 letters are ready"):
        release(drafted, pair[1])
    assert letters.batch_progress(drafted).percent == 0


def test_who_drafted_does_not_release(quick, pair):
    drafted = rendered(batch(lead=pair[0]))
    with pytest.raises(Refused, match="a second person must release"):
        release(drafted, pair[0])


def test_a_lead_of_another_authority_does_not_release(quick, pair):
    drafted = rendered(batch(lead=pair[0]))
    with pytest.raises(Denied):
        release(drafted, person(authority(), Role.LEAD))


@pytest.mark.parametrize("hours", [-11, 14])
def test_release_on_another_london_date_is_refused(quick, pair, hours):
    drafted = rendered(batch(lead=pair[0]))
    with pytest.raises(Refused, match="sent on Tuesday 23 March 2021"):
        release(drafted, pair[1], now=SENT + timedelta(hours=hours))
    assert not Message.objects.exists()


def test_release_needs_somebody_to_tell(quick, pair):
    drafted = rendered(batch(provider("Nobody Home"), lead=pair[0]))
    with pytest.raises(Refused, match="Nobody at Nobody Home has an account"):
        release(drafted, pair[1])


def test_letters_are_released_once(quick, pair):
    drafted = rendered(batch(lead=pair[0]))
    release(drafted, pair[1])
    with pytest.raises(Refused, match="released already"):
        release(drafted, pair[1])


def test_release_is_part_of_a_unit(quick, pair):
    with pytest.raises(RuntimeError, match="inside the unit"):
        letters.release_batch(batch=rendered(batch(lead=pair[0])), actor=pair[1], now=SENT)


def test_letters_taken_back_are_neither_rendered_nor_released(quick, pair):
    drafted = batch(lead=pair[0])
    letters.withdraw_batch(batch=drafted, actor=pair[1], now=SENT, reason="Wrong date")
    assert letters.due() == []
    with pytest.raises(Refused, match="taken back"):
        release(drafted, pair[1])
    assert Event.objects.get(action="letters.withdraw").data["reason"] == "Wrong date"


def test_a_letter_of_no_batch_is_released_by_itself(quick, pair):
    runs, organisation = authority(), provider("P3 Charity")
    ana = person(organisation, Role.PROVIDER_ADMIN)
    member(ana, provider("Other"), Role.PROVIDER_EDITOR)
    with unit():
        letter = letters.draft(
            facts=facts.admission(),
            organisation=organisation,
            about="CON-22222",
            chain="EIP-PDPS",
            actor=pair[0],
            now=SENT,
        )
        letters.release(letter=letter, title="Contract", authority=runs, actor=pair[0], now=SENT)
    assert Message.objects.get().recipient == ana
    with unit(), pytest.raises(Refused):
        letters.release(letter=letter, title="Contract", authority=runs, actor=pair[0], now=SENT)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_draft_renders_nothing(monkeypatch):
    handed = []
    monkeypatch.setattr(letters.celery.app, "send_task", lambda name, args, **rest: handed.append(args))
    with pytest.raises(ValueError):
        batch(letter_facts=replace(facts.admission(), sent_on=date(2020, 1, 1)))
    assert (handed, Letter.objects.count()) == ([], 0)
    drafted = batch()
    assert handed == [[drafted.letters.get().pk]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_render_a_letter_once(monkeypatch):
    drafted = batch()
    letter = drafted.letters.get()
    calls = []

    def make(letter):
        calls.append(letter.pk)
        return b"%PDF-"

    monkeypatch.setattr(pdf, "render", make)
    results = at_once(3, lambda: letters.render(letter.pk))
    assert sorted(results) == [False, False, True]
    assert calls == [letter.pk]
