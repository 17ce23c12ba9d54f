"""The addresses of the joint project board's papers.

A paper's own page knows what has changed in the call-off since, and closing and returning a paper moves the
call-off as well: those three pages are the call-offs' own.
"""

from django.urls import path

from . import views

PAPER = "papers/<str:reference>/"

urlpatterns = [
    path("papers/", views.Papers.as_view(), name="papers"),
    path(PAPER + "specification/", views.SpecificationFile.as_view(), name="paper-specification"),
    path(PAPER + "decision/", views.DecisionPdf.as_view(), name="paper-decision"),
    path(PAPER + "interest/", views.DeclareInterest.as_view(), name="paper-interest"),
    path(PAPER + "answers/", views.AnswerTests.as_view(), name="paper-answer"),
    path(PAPER + "vote/", views.CastVote.as_view(), name="paper-vote"),
    path(PAPER + "conditions/add/", views.SetCondition.as_view(), name="paper-condition"),
    path(PAPER + "conditions/<int:condition>/met/", views.MeetCondition.as_view(), name="condition-met"),
]
