"""Pages for writing a scheme: its settings, questions, minimum standards, scale and prices."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse

from commissioning.workflow import Reason
from lots import queries
from lots.forms import schemes as forms
from lots.models import Scheme
from lots.queries import standing
from lots.rules.ended import refusal_to_begin_scheme
from lots.services import schemes
from lots.workflow import SCHEME

from .base import AgreementAction, SchemeAction, WritesBesideOthers, drawn_with, reasons

WHERE = {"questions": "questions", "scale": "scale", "price_lines": "prices", "scheme": ""}


class NewScheme(AgreementAction):
    """Begins a scheme."""

    action = "scheme.change"
    rule = staticmethod(refusal_to_begin_scheme)
    form_class = forms.NewScheme
    heading = "Begin a scheme"
    submit_label = "Save and go on"

    def policy_object(self) -> Any:
        writer = queries.authority_of_writer(self.agreement, self.actor)
        return Scheme(agreement=self.agreement, authority=writer)

    def kinds(self) -> list[str]:
        """Return what the reader can begin a scheme for: a partner for competitions alone."""
        partner = queries.authority_of_writer(self.agreement, self.actor)
        return [Scheme.Kind.COMPETITION] if partner else Scheme.Kind.values

    def form_arguments(self) -> dict[str, Any]:
        kinds = self.kinds()
        return {"kinds": kinds, "initial": {"kind": self.request.GET.get("kind", kinds[0])}}

    def perform(self, form: Any) -> Scheme:
        writer = queries.authority_of_writer(self.agreement, self.actor)
        return schemes.create(
            agreement=self.agreement,
            authority=writer,
            actor=self.actor,
            now=self.now,
            **form.cleaned_data,
        )

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class ChangeScheme(WritesBesideOthers, SchemeAction):
    """Changes a draft scheme's title, threshold, price, tie-break and limits on files."""

    form_class = forms.SchemeSettings
    heading = "Title, threshold, weights and files"
    submit_label = "Save"

    def standing(self) -> dict[str, Any]:
        return standing.settings(self.scheme)

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"kind": self.scheme.kind}

    def given(self, form: Any) -> dict[str, Any]:
        settings: dict[str, Any] = form.settings()
        return settings

    def save(self, **given: Any) -> None:
        schemes.change(scheme=self.scheme, **given)


class Publish(SchemeAction):
    """Publishes a scheme, which freezes it."""

    action = "scheme.publish"
    template_name = "lots/scheme_publish.html"
    heading = "Publish the scheme"
    submit_label = "Publish and freeze the scheme"
    success_message = "The scheme is published. It can be copied, but never changed."

    def blockers(self) -> list[Reason]:
        reasons = SCHEME.refusals(self.scheme, "publish", actor=self.actor, now=self.now)
        if self.scheme.state != "draft":
            return reasons
        url = self.scheme.get_absolute_url()
        return [Reason(one.text, link=f"{url}#{WHERE.get(one.field or '', '')}") for one in reasons]

    def told(self) -> Sequence[str]:
        return ["Nobody is written to. Everybody can read the scheme once its agreement is published."]

    def perform(self, form: Any) -> None:
        schemes.publish(scheme=self.scheme, actor=self.actor, now=self.now)


class Copy(SchemeAction):
    """Begins a new draft from a scheme."""

    form_class = forms.CopyForm
    heading = "Copy the scheme"
    submit_label = "Make the copy"
    success_message = "This is the copy, a draft that you can change."

    def blockers(self) -> list[Reason]:
        return reasons(refusal_to_begin_scheme(self.scheme.agreement, self.now), for_good=True)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"title": f"{self.scheme.title} (copy)"}}

    def perform(self, form: Any) -> Scheme:
        return schemes.copy(
            scheme=self.scheme,
            authority=queries.authority_of_writer(self.scheme.agreement, self.actor),
            title=form.cleaned_data["title"],
            actor=self.actor,
            now=self.now,
        )

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class SetScale(WritesBesideOthers, SchemeAction):
    """Describes the scale."""

    template_name = "lots/scale.html"
    form_class = forms.ScaleForm
    heading = "The scale"
    submit_label = "Save the scale"
    part = "scale"

    def standing(self) -> dict[str, Any]:
        return standing.scale(self.scheme.scale.all())

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"maximum": self.scheme.maximum}

    def given(self, form: Any) -> dict[str, Any]:
        return {"levels": form.levels()}

    def save(self, **given: Any) -> None:
        schemes.set_scale(scheme=self.scheme, **given)


class AddsPart(SchemeAction):
    """Adds a part to a scheme."""

    service: ClassVar[Callable[..., Any]]

    def perform(self, form: Any) -> None:
        type(self).service(scheme=self.scheme, actor=self.actor, now=self.now, **form.cleaned_data)


class ChangesPart(WritesBesideOthers, SchemeAction):
    """Changes the part of a scheme that the address names by its code."""

    rows: ClassVar[str]
    service: ClassVar[Callable[..., Any]]

    def get_object(self) -> Any:
        rows = getattr(super().get_object(), self.rows)
        return drawn_with(self.request, rows.select_related("scheme"), code=self.kwargs["code"])

    def standing(self) -> dict[str, Any]:
        return standing.part(self.object)

    def save(self, **given: Any) -> None:
        type(self).service(self.object, **given)


class QuestionPage(SchemeAction):
    """What the two pages of a question share."""

    form_class = forms.QuestionForm
    submit_label = "Save the question"
    rows = part = "questions"

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"scored": self.scheme.kind != Scheme.Kind.COMMON}


class AddQuestion(AddsPart, QuestionPage):
    """Adds a question."""

    heading = "Add a question"

    @staticmethod
    def service(scheme: Scheme, **given: Any) -> None:
        if scheme.kind == Scheme.Kind.COMMON:
            given["kind"] = "information"
        schemes.add_question(scheme=scheme, **given)


class ChangeQuestion(ChangesPart, QuestionPage):
    """Changes a question."""

    heading = "Change the question"

    @staticmethod
    def service(question: Any, **given: Any) -> None:
        schemes.change_question(question=question, **given)


class StandardPage(SchemeAction):
    """What the two pages of a minimum standard share."""

    form_class = forms.StandardForm
    submit_label = "Save the minimum standard"
    rows = part = "standards"


class AddStandard(AddsPart, StandardPage):
    """Adds a minimum standard."""

    heading = "Add a minimum standard"

    @staticmethod
    def service(scheme: Scheme, **given: Any) -> None:
        schemes.add_standard(scheme=scheme, **given)


class ChangeStandard(ChangesPart, StandardPage):
    """Changes a minimum standard."""

    heading = "Change the minimum standard"

    @staticmethod
    def service(standard: Any, **given: Any) -> None:
        schemes.change_standard(standard=standard, **given)


class PriceLinePage(SchemeAction):
    """What the two pages of a price line share."""

    form_class = forms.PriceLineForm
    submit_label = "Save the price line"
    rows = "price_lines"
    part = "prices"


class AddPriceLine(AddsPart, PriceLinePage):
    """Adds a price line."""

    heading = "Add a price line"

    @staticmethod
    def service(scheme: Scheme, **given: Any) -> None:
        schemes.add_price_line(scheme=scheme, **given)


class ChangePriceLine(ChangesPart, PriceLinePage):
    """Changes a price line."""

    heading = "Change the price line"

    @staticmethod
    def service(line: Any, **given: Any) -> None:
        schemes.change_price_line(line=line, **given)


class RemovePart(SchemeAction):
    """Takes a question, minimum standard or price line out of a draft scheme."""

    submit_label = "Take it out"
    warning = True
    kinds: ClassVar[dict[str, str]] = {
        "questions": "questions",
        "standards": "standards",
        "prices": "price_lines",
    }

    def get_object(self) -> Any:
        rows = getattr(super().get_object(), self.kinds[self.kwargs["part"]])
        return get_object_or_404(rows.select_related("scheme"), code=self.kwargs["code"])

    def get_heading(self) -> str:
        return f"Take out “{self.object.title}”"

    def get_success_url(self, result: Any) -> str:
        return reverse("scheme", args=[self.kwargs["reference"]]) + f"#{self.kwargs['part']}"

    def perform(self, form: Any) -> None:
        schemes.remove_part(part=self.object, actor=self.actor, now=self.now)
