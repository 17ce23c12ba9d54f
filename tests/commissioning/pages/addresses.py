"""Every address of the portal by who asks for it, in the demonstration.

`addresses.txt` says who is let in, a line an address; test_demo.py holds the portal against it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import get_resolver, reverse

from calloffs.models import CallOff, Competition, Contract
from commissioning.board.models import Condition, Paper
from commissioning.people.models import Invitation, Membership, Organisation, User
from commissioning.people.roles import PROVIDER_ROLES, Role
from commissioning.records.models import Document, Letter, Message, OpeningProposal
from evaluation.models import Exercise, MissingEvidence
from lots.models import AgreementDocument, AgreementNotice, Scheme, Window, WindowQuestion
from providers.models import Application
from tests import factories as people
from tests.pages import skipped

TABLE = Path(__file__).with_name("addresses.txt")
PEOPLE = {
    "lead": "lead@pcc.example",
    "commissioner": "commissioner@pcc.example",
    "evaluator": "evaluator1@pcc.example",
    "moderator": "moderator@pcc.example",
    "chair": "board@pcc.example",
    "auditor": "auditor@pcc.example",
    "gatekeeper": "admin@pcc.example",
    "partner_lead": "lead@ccc.example",
    "partner_director": "director@ccc.example",
    "nhs_lead": "lead@cpicb.example",
    "bidder": "bids@p3-charity.example",
    "rival": "bids@care-network-cambridgeshire.example",
    "administrator": "admin@portal.example",
}
STRANGERS = ("stranger", "outsider")  # of another authority, and of another provider
EVERYBODY = {*PEOPLE, *STRANGERS}
GROUPS = {"anyone": {*EVERYBODY, "anonymous"}, "everybody": EVERYBODY}
SEATED = {"seat-end": "chair", "exercise-stand-down": "evaluator", "exercise-conflict": "evaluator"}
PUBLIC_THINGS = ("agreements/", "schemes/", "windows/")  # that they are there is known to all
# 410: a link in a message that has served.
LET_IN = {200, 409}  # 409: let in, and told why the step cannot be taken now


def rows() -> dict[str, set[str]]:
    """Return who is let in by an address's name, as the table says."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, *words = line.replace(" nobody", "").split()
            found[name] = set().union(*(GROUPS.get(word, {word}) for word in words))
    return found


def addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and the route of every address but Django admin's, which asks for itself.

    A page of a bid has two addresses; the one that names the provider as well is marked with "!".
    """

    def walk(resolver: Any, before: str) -> Iterator[tuple[str, str]]:
        for found in resolver.url_patterns:
            route = before + str(found.pattern)
            if not hasattr(found, "url_patterns"):
                yield found.name + "!" * ("/for/<" in route), route
            elif not route.startswith("admin/"):
                yield from walk(found, route)

    return walk(get_resolver(), "")


class Places:
    """What the addresses' parts stand for in the demonstration."""

    def __init__(self) -> None:
        self.p3 = Organisation.objects.get(name="P3 Charity")
        self.rival = Organisation.objects.get(name="Care Network Cambridgeshire")
        self.pcc = Organisation.objects.get(code="PCC")
        self.ccc = Organisation.objects.get(code="CCC")
        self.window = Window.objects.earliest("opens_at")
        self.coming = Window.objects.latest("opens_at")
        self.open = Window.objects.get(agreement__reference="EIP-PDPS", state="open")
        self.checked = Window.objects.get(agreement__reference="EIP-2028", state="unsealed")
        self.calloffs = {row.state: row for row in CallOff.objects.order_by("pk")}

    def of(self, name: str, route: str) -> dict[str, Any]:
        """Return the arguments of an address."""
        name, given = name.rstrip("!"), re.findall(r"<\w+:(\w+)>", route)
        return {part: getattr(self, f"_{part}")(name, route) for part in given}

    def _reference(self, name: str, route: str) -> str:
        of_name, start = f"_{name.replace('-', '_')}_reference", route.split("/", maxsplit=1)[0]
        return str(getattr(self, of_name, getattr(self, f"_{start}_reference"))())

    def _agreements_reference(self) -> str:
        return "EIP-PDPS"

    _record_reference = _agreements_reference

    def _schemes_reference(self) -> str:
        return Scheme.objects.get(title="Admission to Lot 1").reference

    def _windows_reference(self) -> str:
        return self.window.reference

    def _window_questions_reference(self) -> str:
        return self.open.reference

    _window_question_answer_reference = _window_question_decline_reference = _window_questions_reference
    _window_question_withdraw_reference = _window_answer_correct_reference = _window_questions_reference

    def _application_start_reference(self) -> str:
        return self.open.reference

    def _applications_reference(self) -> str:
        return Application.objects.get(window=self.window, organisation=self.p3).reference

    def _exercises_reference(self) -> str:
        return self._judged("scoring")

    def _exercise_workbench_reference(self) -> str:
        return self._judged("closed")

    _exercise_agree_reference = _exercise_close_moderation_reference = _exercise_workbench_reference
    _exercise_results_reference = _exercise_begin_moderation_reference = _exercise_workbench_reference

    def _judged(self, state: str) -> str:
        return Exercise.objects.filter(state=state).earliest("pk").reference

    def _organisations_reference(self) -> str:
        return self.pcc.reference

    def _profile_reference(self) -> str:
        return self.p3.reference

    _profile_document_reference = _profile_document_add_reference = _profile_reference
    _profile_document_take_out_reference = _profile_rating_reference = _profile_reference
    _profile_declare_reference = _profile_reference

    def _openings_reference(self) -> str:
        return OpeningProposal.objects.get(state="proposed").reference

    def _documents_reference(self) -> str:
        # A specification, which is not public.
        return Document.objects.filter(title__startswith="Specification").earliest("pk").reference

    def _messages_reference(self) -> str:
        return Message.objects.filter(recipient__email=PEOPLE["bidder"]).earliest("pk").reference

    def _letters_reference(self) -> str:
        return self._letter().reference

    def _letter_batch_reference(self) -> str:
        batch = self._letter().batch
        assert batch is not None
        return batch.reference

    def _letter(self) -> Letter:
        return Letter.objects.filter(organisation=self.p3, kind="admission").earliest("pk")

    def _calloffs_reference(self) -> str:
        return self.calloffs["contracted"].reference

    def _calloff_change_reference(self) -> str:
        return self.calloffs["draft"].reference

    def _calloff_publish_reference(self) -> str:
        return self.calloffs["approved"].reference

    def _papers_reference(self) -> str:
        return Paper.objects.get(state="tabled").reference

    def _condition_met_reference(self) -> str:
        return Condition.objects.earliest("pk").paper.reference

    def _window_checks_reference(self) -> str:
        return self.checked.reference

    _window_check_debarment_reference = _window_confirm_platform_reference = _window_checks_reference

    def _evidence_reference(self) -> str:
        return MissingEvidence.objects.get(assessment__organisation=self.p3).reference

    def _evidence_file_reference(self) -> str:
        return MissingEvidence.objects.exclude(supplied=None).get().reference

    def _contracts_reference(self) -> str:
        return Contract.objects.get(state="signed").reference

    def _notice(self, name: str, route: str) -> str:
        return AgreementNotice.objects.earliest("pk").reference

    def _number(self, name: str, route: str) -> int:
        return 1

    _package = _file = _version = _associate = _number

    def _section(self, name: str, route: str) -> int:
        return 1 if name.startswith("bid-") else 2  # of an entry the common part comes first

    def _token(self, name: str, route: str) -> str:
        return "nobody-s"

    def _code(self, name: str, route: str) -> str:
        codes = dict.fromkeys(("common-question", "common-version", "common-versions"), "ORG1")
        codes |= {"standard-change": "INS", "standards-take-out": "INS"}
        codes |= dict.fromkeys(("entry-standard-version", "entry-standard-versions"), "INS")
        codes |= dict.fromkeys(("common-standard-version", "common-standard-versions"), "DATA")
        codes |= dict.fromkeys(("bid-price-version", "bid-price-versions"), "YEAR")
        of_competition = name.startswith(("bid-", "exercise-"))
        return codes.get(name, "DEL" if of_competition else "MS1")

    def _document(self, name: str, route: str) -> str:
        if name.startswith("agreement-"):
            return AgreementDocument.objects.earliest("pk").reference
        return self.p3.profile_documents.earliest("pk").reference

    def _law(self, name: str, route: str) -> str:
        return "pcr"

    def _authority(self, name: str, route: str) -> str:
        return self.ccc.reference

    def _organisation(self, name: str, route: str) -> str:
        return self.rival.reference if route.startswith("calloffs/") else self.p3.reference

    def _name(self, name: str, route: str) -> str:
        return "1"  # no session of anybody's

    def _person(self, name: str, route: str) -> str:
        if name.startswith("factor-reset"):
            return User.objects.get(email="kit@pcc.example").reference
        return User.objects.get(email=PEOPLE[SEATED.get(name, "commissioner")]).reference

    def _role(self, name: str, route: str) -> str:
        return str(Role.COMMISSIONER)

    def _condition(self, name: str, route: str) -> int:
        return Condition.objects.earliest("pk").pk

    def _question(self, name: str, route: str) -> int | str:
        if name.startswith("window-"):
            return WindowQuestion.objects.get(state="asked").reference
        return (
            Competition.objects.exclude(clarifications=None).earliest("pk").clarifications.earliest("pk").pk
        )

    def _invitation(self, name: str, route: str) -> str:
        return Invitation.objects.filter(organisation=self.pcc).earliest("pk").reference


def clients() -> dict[str, Any]:
    """Return a signed-in browser of each of the people, and one of nobody."""
    authority_roles = [role for role in Role if role not in PROVIDER_ROLES]
    users = {word: User.objects.get(email=email) for word, email in PEOPLE.items()}
    users["stranger"] = people.person(people.authority("ELSE"), *authority_roles)
    users["outsider"] = people.person(people.provider("Elsewhere Care"), *PROVIDER_ROLES)
    assert Membership.objects.filter(user=users["stranger"]).exists()
    return {"anonymous": people.client_for()} | {
        word: people.client_for(user) for word, user in users.items()
    }


def asked() -> dict[str, dict[str, Any]]:
    """Return what each address answered to each person who asked for it."""
    places, browsers = Places(), clients()
    found: dict[str, dict[str, Any]] = {}
    for name, route in addresses():
        address = reverse(name.rstrip("!"), kwargs=places.of(name, route))
        found[name] = {word: browser.get(address) for word, browser in browsers.items()}
    return found


def is_let_in(response: Any) -> bool:
    """Tell whether the answer is the page, or the way on to one that is asked about itself."""
    if response.status_code == 302:
        return "/account/sign-in/" not in response["Location"]
    return response.status_code in LET_IN


def disagreements() -> Iterator[str]:
    """Yield where the portal and the table differ, a sentence each."""
    table, answers = rows(), asked()
    yield from (f"{name} has no line in the table" for name in set(answers) - set(table))
    yield from (f"{name} is in the table, and there is no such address" for name in set(table) - set(answers))
    for name, by_person in answers.items():
        line = table.get(name, set())
        let_in = {word for word, answer in by_person.items() if is_let_in(answer)}
        if let_in != line:
            yield f"{name}: let in without a line {let_in - line}, turned away with one {line - let_in}"
        for word, answer in by_person.items():
            yield from (f"{name} for {word}: {fault}" for fault in faults(word, answer, line))


def faults(word: str, answer: Any, let_in: set[str]) -> Iterator[str]:
    """Yield what is wrong with the manner of an answer."""
    status = answer.status_code
    if status >= 500:
        yield f"answers {status}"
    if answer.get("Content-Type", "").startswith("text/html") and (skip := skipped(answer.content.decode())):
        yield f"goes from a heading of level {skip[0]} to one of level {skip[1]}"
    if word in let_in:
        return
    if word == "anonymous" and status not in {302, 404, 405, 410}:
        yield f"answers {status} to somebody who is not signed in"
    match = answer.resolver_match
    is_theirs = "reference" in match.kwargs and not match.route.startswith(PUBLIC_THINGS)
    if word in STRANGERS and is_theirs and status != 404:
        yield f"answers {status} to a stranger"
    if status == 403 and not re.search(r'govuk-body-l">[^<]{20,}', answer.content.decode()):
        yield "gives no reason"
