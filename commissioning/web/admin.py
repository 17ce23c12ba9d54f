"""The bases of pages in Django admin: to look things up, and to write through the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from commissioning.audit.models import described
from commissioning.people.models import User
from commissioning.policies import WITHOUT_SECOND_FACTOR, lacks_second_factor
from commissioning.workflow import Refused

# As the administrator thinks, in this order; a page names its group, or has that of its app.
GROUPS = (
    "People",
    "Organisations",
    "Agreements",
    "Applications and judging",
    "Call-offs and contracts",
    "Reference data",
    "Messages and letters",
    "Audit",
)
BY_NUMBER = frozenset({"view_on_site", "autocomplete"})
GROUP_OF_APP = {
    "people": "People",
    "lots": "Agreements",
    "providers": "Applications and judging",
    "evaluation": "Applications and judging",
    "board": "Call-offs and contracts",
    "calloffs": "Call-offs and contracts",
    "records": "Messages and letters",
    "audit": "Audit",
}


class PortalAdminSite(admin.AdminSite):
    """Django admin behind the portal's own doors, grouped as the administrator thinks.

    Nobody signs in here: the portal's page does that, with its lock-out. Whoever is signed in and no
    administrator is refused.
    """

    site_header = "Administration"
    site_title = "Commissioning portal"
    index_title = "What would you like to look up or change?"
    site_url = "/home/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether these pages are open: to administrators, with the second factor (settled 27)."""
        user = request.user
        return super().has_permission(request) and isinstance(user, User) and not lacks_second_factor(user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the portal's own sign-in and back."""
        if request.user.is_authenticated and not self.has_permission(request):
            staff = getattr(request.user, "is_staff", False)
            raise PermissionDenied(
                WITHOUT_SECOND_FACTOR if staff else "These pages are for administrators of the portal."
            )
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("sign-in"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """End the session; admin's own form posts here."""
        if request.method == "POST":
            logout(request)
        return HttpResponseRedirect(reverse("sign-in"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send to the page where everybody changes their own."""
        return HttpResponseRedirect(reverse("change-password"))

    def get_urls(self) -> list[Any]:
        """Leave out the doors that find a row of any table by its number; no page here uses them."""
        return [one for one in super().get_urls() if getattr(one, "name", "") not in BY_NUMBER]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the pages by group; those of one app, where its own page is asked for, as Django does."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        groups: dict[str, list[Any]] = {name: [] for name in GROUPS}
        for app in apps:
            for page in app["models"]:
                shown = self._registry[page["model"]]
                group = getattr(shown, "group", "") or GROUP_OF_APP.get(app["app_label"], GROUPS[-1])
                groups.setdefault(group, []).append(page)
        index = reverse("admin:index")
        return [
            {"name": name, "app_label": "", "app_url": index, "has_module_perms": True, "models": pages}
            for name, pages in groups.items()
            if pages
        ]


class LookUp:
    """Searchable and read-only; "View on site" leads to the portal's own page, where there is one."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LookUpAdmin(LookUp, admin.ModelAdmin):
    """A kind of thing to look up; its history is the record, not Django's own log."""

    group = ""
    list_per_page = 50
    actions = None
    show_full_result_count = False

    # The portal's own pages are for those who work with the thing, which an administrator does not.
    view_on_site = False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the record of this thing."""
        found = self.get_object(request, object_id)
        query = urlencode({"q": described(found)[1] if found else object_id})
        return HttpResponseRedirect(f"{resolve_url('admin:audit_event_changelist')}?{query}")

    # The services record who did what; a second log beside the record would only be a weaker one.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None


class ByAddress(ChangeList):
    """A list that leads to each row by the address its page goes by."""

    def url_for_result(self, result: Model) -> str:
        """Return the address of a row's page."""
        meta = self.model._meta
        address = getattr(result, getattr(self.model_admin, "address_field", "pk"))
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[quote(address)])


class PartlyHidden(LookUpAdmin):
    """A kind of thing of which a sealed round hides some, until it is opened.

    SECURITY: who sees the numbers of the rows beside those that are hidden can count the hidden ones, and so
    the bidders (settled 18). A row is addressed by its reference or digest, never by its number; nothing is
    looked up or ordered by a number, and `address_field = ""` gives rows no page of their own.
    """

    address_field = "reference"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ByAddress

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return super().get_list_display_links(request, list_display) if self.address_field else None

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if not self.address_field or from_field:
            return None
        return self.get_queryset(request).filter(**{self.address_field: object_id}).first()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow what the list's own filters and dates ask, and nothing by a row's number."""
        asked = lookup.split("__", maxsplit=1)[0]
        offered = {str(name).split("__")[0] for name in self.list_filter}
        if asked not in {*offered, self.date_hierarchy}:
            return False
        return bool(super().lookup_allowed(lookup, value, request))


class ServiceAdmin(LookUpAdmin):
    """A kind of thing the administrator writes: `save_model` and `delete_model` call the service.

    What the service refuses stands beside its box, with everything typed kept; the transaction of the
    attempt is undone.
    """

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            # Django's view has rolled back by now; drawn once more, the form carries the reasons.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refusal: Refused | None = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            self.message_user(request, str(refusal), level="ERROR")
            return HttpResponseRedirect(request.path)


class LookUpInline(LookUp, admin.TabularInline):
    """The rows of a thing, shown with it."""

    template = "admin/look_up_inline.html"
    extra = 0
    can_delete = False
    show_change_link = False
    view_on_site = False


def administrator(request: HttpRequest) -> User:
    """Return who is signed in, to hand to a service as the actor."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _refused(form: type[forms.ModelForm], refusal: Refused) -> type[forms.ModelForm]:
    class RefusedForm(form):  # type: ignore[valid-type, misc]
        def clean(self) -> Any:
            given = super().clean()
            for reason in refusal.reasons:
                self.add_error(reason.field if reason.field in self.fields else None, reason.text)
            return given

    return RefusedForm
