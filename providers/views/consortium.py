"""Who applies together in an entry: alone or with others, and each organisation that is named."""

from functools import cached_property
from typing import Any

from django.http import Http404, JsonResponse

from commissioning.web.views import Crumb
from providers.consortium import CODE, TITLE, Associate
from providers.consortium import Consortium as Named
from providers.forms import OnVersion
from providers.forms import consortium as forms
from providers.queries import declarations
from providers.queries import submissions as queries
from providers.queries.items import Item
from providers.queries.submissions import Own
from providers.services import consortium as services

from .answers import Writing
from .writing import WritingPage


class ConsortiumPage(WritingPage, Writing):
    """A page on which it is written who applies together; a lot that does not ask for it has none."""

    def prepare(self) -> None:
        super().prepare()
        if not self.part.consortium:
            raise Http404

    @cached_property
    def own(self) -> Own:
        return queries.read_own_item(
            submission=self.part.submission, code=CODE, actor=self.actor, now=self.now
        )

    @property
    def named(self) -> Named:
        return self.own.value if isinstance(self.own.value, Named) else Named()

    @property
    def asked_of(self) -> list[str]:
        found: list[str] = self.own.item.source.asks_grounds_of
        return found

    def page_code(self) -> str:
        return CODE

    def on_page(self) -> list[Item]:
        return [self.own.item]

    def version_field(self, code: str) -> str:
        return "version"

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"instead_url": self.part_url("consortium")}

    def autosaved(self, form: Any) -> JsonResponse:
        """Refuse: who is named is said by the button, never by the page on its own."""
        return JsonResponse({"problems": ["This page is saved by its button."]}, status=422)


class Consortium(ConsortiumPage):
    """Whether the provider applies alone, and the organisations that it names."""

    template_name = "providers/consortium.html"
    heading = TITLE

    def get_form(self, **bound: Any) -> forms.HowToApply:
        said = {True: forms.ALONE, False: forms.WITH_OTHERS, None: ""}[self.named.alone]
        return forms.HowToApply(initial={"how": said, "version": self.own.number}, **bound)

    def saved(self, form: forms.HowToApply) -> None:
        alone = form.cleaned_data["how"] == forms.ALONE
        verb = services.apply_alone if alone else services.apply_with_others
        verb(entry=self.entry, based_on=form.based_on, actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        if self.request.POST["how"] == forms.WITH_OTHERS and not self.named.associates:
            return self.part_url("associate-add")
        return super().get_success_url(result)

    def next_url(self) -> str:
        return self.url_after(0)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "named": [
                {
                    "associate": one,
                    "is_complete": one.is_complete(self.asked_of),
                    "change_url": self.part_url("associate", one.number),
                    "remove_url": self.part_url("associate-remove", one.number),
                }
                for one in self.named.associates
            ],
            "add_url": self.part_url("associate-add"),
            "saved": self.own.version,
            "versions_url": self.versions_url(self.part, self.own.item),
            "words_now": self.named.in_words(self.asked_of),
        }


class AssociatePage(ConsortiumPage):
    """One organisation that is named, or is to be."""

    template_name = "providers/associate.html"
    submit_label = "Save"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(TITLE, self.part_url("consortium"))]

    def get_success_url(self, result: Any) -> str:
        return self.part_url("consortium")

    @cached_property
    def associate(self) -> Associate | None:
        """The one that the address names; None where it is a new one, or a colleague has taken it out."""
        return self.named.find(self.number())

    def prepare(self) -> None:
        super().prepare()
        # What was typed about one that a colleague has taken out meanwhile is refused with a reason instead.
        if self.number() and self.associate is None and self.request.method == "GET":
            raise Http404

    def initial(self) -> dict[str, Any]:
        return {"version": self.own.number}

    def get_form(self, **bound: Any) -> forms.AssociateForm:
        return forms.AssociateForm(asked_of=self.asked_of, initial=self.initial(), **bound)

    def number(self) -> int:
        """Return the number of the associate, or 0 for a new one."""
        return int(self.kwargs.get("associate", 0))

    def saved(self, form: forms.AssociateForm) -> None:
        services.put(
            entry=self.entry,
            associate=form.associate(self.number()),
            based_on=form.based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_context(self) -> dict[str, Any]:
        statements = declarations.statements_of(self.application, self.part.submission.scheme)
        return super().get_context() | {"statements": statements if self.asked_of else []}


class AddAssociate(AssociatePage):
    """Names one more organisation."""

    heading = "Add an organisation"

    def get_success_message(self, result: Any) -> str:
        return "The organisation has been added."


class ChangeAssociate(AssociatePage):
    """Changes what is said of one that is named."""

    def get_heading(self) -> str:
        return self.associate.name if self.associate else "An organisation that was taken out"

    def initial(self) -> dict[str, Any]:
        return super().initial() | (forms.initial_of(self.associate) if self.associate else {})

    def get_success_message(self, result: Any) -> str:
        return "The organisation has been changed."


class RemoveAssociate(AssociatePage):
    """Takes one that is named out of the entry."""

    template_name = "providers/associate_remove.html"
    submit_label = "Take it out"
    warning = True

    def get_heading(self) -> str:
        return f"Take out {self.associate.name}" if self.associate else "Take out an organisation"

    def get_form(self, **bound: Any) -> OnVersion:  # type: ignore[override]
        return OnVersion(initial=self.initial(), **bound)

    def saved(self, form: Any) -> None:
        services.take_out(
            entry=self.entry,
            number=self.number(),
            based_on=form.based_on,
            actor=self.actor,
            now=self.now,
        )

    def get_success_message(self, result: Any) -> str:
        return "The organisation has been taken out. The version before stays in the history."
