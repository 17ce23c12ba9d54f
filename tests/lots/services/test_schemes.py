from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.audit.models import Event
from commissioning.people.roles import Role
from commissioning.policies import Denied
from commissioning.workflow import Refused
from lots import rules
from lots.models import Agreement, FrozenError, MinimumStandard, PriceLine, Question, ScaleLevel, Scheme
from lots.services import schemes
from tests.factories import NOW, authority, client_for, person
from tests.lots import factories

pytestmark = pytest.mark.django_db


def question(code="Q1", **given) -> dict[str, Any]:
    return {
        "code": code,
        "kind": "method",
        "title": "Experience",
        "text": "What have you done?",
        "word_limit": 500,
        "weight": Decimal("25.00"),
        **given,
    }


def competition(setting, **given):
    values: dict[str, Any] = {
        "price_weight": Decimal("40.00"),
        "price_formula": "lowest",
        "tie_break": ["quality"],
        **given,
    }
    return factories.scheme(setting, kind="competition", published=False, **values)


class TestBegin:
    @pytest.mark.parametrize("kind", Scheme.Kind.values)
    def test_none_is_begun_or_copied_where_it_could_never_be_used(self, kind):
        setting = factories.agreement()
        scheme = factories.scheme(setting, kind=kind, published=False)
        Agreement.objects.filter(pk=setting.agreement.pk).update(state="abandoned")
        setting.agreement.refresh_from_db()
        words = (
            "No window opens in it and nobody is invited to bid under it, so a new scheme could never be used"
        )
        with pytest.raises(Refused, match=words):
            factories.scheme(setting, kind=kind, published=False)
        scheme = Scheme.objects.get(pk=scheme.pk)
        with pytest.raises(Refused, match=words):
            schemes.copy(scheme=scheme, title="Again", actor=setting.lead, now=NOW)
        assert Scheme.objects.count() == 1

    def test_an_admission_scheme_begins_with_the_scale_and_a_threshold_of_65(self):
        scheme = factories.scheme(factories.agreement(), published=False)
        assert scheme.threshold == Decimal("65.00")
        assert [level.score for level in scheme.scale.all()] == [0, 1, 2, 3, 4, 5]
        assert all(level.plain for level in scheme.scale.all())
        assert [q.weight for q in scheme.questions.all()] == [30, 30, 30, 10]
        assert scheme.total_weight == 100

    def test_a_common_part_asks_for_information_and_declarations_only(self):
        scheme = factories.scheme(factories.agreement(), kind="common")
        assert scheme.state == "published"
        assert {q.kind for q in scheme.questions.all()} == {"information"}
        assert scheme.standards.exists()
        assert not scheme.scale.exists()

    def test_a_partners_lead_writes_the_scheme_of_its_own_call_off_alone(self):
        setting = factories.agreement()
        partner = person(setting.partner, Role.LEAD)
        values: dict[str, Any] = {
            "agreement": setting.agreement,
            "title": "Stroke",
            "actor": partner,
            "now": NOW,
        }
        made = schemes.create(**values, kind="competition", authority=setting.partner)
        assert made.run_by == {setting.partner.pk}
        with pytest.raises(Denied):
            schemes.create(**values, kind="admission")
        with pytest.raises(Denied):
            schemes.change(scheme=made, actor=setting.lead, now=NOW, title="Mine")
        with pytest.raises(Refused, match="is not in this agreement"):
            schemes.create(**values, kind="competition", authority=authority())

    def test_who_applies_together_is_asked_of_an_admission_and_of_whom_grounds_are_declared_follows_the_law(
        self,
    ):
        setting = factories.agreement()
        values: dict[str, Any] = {"agreement": setting.agreement, "actor": setting.lead, "now": NOW}
        usual = schemes.create(**values, kind="admission", title="Usual", proposed=True)
        assert (usual.asks_consortium, usual.asks_grounds_of) == (True, ["member", "relied_on"])
        assert not schemes.create(**values, kind="common", title="Common", proposed=True).asks_consortium
        bare = schemes.create(**values, kind="admission", title="Bare")
        assert (bare.asks_consortium, bare.asks_grounds_of) == (False, [])
        schemes.change(scheme=bare, asks_consortium=True, actor=setting.lead, now=NOW)
        bare.refresh_from_db()
        assert bare.asks_grounds_of == ["member", "relied_on"]
        copied = schemes.copy(scheme=bare, title="Copy", actor=setting.lead, now=NOW)
        assert (copied.asks_consortium, copied.asks_grounds_of) == (True, bare.asks_grounds_of)
        schemes.change(scheme=bare, asks_consortium=False, actor=setting.lead, now=NOW)
        bare.refresh_from_db()
        assert bare.asks_grounds_of == []
        with pytest.raises(Refused, match="in an entry for a lot only"):
            schemes.create(**values, kind="competition", title="Bid", asks_consortium=True)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"price_weight": Decimal("100.01")}, "price_weight"),
            ({"price_weight": Decimal(-1)}, "price_weight"),
            ({"price_formula": ""}, "price_formula"),
            ({"price_formula": "cheapest"}, "price_formula"),
            ({"price_formula": "benchmark"}, "price_benchmark"),
            ({"threshold": Decimal(101)}, "threshold"),
            ({"tie_break": ["quality", "quality"]}, "tie_break"),
            ({"tie_break": ["beauty"]}, "tie_break"),
        ],
    )
    def test_impossible_settings_are_refused_beside_their_field(self, given, field):
        with pytest.raises(Refused) as refusal:
            competition(factories.agreement(), **given)
        assert field in {reason.field for reason in refusal.value.reasons}

    def test_only_a_competition_has_a_price(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="Only a mini-competition"):
            factories.scheme(setting, price_weight=Decimal(10), price_formula="lowest")
        with pytest.raises(Refused, match="Only a mini-competition"):
            schemes.add_price_line(
                scheme=factories.scheme(setting, published=False), actor=setting.lead, now=NOW
            )


class TestParts:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"code": "MS1"}, "code"),
            ({"code": "INS"}, "code"),
            ({"code": ""}, "code"),
            ({"weight": None}, "weight"),
            ({"weight": Decimal(0)}, "weight"),
            ({"weight": Decimal("100.01")}, "weight"),
            ({"kind": "information"}, "weight"),
            ({"word_limit": 0}, "word_limit"),
            ({"floor": 6}, "floor"),
            ({"floor": 0}, "floor"),
            ({"files_allowed": 6}, "files_allowed"),
        ],
    )
    def test_an_impossible_question_is_refused_beside_its_field(self, given, field):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        with pytest.raises(Refused) as refusal:
            schemes.add_question(scheme=scheme, actor=setting.lead, now=NOW, **question(**given))
        assert field in {reason.field for reason in refusal.value.reasons}
        assert scheme.questions.count() == 4

    def test_questions_are_put_where_asked_and_numbered_again(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        add: dict[str, Any] = {"scheme": scheme, "actor": setting.lead, "now": NOW}
        schemes.add_question(**add, **question("LAST"))
        first = schemes.add_question(**add, **question("FIRST", position=1))
        codes = ["FIRST", "MS1", "MS2", "MS3", "SV1", "LAST"]
        assert [(q.position, q.code) for q in scheme.questions.all()] == list(enumerate(codes, start=1))
        schemes.change_question(question=first, actor=setting.lead, now=NOW, position=3)
        assert [q.code for q in scheme.questions.all()][2] == "FIRST"

    def test_price_lines_have_quantity_and_ceiling(self):
        setting = factories.agreement()
        scheme = competition(setting)
        line: dict[str, Any] = {"code": "H1", "title": "Hour", "unit": "hour", "quantity": Decimal(10)}
        add: dict[str, Any] = {"scheme": scheme, "actor": setting.lead, "now": NOW}
        made = schemes.add_price_line(**add, **line, ceiling=Decimal("25.00"))
        for bad in ({"quantity": Decimal(0)}, {"ceiling": Decimal(0)}):
            with pytest.raises(Refused):
                schemes.change_price_line(line=made, actor=setting.lead, now=NOW, **bad)
        schemes.remove_part(part=made, actor=setting.lead, now=NOW)
        assert not scheme.price_lines.exists()

    def test_the_scale_is_described_whole(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        change: dict[str, Any] = {"scheme": scheme, "actor": setting.lead, "now": NOW}
        levels = [(f"L{score}", f"D{score}", "") for score in range(6)]
        schemes.set_scale(**change, levels=levels)
        assert [level.label for level in scheme.scale.all()] == ["L0", "L1", "L2", "L3", "L4", "L5"]
        for bad in (levels[:5], [*levels[:5], ("L5", " ", "")]):
            with pytest.raises(Refused):
                schemes.set_scale(**change, levels=bad)
        assert scheme.scale.count() == 6


class TestPublish:
    def test_weights_that_do_not_total_exactly_100_stop_it(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        last = scheme.questions.all()[3]
        for weight, total in (("10.01", "100.01"), ("9.99", "99.99")):
            schemes.change_question(question=last, actor=setting.lead, now=NOW, weight=Decimal(weight))
            with pytest.raises(Refused, match=f"total {total}; they must total exactly 100"):
                schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)
        schemes.change_question(question=last, actor=setting.lead, now=NOW, weight=Decimal("10.00"))
        schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
    def test_total_is_exact_for_any_hundredths(self, hundredths):
        questions = [Question(kind="method", weight=Decimal(one) / 100) for one in hundredths]
        assert rules.total_weight(questions) * 100 == sum(hundredths)
        scheme = Scheme(pk=1, kind="admission")
        scheme._prefetched_objects_cache = {"questions": questions}
        refusal = rules.questions_are_complete(scheme, None, NOW)
        assert (refusal is None) == (sum(hundredths) == 10_000)

    def test_a_scale_with_a_gap_or_a_price_without_lines_stops_it(self):
        setting = factories.agreement()
        scheme = competition(setting)
        with pytest.raises(Refused, match="add at least one price line"):
            schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)
        scheme.scale.filter(score=3).delete()
        with pytest.raises(Refused, match="Describe each score"):
            schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)

    def test_afterwards_no_service_changes_it(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting)
        act: dict[str, Any] = {"actor": setting.lead, "now": NOW}
        first, standard = scheme.questions.all()[0], scheme.standards.all()[0]
        attempts = [
            lambda: schemes.change(scheme=scheme, title="New", **act),
            lambda: schemes.add_question(scheme=scheme, **question(), **act),
            lambda: schemes.change_question(question=first, title="New", **act),
            lambda: schemes.add_standard(scheme=scheme, code="N", title="N", text="N", **act),
            lambda: schemes.change_standard(standard=standard, title="New", **act),
            lambda: schemes.remove_part(part=standard, **act),
            lambda: schemes.set_scale(scheme=scheme, levels=[("a", "b", "c")] * 6, **act),
        ]
        for attempt in attempts:
            with pytest.raises(Refused, match="A published scheme is frozen"):
                attempt()
        with pytest.raises(Refused):
            schemes.publish(scheme=scheme, **act)

    def test_afterwards_no_row_changes_either(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting)
        first = scheme.questions.all()[0]
        first.title = "Other"
        scheme.title = "Other"
        scheme.state = "draft"
        attempts: list[Callable[[], object]] = [
            first.save,
            first.delete,
            scheme.save,
            scheme.delete,
            lambda: scheme.questions.update(weight=1),
            lambda: Scheme.objects.filter(pk=scheme.pk).update(state="draft"),
            lambda: Scheme.objects.filter(pk=scheme.pk).delete(),
            lambda: ScaleLevel.objects.all().delete(),
            lambda: MinimumStandard.objects.create(scheme=scheme, position=9, code="N", title="N", text="N"),
            lambda: PriceLine.objects.bulk_create(
                [PriceLine(scheme=scheme, position=1, code="N", title="N", unit="h", quantity=1)]
            ),
            lambda: Question.objects.bulk_update([first], ["title"]),
        ]
        for attempt in attempts:
            with pytest.raises(FrozenError), transaction.atomic():
                attempt()
        kept = Scheme.objects.get(pk=scheme.pk)
        assert kept.state == "published"
        assert kept.questions.all()[0].title == "Experience and skills"


class TestCopy:
    def test_a_copy_holds_everything_and_is_a_draft_of_its_own(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting)
        made = schemes.copy(scheme=scheme, title="Admission 2028", actor=setting.lead, now=NOW)
        assert (made.state, made.copied_from, made.threshold) == ("draft", scheme, scheme.threshold)
        for part in ("questions", "standards", "scale"):
            old, new = getattr(scheme, part).all(), getattr(made, part).all()
            assert [str(row) for row in old] == [str(row) for row in new]
            assert not {row.pk for row in old} & {row.pk for row in new}
        schemes.change_question(question=made.questions.all()[0], title="New", actor=setting.lead, now=NOW)
        assert scheme.questions.all()[0].title == "Experience and skills"

    def test_what_the_panel_sees_of_last_time_is_frozen_and_copied(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        assert not scheme.panel_sees_last_score
        schemes.change(scheme=scheme, actor=setting.lead, now=NOW, panel_sees_last_score=True)
        schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="frozen"):
            schemes.change(scheme=scheme, actor=setting.lead, now=NOW, panel_sees_last_score=False)
        made = schemes.copy(scheme=scheme, title="Admission 2028", actor=setting.lead, now=NOW)
        assert made.panel_sees_last_score

    @pytest.mark.parametrize("kind", ["common", "competition"])
    def test_only_an_application_to_a_lot_has_a_last_time(self, kind):
        setting = factories.agreement()
        with pytest.raises(Refused, match="can be made again"):
            factories.scheme(setting, kind=kind, panel_sees_last_score=True)

    def test_a_copy_needs_a_title(self):
        setting = factories.agreement()
        with pytest.raises(Refused, match="title"):
            schemes.copy(scheme=factories.scheme(setting), title=" ", actor=setting.lead, now=NOW)


class TestLimitsOnFiles:
    LIMITS: ClassVar[dict[str, Any]] = {
        "file_megabytes": 5,
        "files_megabytes": 20,
        "file_name_length": 60,
        "plain_file_names": True,
    }

    def of(self, scheme):
        return {name: getattr(scheme, name) for name in self.LIMITS}

    def test_a_scheme_begins_with_limits_that_fit_most(self):
        scheme = factories.scheme(factories.agreement(), published=False)
        assert list(self.of(scheme).values()) == [25, 100, 100, False]

    def test_they_are_set_copied_frozen_and_on_the_record(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        schemes.change(scheme=scheme, actor=setting.lead, now=NOW, **self.LIMITS)
        assert self.of(scheme) == self.LIMITS
        assert Event.objects.filter(action="scheme.change").latest("pk").data["after"]["file_megabytes"] == 5
        schemes.publish(scheme=scheme, actor=setting.lead, now=NOW)
        with pytest.raises(Refused, match="frozen"):
            schemes.change(scheme=scheme, actor=setting.lead, now=NOW, file_megabytes=6)
        copy = schemes.copy(scheme=scheme, title="Copy", actor=setting.lead, now=NOW)
        assert self.of(copy) == self.LIMITS
        assert copy.file_limits.megabytes == 5

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"file_megabytes": 0}, "file_megabytes"),
            ({"file_megabytes": 26}, "file_megabytes"),
            ({"files_megabytes": 24}, "files_megabytes"),
            ({"files_megabytes": 501}, "files_megabytes"),
            ({"file_name_length": 151}, "file_name_length"),
        ],
    )
    def test_impossible_limits_are_refused_beside_their_field(self, given, field):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        with pytest.raises(Refused) as refusal:
            schemes.change(scheme=scheme, actor=setting.lead, now=NOW, **given)
        assert [reason.field for reason in refusal.value.reasons] == [field]

    def test_whoever_reads_the_scheme_reads_them(self):
        setting = factories.agreement()
        scheme = factories.scheme(setting, published=False)
        schemes.change(scheme=scheme, actor=setting.lead, now=NOW, **self.LIMITS)
        page = client_for(setting.lead).get(scheme.get_absolute_url()).content.decode()
        assert "each up to 5 MB, all of these answers together up to 20 MB" in page
        assert "up to 60 characters, of letters" in page
