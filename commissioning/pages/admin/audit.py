"""The record and the access log: searchable, read-only, and veiled until a round is opened (settled 18).

No number of an event, length of a chain or batch of the access log stands here: beside the rows that are
shown each would count those that are hidden. `verify_audit` reads them, and says whether all is whole.
"""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commissioning.audit.models import AccessEntry, Event, SignedHead
from commissioning.records import trail
from commissioning.web.admin import PartlyHidden


class Veiled(PartlyHidden):
    """Rows that a sealed round may hide."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # SECURITY: the administrator may not learn who bids before the opening.
        return trail.unveiled(super().get_queryset(request))


@admin.register(Event)
class EventAdmin(Veiled):
    """What was done: by whom, to what, when, with what before and after."""

    address_field = "hash"
    list_display = ("at", "action", "subject_type", "subject", "who", "chain")
    list_filter = ("chain", "subject_type")
    list_select_related = ("actor", "chain")
    search_fields = ("=subject", "action", "actor__name", "actor__email", "actor_name")
    date_hierarchy = "at"
    ordering = ("-id",)
    fields = (
        "at",
        "recorded_at",
        "action",
        "subject_type",
        "subject",
        "who",
        "chain",
        "facts",
        "previous",
        "hash",
    )

    @admin.display(description="By")
    def who(self, event: Event) -> str:
        return event.actor.name if event.actor else event.actor_name

    @admin.display(description="Facts")
    def facts(self, event: Event) -> str:
        return json.dumps(event.data, indent=2, ensure_ascii=False)


@admin.register(AccessEntry)
class AccessEntryAdmin(Veiled):
    """Who read a submission, and every refused attempt."""

    address_field = ""
    list_display = ("at", "outcome", "subject_type", "subject", "user", "what", "reason", "address")
    list_filter = ("outcome", "subject_type")
    list_select_related = ("user",)
    search_fields = ("=subject", "user__name", "user__email", "what")
    date_hierarchy = "at"
    ordering = ("-id",)


@admin.register(SignedHead)
class SignedHeadAdmin(PartlyHidden):
    """The digest of each chain's end, day by day, as signed and sent to the auditors."""

    address_field = ""
    list_display = ("signed_at", "chain", "head", "key_id")
    list_filter = ("chain",)
