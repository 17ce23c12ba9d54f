"""Panels in Django admin: to look up; who judges, never whom, what was scored or how it went.

SECURITY: bidders, answers, scores and declared interests are read on the portal's own pages alone, which ask
for the opening and for the conflict check (settled 14, rulebook D9).
"""

from django.contrib import admin

from commissioning.web.admin import LookUpAdmin, LookUpInline
from evaluation.models import Exercise, Panellist


class PanellistInline(LookUpInline):
    model = Panellist
    fields = ("user", "part", "appointed_at", "appointed_by", "stood_down_at")
    readonly_fields = fields


@admin.register(Exercise)
class ExerciseAdmin(LookUpAdmin):
    """Panels with their people and terms."""

    list_display = ("reference", "title", "agreement", "state_label", "scores_due_on")
    list_filter = ("agreement", "state")
    list_select_related = ("agreement",)
    search_fields = ("reference", "title", "panel__user__name")
    fields = ("reference", "title", "agreement", "scheme", "state_label", "minimum_panel", "quorum")
    inlines = (PanellistInline,)
