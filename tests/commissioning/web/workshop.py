"""Views built on each base, over organisations; served to tests alone."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path

from commissioning import urls as portal_urls
from commissioning.audit.services import record, unit
from commissioning.people.models import Organisation, User
from commissioning.web.fields import FileField
from commissioning.web.forms import FilterForm, PortalForm
from commissioning.web.views import ActionView, Crumb, DetailPage, ListPage, PageView, PublicPage
from commissioning.workflow import Reason, Refused

handler400 = portal_urls.handler400
handler403 = portal_urls.handler403
handler404 = portal_urls.handler404
handler500 = portal_urls.handler500


def rename(organisation: Organisation, *, name: str, actor: User, now: Any) -> Organisation:
    """Stand in for a service: refuses one name by its field, one with a link, and records the rest."""
    with unit():
        organisation.name = name
        organisation.save()
        record("organisation.change", organisation, actor=actor, at=now, after={"name": name})
        if name == "Taken":
            raise Refused("Another organisation has this name. Add the town.", field="name")
        if name == "Sealed":
            raise Refused([Reason("The window is open.", link="/windows/"), "It closes at 12:00."])
    return organisation


class NameForm(PortalForm):
    name = forms.CharField(label="Name", max_length=30)
    nouns = {"name": "the organisation's name"}


class FileForm(PortalForm):
    note = forms.CharField(label="Note")
    paper = FileField(label="Paper", required=False)


class OrganisationFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains", label="Name")
    kind = django_filters.ChoiceFilter(choices=Organisation.Kind.choices, label="Kind")

    class Meta:
        model = Organisation
        fields: Sequence[str] = []
        form = FilterForm


class Organisations(ListPage):
    visible = staticmethod(Organisation.objects.visible_to)
    template_name = "workshop/list.html"
    heading = "Organisations"
    filterset_class = OrganisationFilter
    empty = "You are in no organisation yet. It appears here as soon as an invitation is accepted."


class OrganisationPage(DetailPage):
    visible = staticmethod(Organisation.objects.visible_to)
    template_name = "base/detail.html"


class Rename(ActionView):
    visible = staticmethod(Organisation.objects.visible_to)
    action = "organisation.change"
    form_class: type[PortalForm] = NameForm
    heading = "Change the name"
    submit_label = "Change the name"
    success_message = "The name has been changed."

    def perform(self, form: Any) -> Organisation:
        return rename(self.object, name=form.cleaned_data["name"], actor=self.actor, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return f"/workshop/{result.reference}/"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.object.name, f"/workshop/{self.object.reference}/")]

    def told(self) -> Sequence[str]:
        return ["Nobody."]


class Blocked(Rename):
    def blockers(self) -> Sequence[Reason]:
        return [Reason("Its window is open.", link="/windows/")]


class Attach(Rename):
    form_class = FileForm

    def perform(self, form: Any) -> Organisation:
        return self.object


class Sign(Rename):
    """An act before which the person proves again who they are."""

    action = "organisation.reset_factor"


class Leads(PageView):
    template_name = "base/page.html"
    heading = "For procurement leads"
    action = "agreement.create"


class Start(PublicPage):
    template_name = "base/public.html"
    heading = "Start"


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def not_yet(request: HttpRequest) -> HttpResponse:
    raise Refused("The letters are not rendered yet.")


def swallow(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("text", ""))


urlpatterns = [
    path("workshop/", Organisations.as_view()),
    path("workshop/start/", Start.as_view(), name="start"),
    path("workshop/leads/", Leads.as_view()),
    path("workshop/broken/", broken),
    path("workshop/not-yet/", not_yet),
    path("workshop/swallow/", swallow),
    path("workshop/<reference>/", OrganisationPage.as_view()),
    path("workshop/<reference>/rename/", Rename.as_view()),
    path("workshop/<reference>/sign/", Sign.as_view()),
    path("workshop/<reference>/blocked/", Blocked.as_view()),
    path("workshop/<reference>/attach/", Attach.as_view()),
    *portal_urls.urlpatterns,
]
