"""The table of permissions against the same table written out by hand: a row here for each row there."""

from dataclasses import dataclass, field

import pytest
from django.urls import get_resolver

from commissioning.people.actors import System
from commissioning.people.roles import SENSITIVE_ROLES, Role
from commissioning.policies import TABLE, Denied, asks_again, may, require
from commissioning.web.views import ActionView
from tests.commissioning.accounts.factories import enrolled, fresh
from tests.factories import authority, person, provider

# action, how the person must stand to the object, the roles that may. Whoever adds a row to the table of
# permissions writes it here a second time, from what product.md says and not from the table.
BY_HAND = """
organisation.invite            own      provider_admin authority_admin
organisation.give_role         own      provider_admin authority_admin
organisation.confirm_role      own      authority_admin
organisation.withdraw_role     own      provider_admin authority_admin
organisation.end_membership    own      provider_admin authority_admin
organisation.reset_factor      own      provider_admin authority_admin
organisation.confirm_factor_reset own   authority_admin
organisation.change            own      provider_admin authority_admin
organisation.maintain          none     administrator system
profile.change                 own      provider_admin provider_editor

agreement.create               none     lead
agreement.change               run      lead
agreement.publish              run      lead
agreement.extend               run      lead
agreement.notify               run      lead
agreement.change_event         run      lead
agreement.read_sign_ups        run      lead
agreement.succeed              run      lead
agreement.reopen               run      lead
agreement.abandon              run      lead
agreement.discard              run      lead
authority.govern               run      lead

lot.activate                   run      lead
lot.remove                     run      lead

scheme.change                  run      lead
scheme.publish                 run      lead

window.schedule                run      lead
window.announce                run      lead
window.cancel                  run      lead
window.stop                    run      lead
window.receive                 own      provider_admin provider_editor
window.open                    none     system
window.close                   none     system
window.extend                  run      lead
window.decide_outage           run      lead
window.unseal                  run      lead
window.decide                  run      lead

window_question.ask            own      provider_admin provider_editor
window_question.confirm        none     system
window_question.withdraw       own      provider_admin provider_editor
window_question.withdraw_by_link none   system
window_question.answer         run      commissioner lead
window_question.decline        run      commissioner lead

application.start              none     provider_admin provider_editor
application.write              own      provider_admin provider_editor
application.instruct           own      provider_admin provider_editor
application.remind             none     system

entry.submit                   own      provider_admin provider_editor
entry.withdraw                 own      provider_admin provider_editor
entry.open                     run      lead
entry.send_at_close            none     system
entry.lapse                    none     system
entry.admit                    run      lead
entry.turn_down                run      lead

admission.take_effect          none     system
admission.hold                 run      lead
admission.suspend              run      lead
admission.lift                 run      lead
admission.put_on_hold          none     system
admission.take_off_hold        none     system
admission.check_debarment      run      lead
admission.confirm_platform     run      lead
window.check_suppliers         run      lead
admission.record_rating        run      lead
admission.remove               run      lead

exercise.appoint               run      lead
exercise.start                 run      lead
exercise.gate                  run      lead
exercise.ask_evidence          run      lead
exercise.mitigate              run      lead
exercise.declare               judge    evaluator lay_evaluator moderator
exercise.score                 judge    evaluator lay_evaluator
exercise.moderate              judge    moderator
exercise.begin_moderation      judge    moderator
exercise.release               run      lead
exercise.remind                  none     system
exercise.end                   run      lead
exercise.close_moderation      judge    moderator
exercise.check                 run      lead
exercise.list_files            run      lead auditor

release.draft                  run      lead
release.release                run      lead
release.withdraw               run      lead

calloff.create                 sighted  commissioner lead
calloff.change                 run      commissioner lead
calloff.table                  run      commissioner lead
calloff.take_back              run      commissioner lead
calloff.board_approved         board    board_chair
calloff.board_returned         board    board_chair
calloff.board_refused          board    board_chair
calloff.revise                 run      commissioner lead
calloff.abandon                run      lead
calloff.record_governance      sighted  commissioner lead
calloff.invite                 run      lead
calloff.close                  none     system
calloff.recommend              run      lead
calloff.reconsider             run      director
calloff.award                  run      lead
calloff.contract               run      director
calloff.end_without_award      run      lead

paper.answer                   board    board_member board_chair
paper.declare_interest         board    board_member board_chair
paper.vote                     board    board_member board_chair
paper.set_condition            board    board_member board_chair
paper.meet_condition           run      commissioner lead
paper.approve                  board    board_chair
paper.refuse                   board    board_chair
paper.return                   board    board_chair
paper.withdraw                 run      commissioner lead

competition.extend             run      lead
competition.correct            run      lead
competition.close              none     system
competition.unseal             run      lead
competition.decide             run      lead
competition.abandon            run      lead
competition.unseal_prices      run      lead
competition.answer             run      commissioner lead

evidence.supply                own      provider_admin provider_editor

invitation.respond             own      provider_admin provider_editor
invitation.ask                 own      provider_admin provider_editor

bid.start                      own      provider_admin provider_editor
bid.write                      own      provider_admin provider_editor
bid.submit                     own      provider_admin provider_editor
bid.withdraw                   own      provider_admin provider_editor
bid.open                       run      lead
bid.instruct                   own      provider_admin provider_editor
bid.send_at_close              none     system
bid.lapse                      none     system
bid.win                        run      lead
bid.lose                       run      lead
bid.end                        run      lead

award.recommend                run      lead
award.sign                     run      director
award.return                   run      director
award.draft_letters            run      lead
award.take_letters_back        run      lead
award.release                  run      lead
award.read                     sighted  commissioner lead director auditor
award.hold                     run      lead
award.lift_hold                run      lead
award.make                     run      director
award.abandon                  run      lead

contract.issue                 run      lead
contract.sign_provider         own      provider_admin
contract.sign_authority        run      director
contract.withdraw              run      lead

opening.propose                run      lead
opening.confirm                run      lead
opening.withdraw               run      lead
opening.lapse                  none     system

record.read_attempts           sighted  auditor
record.read                    sighted  lead auditor

message.resend                 none     lead administrator
"""

# Signing, opening, releasing, and what gives or takes the means to (settled 27): asked again before each.
ASKS_AGAIN = """
organisation.confirm_role
organisation.reset_factor
organisation.confirm_factor_reset
window.unseal
release.release
competition.unseal
competition.unseal_prices
award.sign
award.release
contract.sign_provider
contract.sign_authority
"""

ROLES = [*[str(role) for role in Role], "administrator", "system"]
ROWS = [line.split() for line in BY_HAND.splitlines() if line.strip()]
ANSWERS = {"own": "owned_by", "run": "run_by", "sighted": "sighted_by"}
HERE, ELSEWHERE = 1, 2


@dataclass(frozen=True)
class Actor(System):
    """Holds one role in one organisation, as `User.roles_in` would answer."""

    role: str = ""
    organisation: int = HERE
    seat: int = 7

    def roles_in(self, organisations=None):
        if self.role == "administrator":
            return frozenset({self.role} if organisations is None else ())
        if self.role == "system" or organisations is None or self.organisation in organisations:
            return frozenset({self.role})
        return frozenset()


@dataclass
class Owned:
    """Belongs to these organisations in every way."""

    owned_by: set[int]

    @property
    def run_by(self):
        return self.owned_by


class Panel:
    """Has a place on its panel, and a seat on its board, for everybody."""

    def is_judged_by(self, actor):
        return True

    has_seat_for = is_judged_by


@dataclass
class Thing:
    """Answers one relation for the organisation HERE, or for the seats named."""

    relation: str
    seats: set[int] = field(default_factory=lambda: {7})

    def __getattr__(self, name):
        if name == ANSWERS.get(self.relation):
            return {HERE}
        if name == {"judge": "is_judged_by", "board": "has_seat_for"}.get(self.relation):
            return lambda actor: actor.seat in self.seats
        raise AttributeError(name)


def test_every_action_is_written_by_hand_once():
    assert sorted(row[0] for row in ROWS) == sorted(TABLE)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_exactly_these_roles_may_where_they_stand_to_the_object(row):
    action, relation, *roles = row
    allowed = {role for role in ROLES if may(Actor("test", role=role), action, Thing(relation)).allowed}
    assert allowed == set(roles)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_nobody_may_who_does_not_stand_so_to_the_object(row):
    action, relation, *roles = row
    elsewhere = [
        Actor("test", role=role, organisation=ELSEWHERE, seat=8)
        for role in ROLES
        if role not in ("administrator", "system")
    ]
    others = Thing(
        {"own": "run", "run": "own", "sighted": "run", "judge": "own", "board": "own"}.get(relation, "")
    )
    for actor in elsewhere:
        expected = relation == "none" and actor.role in roles
        assert may(actor, action, Thing(relation)).allowed is expected
    for thing in (None, object(), others):
        for role in ROLES:
            expected = role in roles and (relation == "none" or role == "system")
            assert may(Actor("test", role=role), action, thing).allowed is expected


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_refusal_says_who_may(row):
    verdict = may(Actor("test", role="nobody"), row[0], Thing(row[1]))
    assert verdict.reason.startswith("Your role does not allow you to ")
    assert "It is for: " in verdict.reason
    with pytest.raises(Denied, match="Your role does not allow"):
        require(Actor("test", role="nobody"), row[0], Thing(row[1]))


def test_an_unknown_action_is_a_mistake_and_no_refusal():
    with pytest.raises(KeyError):
        may(Actor("test", role="lead"), "window.paint", Thing("run"))


@pytest.mark.django_db
def test_people_hold_their_roles_only_where_they_were_given():
    council, charity = authority("PCC"), provider("Cam Sight")
    admin = person(charity, Role.PROVIDER_ADMIN)
    assert may(admin, "organisation.invite", charity).allowed
    assert not may(admin, "organisation.invite", council).allowed
    assert not may(admin, "organisation.confirm_role", charity).allowed


@pytest.mark.django_db
def test_the_administrator_gives_and_confirms_no_role():
    council = authority("PCC")
    administrator = person(is_staff=True)
    for action in ("organisation.give_role", "organisation.confirm_role", "organisation.invite"):
        assert not may(administrator, action, council).allowed
    assert may(administrator, "organisation.maintain").allowed


@pytest.mark.django_db
def test_a_person_who_may_not_sign_in_may_nothing():
    council = authority("PCC")
    lead = person(council, Role.LEAD, is_active=False)
    assert not may(lead, "agreement.create").allowed


def test_exactly_these_ask_again_who_is_acting():
    assert {action for action in TABLE if asks_again(action)} == set(ASKS_AGAIN.split())
    assert not asks_again("")


def pages():
    """Yield the class of every page that does something."""
    for pattern in walk(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        if view and issubclass(view, ActionView):
            yield view


def walk(resolver):
    for found in resolver.url_patterns:
        yield from walk(found) if hasattr(found, "url_patterns") else (found,)


def test_each_of_them_has_a_page_that_asks():
    assert set(ASKS_AGAIN.split()) <= {getattr(page, "action", "") for page in pages()}


def test_no_page_whose_act_asks_again_goes_round_the_asking():
    own = [page for page in pages() if page.post is not ActionView.post]
    assert [page for page in own if asks_again(getattr(page, "action", ""))] == []


@pytest.mark.django_db
class TestASecondFactor:
    """Outside the demonstration a sensitive role counts only with one."""

    @pytest.fixture(autouse=True)
    def _required(self, settings):
        settings.SECOND_FACTOR_REQUIRED = True

    @pytest.mark.parametrize("role", sorted(SENSITIVE_ROLES))
    def test_a_sensitive_role_counts_only_with_one(self, role):
        council = authority("PCC")
        user = person(council, role)
        action, thing = {
            "lead": ("window.extend", Owned({council.pk})),
            "director": ("award.sign", Owned({council.pk})),
            "authority_admin": ("organisation.invite", Owned({council.pk})),
            "moderator": ("exercise.moderate", Panel()),
            "board_chair": ("paper.approve", Panel()),
        }[role]
        verdict = may(user, action, thing)
        assert not verdict.allowed
        assert "second factor" in verdict.reason
        enrolled(user)
        assert may(fresh(user), action, thing).allowed

    def test_the_administrator_needs_one_too(self):
        user = person(is_staff=True)
        assert "second factor" in may(user, "organisation.maintain").reason
        enrolled(user)
        assert may(fresh(user), "organisation.maintain").allowed

    def test_other_roles_and_the_portal_itself_do_not(self):
        council, charity = authority("PCC"), provider()
        assert may(person(charity, Role.PROVIDER_ADMIN), "organisation.invite", charity).allowed
        assert may(person(council, Role.COMMISSIONER), "calloff.change", Owned({council.pk})).allowed
        assert may(System("windows sweep"), "window.close").allowed

    def test_who_may_by_another_role_of_theirs_may_without(self):
        council = authority("PCC")
        user = person(council, Role.LEAD, Role.COMMISSIONER)
        assert may(user, "calloff.change", Owned({council.pk})).allowed
        assert not may(user, "calloff.abandon", Owned({council.pk})).allowed

    def test_in_the_demonstration_nobody_needs_one(self, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        council = authority("PCC")
        assert may(person(council, Role.LEAD), "agreement.create").allowed


def test_the_system_may_only_what_is_its_own():
    assert may(System("windows sweep"), "window.close").allowed
    assert not may(System("windows sweep"), "window.unseal").allowed
