"""People, organisations and bank holidays: looked up here, written through the services of accounts."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from commissioning.accounts import letters, queries, rules
from commissioning.accounts.services import holidays, invitations, organisations, people
from commissioning.people.models import (
    BankHoliday,
    Invitation,
    Membership,
    Organisation,
    Registration,
    RoleGrant,
    User,
)
from commissioning.web.admin import LookUpAdmin, LookUpInline, ServiceAdmin, administrator
from commissioning.web.views import received_at
from commissioning.workflow import Refused

OWN = ("size", "is_vcse", "areas_served", "ppon", "share_code")
NUMBERS = ("company_number", "charity_number", "cqc_provider_id")


class MembershipInline(LookUpInline):
    model = Membership
    fields = ("user", "organisation", "roles", "joined_at", "left_at")
    readonly_fields = fields

    @admin.display(description="Roles")
    def roles(self, membership: Membership) -> str:
        """Return the roles given and not withdrawn."""
        given = membership.grants.filter(withdrawn_at=None)
        return letters.role_names(grant.role for grant in given) or "None"


class OrganisationForm(forms.ModelForm):
    """An organisation's details, its numbers in the form in which they are printed."""

    class Meta:
        model = Organisation
        fields = ("name", "sector", "code", "address", *NUMBERS)

    def _number(self, name: str) -> str:
        try:
            number: str = getattr(rules, name)(self.cleaned_data[name])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return number

    def clean_company_number(self) -> str:
        return self._number("company_number")

    def clean_charity_number(self) -> str:
        return self._number("charity_number")

    def clean_cqc_provider_id(self) -> str:
        return self._number("cqc_provider_id")

    def details(self) -> rules.Details:
        """Return what was typed as the services take it."""
        names = ("name", "sector", "address", *NUMBERS)
        # What a provider says of itself beyond these is its own to change: it stays as it is.
        kept = {name: getattr(self.instance, name) for name in OWN}
        return rules.Details(**{name: self.cleaned_data[name] for name in names}, **kept)


class FirstAdmins(forms.Form):
    """Whoever is to look after an organisation that has nobody: two for an authority, one for a provider."""

    first_name = forms.CharField(label="Name", max_length=120)
    first_email = forms.EmailField(label="E-mail address")
    second_name = forms.CharField(label="Name of the second person", max_length=120)
    second_email = forms.EmailField(label="E-mail address of the second person")

    def __init__(self, *args: Any, is_authority: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_authority:
            del self.fields["second_name"], self.fields["second_email"]

    def people(self) -> list[tuple[str, str]]:
        """Return (e-mail, name) of each."""
        data = self.cleaned_data
        ranks = [rank for rank in ("first", "second") if f"{rank}_email" in data]
        return [(data[f"{rank}_email"], data[f"{rank}_name"]) for rank in ranks]


@admin.register(Organisation)
class OrganisationAdmin(ServiceAdmin):
    """Authorities are set up here; providers register themselves. Details are changed through the service."""

    group = "Organisations"
    form = OrganisationForm
    change_form_template = "admin/organisation.html"
    list_display = ("name", "reference", "kind", "sector", "people", *NUMBERS)
    list_filter = ("kind", "sector", "is_demo")
    search_fields = ("name", "reference", "code", *NUMBERS)
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return queries.organisations_with_counts()

    @admin.display(description="People")
    def people(self, organisation: Any) -> int:
        """Return how many belong to it today."""
        count: int = organisation.people
        return count

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("reference", "kind", "code", "created_at") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        written = ("name", "sector", "address", *NUMBERS)
        return ("reference", "kind", "code", *written, "created_at") if obj else ("code", *written)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor, now = administrator(request), received_at(request)
        if change:
            kept = self.get_queryset(request).get(pk=obj.pk)
            organisations.change(organisation=kept, details=form.details(), actor=actor, now=now)
        else:
            made = organisations.create_authority(
                details=form.details(), code=form.cleaned_data["code"], actor=actor, now=now
            )
            obj.pk, obj.reference = made.pk, made.reference

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.first_admins)
        own = path("<int:pk>/first-administrators/", view, name="people_organisation_first_admins")
        return [own, *super().get_urls()]

    @method_decorator(csrf_protect)
    def first_admins(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Invite whoever is to look after an organisation that nobody looks after."""
        organisation = self.get_object(request, str(pk))
        back = reverse("admin:people_organisation_change", args=[pk])
        if organisation is None:
            return HttpResponseRedirect(reverse("admin:people_organisation_changelist"))
        form = FirstAdmins(request.POST or None, is_authority=organisation.is_authority)
        if form.is_valid():
            try:
                invitations.invite_first_admins(
                    organisation=organisation,
                    people=form.people(),
                    actor=administrator(request),
                    now=received_at(request),
                )
            except Refused as refusal:
                for reason in refusal.reasons:
                    form.add_error(None, reason.text)
            else:
                messages.success(request, "Invited. Each gets a link by e-mail.")
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"First administrators of {organisation}",
            "form": form,
            "organisation": organisation,
            "back": back,
        }
        return render(request, "admin/first_administrators.html", context)


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """People: name, job title and whether the account is on. Never a password, an address or a role."""

    list_display = ("name", "email", "job_title", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email", "reference")
    fields = (
        "reference",
        "email",
        "name",
        "job_title",
        "is_active",
        "is_staff",
        "email_confirmed_at",
        "last_login",
        "created_at",
    )
    readonly_fields = ("reference", "email", "is_staff", "email_confirmed_at", "last_login", "created_at")
    inlines = (MembershipInline,)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in ("name", "job_title", "is_active")}
        kept = User.objects.get(pk=obj.pk)
        people.maintain(user=kept, actor=administrator(request), now=received_at(request), **given)


@admin.register(Membership)
class MembershipAdmin(LookUpAdmin):
    group = "Organisations"
    list_display = ("user", "organisation", "joined_at", "left_at")
    list_filter = (("left_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name", "organisation__reference")


@admin.register(RoleGrant)
class RoleGrantAdmin(LookUpAdmin):
    group = "Organisations"
    list_display = ("role", "person", "organisation", "given_at", "given_by", "confirmed_by", "withdrawn_at")
    list_filter = ("role", ("confirmed_at", admin.EmptyFieldListFilter))
    list_select_related = ("membership__user", "membership__organisation", "given_by", "confirmed_by")
    search_fields = ("membership__user__name", "membership__user__email", "membership__organisation__name")

    @admin.display(description="Person")
    def person(self, grant: RoleGrant) -> str:
        return grant.membership.user.name

    @admin.display(description="Organisation")
    def organisation(self, grant: RoleGrant) -> str:
        return grant.membership.organisation.name


@admin.register(Invitation)
class InvitationAdmin(LookUpAdmin):
    list_display = ("email", "organisation", "invited_by", "invited_at", "accepted_at", "withdrawn_at")
    list_select_related = ("organisation", "invited_by")
    search_fields = ("email", "name", "reference", "organisation__name")


@admin.register(Registration)
class RegistrationAdmin(LookUpAdmin):
    """Registrations whose address nobody has confirmed yet."""

    list_display = ("email", "name", "asked_at", "expires_at")
    search_fields = ("email", "name", "reference")


@admin.register(BankHoliday)
class BankHolidayAdmin(ServiceAdmin):
    """The days by which working days are counted; each change is on the record."""

    group = "Reference data"
    list_display = ("date", "division", "name")
    list_filter = ("division",)
    search_fields = ("name", "date")
    date_hierarchy = "date"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {
            "division": form.cleaned_data["division"],
            "day": form.cleaned_data["date"],
            "name": form.cleaned_data["name"],
            "actor": administrator(request),
            "now": received_at(request),
        }
        made = holidays.change(holiday=obj, **given) if change else holidays.add(**given)
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        holidays.remove(holiday=obj, actor=administrator(request), now=received_at(request))
