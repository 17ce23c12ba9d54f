"""Contracts: the register, one contract with its file, and the two signatures."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from calloffs.forms import contracts as forms
from calloffs.models import Contract
from calloffs.queries import calloffs as files
from calloffs.queries import contracts as queries
from calloffs.services import contracts
from calloffs.workflow import CONTRACT
from commissioning.people.roles import PROVIDER_ROLES
from commissioning.records import downloads
from commissioning.records.services import letters
from commissioning.web.views import ActionView, Crumb, DetailPage, FindsObject, ListPage, SignedIn
from commissioning.workflow import Reason, Refused


class Contracts(ListPage):
    """The register: an authority's contracts to its people, a provider's own to its."""

    template_name = "calloffs/contracts.html"
    heading = "Contracts"
    visible = staticmethod(files.contracts)
    filterset_class = forms.ContractFilter
    empty = "Contracts appear here when they are issued for signature, once a standstill has ended."


class OfContract(SignedIn):
    """Finds the contract through the viewer and leads back to it."""

    visible = staticmethod(queries.full)
    context_name = "contract"
    object: Contract

    def get_caption(self) -> str:
        return f"Contract {self.object.reference}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb("Contracts", reverse("contracts")),
            Crumb(self.object.calloff.title, self.object.get_absolute_url()),
        ]


class Show(OfContract, DetailPage):
    """One contract: where it stands, its dates, value, parties and signatures, and its file."""

    template_name = "calloffs/contract.html"

    def get_heading(self) -> str:
        return str(self.object.calloff.title)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Contracts", reverse("contracts"))]

    def actions(self) -> list[dict[str, Any]]:
        return queries.actions(self.object, self.actor, self.now)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "stages": queries.stages(self.object),
            "signatures": queries.signatures(self.object),
            "reads": queries.reads_the_record(self.object, self.actor),
            "is_provider": bool(self.actor.roles_in(self.object.owned_by) & {*PROVIDER_ROLES}),
        }


class Pdf(OfContract, FindsObject):
    """Gives out the contract's kept file to those who may see the contract."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        letter = self.get_object().letter
        if letter is None or not letter.rendered_at:
            raise Refused("The contract is still being made into a PDF. Try again in a minute.")
        return downloads.send_bytes_as_attachment(letters.read(letter), letter.file_name, "application/pdf")


class OnContract(OfContract, ActionView):
    """A signature under a contract."""

    template_name = "calloffs/contract_sign.html"
    step = ""

    def blockers(self) -> list[Reason]:
        found = CONTRACT.refusals(self.object, self.step, actor=self.actor, now=self.now)
        letter = self.object.letter
        if not found and (letter is None or not letter.rendered_at):
            found = [Reason("The contract's PDF is still being prepared; try again in a minute.")]
        return found

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "contract": self.object,
            "signatures": queries.signatures(self.object),
        }


class Sign(OnContract):
    """Signs for the provider, as one of its administrators."""

    action = "contract.sign_provider"
    step = "sign_provider"
    form_class = forms.ForProvider
    heading = "Sign the contract for the provider"
    submit_label = "Sign the contract"
    success_message = "You have signed. The authority signs next; the contract is made when it has."

    def perform(self, form: Any) -> None:
        contracts.sign_for_provider(contract=self.object, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        name = self.object.calloff.authority.name
        return [f"Nobody is written to. The contract appears among what waits for {name}'s directors."]


class SignForAuthority(OnContract):
    """Signs for the authority, as a director: the contract is made."""

    action = "contract.sign_authority"
    step = "sign_authority"
    form_class = forms.ForAuthority
    heading = "Sign the contract for the authority"
    submit_label = "Sign and make the contract"
    success_message = "You have signed: the contract is made."

    def perform(self, form: Any) -> None:
        contracts.sign_for_authority(contract=self.object, actor=self.actor, now=self.now)

    def told(self) -> Sequence[str]:
        return [
            f"Everybody who writes for {self.object.organisation.name}, by e-mail.",
            "The public page of the agreement lists the contract, with who provides what for how much.",
        ]
