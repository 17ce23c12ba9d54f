"""The addresses of an award, from the recommendation to the released letters."""

from django.urls import path

from calloffs.views import awards as views
from calloffs.views import letters

CALLOFF = "calloffs/<str:reference>/"
LETTERS = CALLOFF + "award/letters/"

urlpatterns = [
    path(CALLOFF + "award/", views.Show.as_view(), name="award"),
    path(CALLOFF + "award/recommend/", views.Recommend.as_view(), name="award-recommend"),
    path(CALLOFF + "award/sign/", views.Sign.as_view(), name="award-sign"),
    path(CALLOFF + "award/return/", views.SendBack.as_view(), name="award-return"),
    path(LETTERS + "draft/", letters.DraftLetters.as_view(), name="award-draft-letters"),
    path(LETTERS + "take-back/", letters.TakeLettersBack.as_view(), name="award-take-letters-back"),
    path(LETTERS + "release/", letters.Release.as_view(), name="award-release"),
    path(CALLOFF + "award/hold/", views.PlaceHold.as_view(), name="award-hold"),
    path(CALLOFF + "award/hold/lift/", views.LiftHold.as_view(), name="award-lift-hold"),
    path(CALLOFF + "award/contract/", views.IssueContract.as_view(), name="award-contract"),
]
