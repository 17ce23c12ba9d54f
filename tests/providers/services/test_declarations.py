"""Declared once, confirmed again in each application; what went in stays as it was."""

from datetime import date, timedelta

import pytest

from commissioning.audit.models import Event
from commissioning.policies import Denied
from commissioning.records.models import SealedBlob
from commissioning.records.sealing import StillSealed
from commissioning.regimes.exclusions import LAWS
from commissioning.workflow import Refused
from providers.models import Declaration
from providers.queries import declarations as queries
from providers.queries import submissions as read
from providers.queries.items import Declared
from providers.services import application_answers, declarations
from tests.providers import factories as f

pytestmark = pytest.mark.django_db

YES = Declared(is_met=True, text="Insured with Zanzibar Mutual")
PUT_RIGHT = Declared(
    is_met=False, text="We repaid it and changed our treasurer.", happened_on=date(2024, 5, 3)
)


@pytest.fixture
def ana():
    return f.bid_writer()


@pytest.fixture
def organisation(ana):
    return f.provider_of(ana)


@pytest.fixture
def asked():
    return queries.of_law(LAWS["pcr"])


def confirm(organisation, asked, actor, now=f.NOW, **values):
    values = {code.replace("_", "-"): value for code, value in values.items()}
    return declarations.confirm(
        organisation=organisation, law="pcr", asked=asked, values=values, actor=actor, now=now
    )


def stands(organisation, asked, actor):
    return queries.read(queries.kept(organisation, asked), asked, actor=actor, now=f.NOW)


def test_what_is_declared_on_the_profile_is_kept_dated_and_sealed_to_the_provider_alone(
    organisation, asked, ana
):
    assert confirm(organisation, asked, ana, INS=YES, M_FRAUD=PUT_RIGHT) == 2
    assert stands(organisation, asked, ana) == {"INS": YES, "M-FRAUD": PUT_RIGHT}
    kept = queries.kept(organisation, asked)
    assert queries.last_confirmed(kept) == f.NOW
    assert {row.blob.compartment for row in kept.values()} == {SealedBlob.Compartment.PRIVATE}
    with pytest.raises(StillSealed):
        stands(organisation, asked, f.lead_of(f.agreement()))
    event = Event.objects.get(action="profile.declare")
    assert "Zanzibar" not in event.payload
    assert event.data["statements"] == 2


def test_confirming_again_dates_it_anew_and_seals_nothing_twice(organisation, asked, ana):
    later = f.NOW + timedelta(days=90)
    confirm(organisation, asked, ana, INS=YES)
    confirm(organisation, asked, ana, now=later, INS=YES)
    assert Declaration.objects.count() == 2
    assert len(set(Declaration.objects.values_list("blob", flat=True))) == 1
    assert queries.last_confirmed(queries.kept(organisation, asked)) == later
    confirm(organisation, asked, ana, now=later, INS=Declared(is_met=True, text="Another insurer"))
    assert stands(organisation, asked, ana)["INS"].text == "Another insurer"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Declared(is_met=False, text="We repaid it."), "on_M-FRAUD"),
        (
            Declared(is_met=False, text="We repaid it.", happened_on=f.NOW.date() + timedelta(days=1)),
            "on_M-FRAUD",
        ),
        (Declared(is_met=False, text="", happened_on=date(2024, 5, 3)), "M-FRAUD"),
    ],
)
def test_a_ground_that_applies_needs_its_day_and_what_was_done(organisation, asked, ana, value, field):
    with pytest.raises(Refused) as refused:
        confirm(organisation, asked, ana, INS=YES, M_FRAUD=value)
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert not Declaration.objects.exists()


def test_nobody_else_declares_for_a_provider(organisation, asked):
    for actor in (f.bid_writer(), f.lead_of(f.agreement())):
        with pytest.raises(Denied):
            confirm(organisation, asked, actor, INS=YES)


def declare(application, part, actor, now=f.NOW, **values):
    application_answers.declare(
        application=application, submission=part, values=values, actor=actor, now=now, based_on=None
    )


def test_what_an_application_declares_is_there_for_the_next_one(organisation, ana):
    first = f.application(by=ana)
    declare(first, first.common, ana, EXCL=Declared(is_met=True, text=""))
    second = f.application(f.window(), by=ana)
    own = read.read_own(submission=second.common, actor=ana, now=f.NOW, only={"EXCL"})
    kept = queries.kept(organisation, [one.item for one in own])
    (one,) = queries.proposed(own, kept, actor=ana, now=f.NOW)
    assert (one.value.is_met, one.version) == (True, None)
    # Nothing is in the second application until somebody confirms it there.
    assert not second.common.versions.exists()


def test_only_the_very_words_are_reused(organisation, ana):
    first = f.application(by=ana)
    declare(first, first.common, ana, EXCL=Declared(is_met=True, text=""))
    scheme = f.scheme(first.window.agreement, "common")
    (other,) = scheme.standards.all()
    item = queries.Item(other.code, "standard", other.title, other)
    assert queries.kept(organisation, [item])
    other.text += " Not even once."
    assert not queries.kept(organisation, [item])


def test_a_draft_that_is_not_complete_is_not_kept_and_saving_one_is_no_event(organisation, ana):
    first = f.application(by=ana)
    before = Event.objects.count()
    declare(first, first.common, ana, EXCL=Declared(is_met=False, text=""))
    assert not Declaration.objects.exists()
    declare(first, first.common, ana, EXCL=Declared(is_met=True, text=""))
    assert Declaration.objects.exists()
    assert Event.objects.count() == before


def test_a_later_change_of_the_profile_alters_nothing_submitted(organisation, ana):
    entry = f.submitted(by=ana)
    application, package = entry.application, entry.submission.package
    digest = package.receipt_digest
    standard = application.common.scheme.standards.get()
    item = queries.Item(standard.code, "standard", standard.title, standard)
    later = f.NOW + timedelta(hours=1)
    declarations.confirm(
        organisation=organisation,
        law="pcr",
        asked=[item],
        values={"EXCL": Declared(is_met=False, text="It changed.")},
        actor=ana,
        now=later,
    )
    held = {
        one.item.code: one.value
        for one in read.read_package(package=package, submission=application.common, actor=ana, now=later)
    }
    assert held["EXCL"] == Declared(is_met=True, text="Zanzibar Mutual EXCL")
    entry.submission.package.refresh_from_db()
    assert entry.submission.package.receipt_digest == digest


def test_a_day_to_come_is_refused_in_an_application_too(asked):
    value = Declared(is_met=False, text="Sorry.", happened_on=f.NOW.date() + timedelta(days=1))
    with pytest.raises(Refused, match="cannot be after today") as refused:
        declarations.refuse_days_to_come(asked, {"M-FRAUD": value}, now=f.NOW)
    assert refused.value.reasons[0].field == "on_M-FRAUD"


def test_a_standard_that_is_no_ground_has_no_day(ana):
    application = f.application(by=ana)
    declare(
        application,
        application.common,
        ana,
        EXCL=Declared(is_met=False, text="Sorry.", happened_on=date(2024, 5, 3)),
    )
    own = read.read_own(submission=application.common, actor=ana, now=f.NOW, only={"EXCL"})
    assert own[0].value == Declared(is_met=False, text="Sorry.")
