"""Who may do what: one table, a row an action. Four-eyes and interests are guards elsewhere, not roles.

The object answers how the actor stands to it (`owned_by`, `run_by`, `sighted_by`, `is_judged_by`,
`has_seat_for`), so this file knows no app. A missing object, or one that does not answer, means no.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings

from commissioning.people.actors import Actor
from commissioning.people.roles import ADMINISTRATOR, SENSITIVE_ROLES, SYSTEM, Role


class Relation(Enum):
    """How the actor must stand to the object."""

    NONE = "none"  # the role alone decides, held anywhere
    OWN = "own"  # role held in an organisation that owns it: obj.owned_by
    RUN = "run"  # role held in the authority that runs it: obj.run_by
    SIGHTED = "sighted"  # role held in any authority of the agreement: obj.sighted_by
    JUDGE = "judge"  # sits on its panel: obj.is_judged_by(actor)
    BOARD = "board"  # holds a seat on its board: obj.has_seat_for(actor)


class Denied(Exception):  # noqa: N818 - the word that pages and tests use
    """The person's roles do not allow this; the reason is fit to show and becomes a 403 page."""

    is_noted = False  # whether the access log holds the attempt already

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Rule:
    relation: Relation
    roles: frozenset[str]
    what: str
    asks_again: bool = False  # signs, opens or releases: the person proves again who they are (settled 27)


def _rule(relation: Relation, what: str, *roles: str, asks_again: bool = False) -> Rule:
    return Rule(relation, frozenset(str(role) for role in roles), what, asks_again)


OWN, RUN, SIGHTED, JUDGE, BOARD, NONE = (
    Relation.OWN,
    Relation.RUN,
    Relation.SIGHTED,
    Relation.JUDGE,
    Relation.BOARD,
    Relation.NONE,
)
R = Role

TABLE: dict[str, Rule] = {
    # people
    "organisation.invite": _rule(OWN, "invite people to it", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN),
    "organisation.give_role": _rule(OWN, "give roles in it", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN),
    "organisation.confirm_role": _rule(OWN, "confirm roles in it", R.AUTHORITY_ADMIN, asks_again=True),
    "organisation.withdraw_role": _rule(OWN, "withdraw roles in it", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN),
    "organisation.end_membership": _rule(OWN, "end memberships in it", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN),
    "organisation.reset_factor": _rule(
        OWN, "have a second factor in it reset", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN, asks_again=True
    ),
    "organisation.confirm_factor_reset": _rule(
        OWN, "confirm the reset of a second factor in it", R.AUTHORITY_ADMIN, asks_again=True
    ),
    "organisation.change": _rule(OWN, "change its details", R.PROVIDER_ADMIN, R.AUTHORITY_ADMIN),
    "profile.change": _rule(
        OWN, "keep its documents, rating and declarations", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR
    ),
    "organisation.maintain": _rule(NONE, "maintain reference data", ADMINISTRATOR, SYSTEM),
    # agreements, lots, schemes, windows
    "agreement.create": _rule(NONE, "set up agreements", R.LEAD),
    "agreement.change": _rule(RUN, "change it", R.LEAD),
    "agreement.publish": _rule(RUN, "publish it", R.LEAD),
    "agreement.discard": _rule(RUN, "discard the draft", R.LEAD),
    "agreement.extend": _rule(RUN, "extend its term", R.LEAD),
    "agreement.notify": _rule(RUN, "publish notices on it", R.LEAD),
    "agreement.change_event": _rule(RUN, "move its events or call them off", R.LEAD),
    "agreement.read_sign_ups": _rule(RUN, "read who signed up for its events", R.LEAD),
    "agreement.reopen": _rule(RUN, "say when it opens again", R.LEAD),
    "agreement.abandon": _rule(RUN, "abandon it", R.LEAD),
    "agreement.succeed": _rule(RUN, "record that an authority was succeeded", R.LEAD),
    "authority.govern": _rule(RUN, "say how this authority decides", R.LEAD),
    "lot.activate": _rule(RUN, "activate its lots", R.LEAD),
    "lot.remove": _rule(RUN, "remove its lots", R.LEAD),
    "scheme.change": _rule(RUN, "write its scheme", R.LEAD),
    "scheme.publish": _rule(RUN, "publish its scheme", R.LEAD),
    "window.schedule": _rule(RUN, "schedule its windows", R.LEAD),
    "window.announce": _rule(RUN, "announce it", R.LEAD),
    "window.cancel": _rule(RUN, "cancel it", R.LEAD),
    "window.stop": _rule(RUN, "stop it", R.LEAD),
    "window.receive": _rule(OWN, "submit in it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "window.open": _rule(NONE, "open windows", SYSTEM),
    "window.close": _rule(NONE, "close windows", SYSTEM),
    "window.extend": _rule(RUN, "move its deadline", R.LEAD),
    "window.decide_outage": _rule(RUN, "decide on time lost to an outage", R.LEAD),
    "window.unseal": _rule(RUN, "open its entries", R.LEAD, asks_again=True),
    "window.decide": _rule(RUN, "release its outcomes", R.LEAD),
    "window_question.ask": _rule(OWN, "ask about a window", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "window_question.confirm": _rule(NONE, "take up questions by e-mail", SYSTEM),
    "window_question.withdraw": _rule(OWN, "withdraw its question", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "window_question.withdraw_by_link": _rule(NONE, "withdraw questions by e-mail", SYSTEM),
    "window_question.answer": _rule(RUN, "answer questions", R.COMMISSIONER, R.LEAD),
    "window_question.decline": _rule(RUN, "decline questions", R.COMMISSIONER, R.LEAD),
    # applications
    "application.start": _rule(NONE, "apply", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "application.write": _rule(OWN, "write in it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "application.instruct": _rule(OWN, "say what is sent at the close", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "application.remind": _rule(NONE, "remind applicants", SYSTEM),
    "entry.submit": _rule(OWN, "submit it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "entry.withdraw": _rule(OWN, "withdraw it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "entry.open": _rule(RUN, "open it", R.LEAD),
    "entry.send_at_close": _rule(NONE, "send what is complete at the close", SYSTEM),
    "entry.lapse": _rule(NONE, "set unsubmitted drafts aside", SYSTEM),
    "entry.admit": _rule(RUN, "release its outcome", R.LEAD),
    "entry.turn_down": _rule(RUN, "release its outcome", R.LEAD),
    "admission.take_effect": _rule(NONE, "let admissions take effect", SYSTEM),
    "admission.hold": _rule(RUN, "put admissions on hold", R.LEAD),
    "admission.suspend": _rule(RUN, "suspend admissions", R.LEAD),
    "admission.lift": _rule(RUN, "lift suspensions", R.LEAD),
    "admission.put_on_hold": _rule(NONE, "put admissions on hold by the standing watch", SYSTEM),
    "admission.take_off_hold": _rule(NONE, "take admissions off hold", SYSTEM),
    "admission.check_debarment": _rule(RUN, "record checks of the debarment list", R.LEAD),
    "admission.confirm_platform": _rule(RUN, "record what it shared on the central platform", R.LEAD),
    "window.check_suppliers": _rule(RUN, "record checks of its applicants", R.LEAD),
    "admission.record_rating": _rule(RUN, "record the CQC rating of its members", R.LEAD),
    "admission.remove": _rule(RUN, "remove admissions", R.LEAD),
    # judging
    "exercise.appoint": _rule(RUN, "appoint its panel", R.LEAD),
    "exercise.start": _rule(RUN, "start its scoring", R.LEAD),
    "exercise.gate": _rule(RUN, "decide its minimum standards", R.LEAD),
    "exercise.ask_evidence": _rule(RUN, "ask bidders for missing documents", R.LEAD),
    "evidence.supply": _rule(OWN, "send a missing document", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "exercise.mitigate": _rule(RUN, "decide on conflicts of interest", R.LEAD),
    "exercise.declare": _rule(JUDGE, "declare conflicts", R.EVALUATOR, R.LAY_EVALUATOR, R.MODERATOR),
    "exercise.score": _rule(JUDGE, "score", R.EVALUATOR, R.LAY_EVALUATOR),
    "exercise.moderate": _rule(JUDGE, "moderate", R.MODERATOR),
    "exercise.begin_moderation": _rule(JUDGE, "start the moderation", R.MODERATOR),
    "exercise.list_files": _rule(RUN, "see the list of its files", R.LEAD, R.AUDITOR),
    "exercise.release": _rule(RUN, "release its outcomes", R.LEAD),
    "exercise.remind": _rule(NONE, "remind evaluators", SYSTEM),
    "exercise.end": _rule(RUN, "end it", R.LEAD),
    "exercise.close_moderation": _rule(JUDGE, "close the moderation", R.MODERATOR),
    "exercise.check": _rule(RUN, "see totals and the check before release", R.LEAD),
    "release.draft": _rule(RUN, "draft the outcome letters", R.LEAD),
    "release.release": _rule(RUN, "release the outcomes", R.LEAD, asks_again=True),
    "release.withdraw": _rule(RUN, "take back drafted letters", R.LEAD),
    # call-offs and the board
    "calloff.create": _rule(SIGHTED, "draft call-offs", R.COMMISSIONER, R.LEAD),
    "calloff.change": _rule(RUN, "change it", R.COMMISSIONER, R.LEAD),
    "calloff.table": _rule(RUN, "put it to the board", R.COMMISSIONER, R.LEAD),
    "calloff.take_back": _rule(RUN, "take it back from the board", R.COMMISSIONER, R.LEAD),
    "calloff.board_approved": _rule(BOARD, "close the board's vote on it", R.BOARD_CHAIR),
    "calloff.board_returned": _rule(BOARD, "return it to its author", R.BOARD_CHAIR),
    "calloff.board_refused": _rule(BOARD, "close the board's vote on it", R.BOARD_CHAIR),
    "calloff.revise": _rule(RUN, "take it back to draft", R.COMMISSIONER, R.LEAD),
    "calloff.abandon": _rule(RUN, "abandon it", R.LEAD),
    "calloff.record_governance": _rule(SIGHTED, "record its authority's decision", R.COMMISSIONER, R.LEAD),
    "calloff.invite": _rule(RUN, "publish the mini-competition", R.LEAD),
    "calloff.close": _rule(NONE, "close mini-competitions", SYSTEM),
    "calloff.recommend": _rule(RUN, "recommend the award", R.LEAD),
    "calloff.reconsider": _rule(RUN, "send the recommendation back", R.DIRECTOR),
    "calloff.award": _rule(RUN, "release the award letters", R.LEAD),
    "calloff.contract": _rule(RUN, "sign the contract for the authority", R.DIRECTOR),
    "calloff.end_without_award": _rule(RUN, "end it without an award", R.LEAD),
    "paper.answer": _rule(BOARD, "answer the four tests", R.BOARD_MEMBER, R.BOARD_CHAIR),
    "paper.declare_interest": _rule(BOARD, "declare an interest", R.BOARD_MEMBER, R.BOARD_CHAIR),
    "paper.vote": _rule(BOARD, "vote", R.BOARD_MEMBER, R.BOARD_CHAIR),
    "paper.set_condition": _rule(BOARD, "set conditions", R.BOARD_MEMBER, R.BOARD_CHAIR),
    "paper.meet_condition": _rule(RUN, "record that a condition is met", R.COMMISSIONER, R.LEAD),
    "paper.approve": _rule(BOARD, "close the vote", R.BOARD_CHAIR),
    "paper.refuse": _rule(BOARD, "close the vote", R.BOARD_CHAIR),
    "paper.return": _rule(BOARD, "return it to its author", R.BOARD_CHAIR),
    "paper.withdraw": _rule(RUN, "withdraw the paper", R.COMMISSIONER, R.LEAD),
    # mini-competition
    "competition.extend": _rule(RUN, "move its deadline", R.LEAD),
    "competition.correct": _rule(RUN, "say whom bidders may ask", R.LEAD),
    "competition.close": _rule(NONE, "close competitions", SYSTEM),
    "competition.unseal": _rule(RUN, "open the bids", R.LEAD, asks_again=True),
    "competition.decide": _rule(RUN, "release the award letters", R.LEAD),
    "competition.abandon": _rule(RUN, "abandon the mini-competition", R.LEAD),
    "competition.unseal_prices": _rule(RUN, "open the prices", R.LEAD, asks_again=True),
    "competition.answer": _rule(RUN, "answer questions", R.COMMISSIONER, R.LEAD),
    "invitation.respond": _rule(OWN, "say whether you will bid", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "invitation.ask": _rule(OWN, "ask a question", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.start": _rule(OWN, "bid", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.write": _rule(OWN, "write in it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.submit": _rule(OWN, "submit it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.withdraw": _rule(OWN, "withdraw it", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.open": _rule(RUN, "open it", R.LEAD),
    "bid.instruct": _rule(OWN, "say what is sent at the close", R.PROVIDER_ADMIN, R.PROVIDER_EDITOR),
    "bid.send_at_close": _rule(NONE, "send what is complete at the close", SYSTEM),
    "bid.lapse": _rule(NONE, "set unsubmitted drafts aside", SYSTEM),
    "bid.win": _rule(RUN, "release the award letters", R.LEAD),
    "bid.lose": _rule(RUN, "release the award letters", R.LEAD),
    "bid.end": _rule(RUN, "end it without an award", R.LEAD),
    # award and contract
    "award.recommend": _rule(RUN, "recommend the award", R.LEAD),
    "award.sign": _rule(RUN, "sign the contract award record", R.DIRECTOR, asks_again=True),
    "award.return": _rule(RUN, "send it back", R.DIRECTOR),
    "award.draft_letters": _rule(RUN, "draft the award letters", R.LEAD),
    "award.take_letters_back": _rule(RUN, "take back drafted letters", R.LEAD),
    "award.release": _rule(RUN, "release the award letters", R.LEAD, asks_again=True),
    "award.read": _rule(SIGHTED, "read the award", R.COMMISSIONER, R.LEAD, R.DIRECTOR, R.AUDITOR),
    "award.hold": _rule(RUN, "place a legal hold", R.LEAD),
    "award.lift_hold": _rule(RUN, "lift the legal hold", R.LEAD),
    "award.make": _rule(RUN, "sign the contract for the authority", R.DIRECTOR),
    "award.abandon": _rule(RUN, "end it without an award", R.LEAD),
    "contract.issue": _rule(RUN, "issue the contract", R.LEAD),
    "contract.sign_provider": _rule(OWN, "sign it for the provider", R.PROVIDER_ADMIN, asks_again=True),
    "contract.sign_authority": _rule(RUN, "sign it for the authority", R.DIRECTOR, asks_again=True),
    "contract.withdraw": _rule(RUN, "withdraw the contract", R.LEAD),
    # openings by two people
    "opening.propose": _rule(RUN, "propose its opening", R.LEAD),
    "opening.confirm": _rule(RUN, "confirm its opening", R.LEAD),
    "opening.withdraw": _rule(RUN, "withdraw the proposed opening", R.LEAD),
    "opening.lapse": _rule(NONE, "let proposed openings run out", SYSTEM),
    # records
    "record.read_attempts": _rule(SIGHTED, "read the list of refused attempts", R.AUDITOR),
    "record.read": _rule(SIGHTED, "read the record", R.AUDITOR, R.LEAD),
    "message.resend": _rule(NONE, "send a message again", R.LEAD, ADMINISTRATOR),
}

# Where these alone allow an act, whoever holds them needs a second factor.
GUARDED = SENSITIVE_ROLES | {ADMINISTRATOR}
WITHOUT_SECOND_FACTOR = (
    "Because of what your role allows, it counts only with a second factor. "
    "Open “Your account” and switch on the second factor: it takes two minutes and a telephone."
)

_ORGANISATION_ANSWERS = {OWN: "owned_by", RUN: "run_by", SIGHTED: "sighted_by"}


def may(actor: Actor, action: str, obj: Any = None) -> Verdict:
    """Return whether the actor may do this to the object, and if not why; an unknown action is a KeyError."""
    rule = TABLE[action]
    by = _roles_that_allow(actor, rule, obj)
    if not by:
        return Verdict(allowed=False, reason=f"Your role does not allow you to {rule.what}. {_who(rule)}")
    if by <= GUARDED and lacks_second_factor(actor):
        return Verdict(allowed=False, reason=WITHOUT_SECOND_FACTOR)
    return Verdict(allowed=True)


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """Return if the actor may; else raise `Denied` with the reason."""
    verdict = may(actor, action, obj)
    if not verdict.allowed:
        raise Denied(verdict.reason)


def asks_again(action: str) -> bool:
    """Return whether the person must prove again who they are before this act (settled 27)."""
    return action in TABLE and TABLE[action].asks_again


def lacks_second_factor(actor: Actor) -> bool:
    """Return whether the actor has no second factor where one is asked for: everywhere but in the demo."""
    return settings.SECOND_FACTOR_REQUIRED and not getattr(actor, "has_second_factor", True)


def require_second_factor(actor: Actor) -> None:
    """Return if the actor may act in a sensitive role; else raise `Denied` with the mend."""
    if lacks_second_factor(actor):
        raise Denied(WITHOUT_SECOND_FACTOR)


def _roles_that_allow(actor: Actor, rule: Rule, obj: Any) -> frozenset[str]:
    """Return which of the actor's roles allow it to this object; empty where none does."""
    none: frozenset[str] = frozenset()
    if SYSTEM in actor.roles_in(()):
        return rule.roles & {SYSTEM}
    if rule.relation is NONE:
        return actor.roles_in() & rule.roles
    if obj is None:
        return none
    if rule.relation in _ORGANISATION_ANSWERS:
        organisations = getattr(obj, _ORGANISATION_ANSWERS[rule.relation], None)
        return actor.roles_in(organisations) & rule.roles if organisations else none
    answers = getattr(obj, "is_judged_by" if rule.relation is JUDGE else "has_seat_for", None)
    held = actor.roles_in() & rule.roles
    return held if answers is not None and held and answers(actor) else none


def _who(rule: Rule) -> str:
    names = {**dict(Role.choices), ADMINISTRATOR: "Administrator", SYSTEM: "The portal itself"}
    who = " or ".join(sorted(names[role].lower() for role in rule.roles))
    where = {
        OWN: " of the organisation it belongs to",
        RUN: " of the authority that runs it",
        SIGHTED: " of an authority in the agreement",
        JUDGE: " on its panel",
        BOARD: " with a seat on its board",
        NONE: "",
    }[rule.relation]
    return f"It is for: {who}{where}."
