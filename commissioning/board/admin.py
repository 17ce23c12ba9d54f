"""Boards and papers in Django admin: to look up; seats and rules are changed on the agreement's page."""

from django.contrib import admin

from commissioning.board.models import Answer, Board, Condition, Paper, Seat, Vote
from commissioning.web.admin import LookUpAdmin, LookUpInline


class SeatInline(LookUpInline):
    model = Seat


@admin.register(Board)
class BoardAdmin(LookUpAdmin):
    list_display = ("name", "quorum", "chair_has_casting_vote")
    search_fields = ("name", "seats__user__name")
    inlines = (SeatInline,)


class AnswerInline(LookUpInline):
    model = Answer


class VoteInline(LookUpInline):
    model = Vote


class ConditionInline(LookUpInline):
    model = Condition


@admin.register(Paper)
class PaperAdmin(LookUpAdmin):
    """Papers as they were tabled and decided."""

    list_display = ("reference", "title", "board", "authority", "state_label", "decide_by")
    list_filter = ("state", "board")
    list_select_related = ("board", "authority")
    search_fields = ("reference", "title", "about")
    exclude = ("facts",)
    inlines = (AnswerInline, VoteInline, ConditionInline)
