"""The addresses of a mini-competition, as its authority runs it."""

from django.urls import path

from calloffs.views import competitions as views

CALLOFF = "calloffs/<str:reference>/"

urlpatterns = [
    path(CALLOFF + "publish/", views.Publish.as_view(), name="calloff-publish"),
    path(CALLOFF + "competition/", views.Show.as_view(), name="competition"),
    path(CALLOFF + "competition/extend/", views.Extend.as_view(), name="competition-extend"),
    path(CALLOFF + "competition/support/", views.CorrectSupport.as_view(), name="competition-support"),
    path(CALLOFF + "competition/open/", views.OpenBids.as_view(), name="competition-unseal"),
    path(CALLOFF + "competition/prices/", views.OpenPrices.as_view(), name="competition-prices"),
    path(
        CALLOFF + "competition/open/propose/",
        views.ProposeBids.as_view(),
        name="competition-propose-opening",
    ),
    path(
        CALLOFF + "competition/prices/propose/",
        views.ProposePrices.as_view(),
        name="competition-propose-prices",
    ),
    path(
        CALLOFF + "competition/questions/<int:question>/",
        views.AnswerQuestion.as_view(),
        name="competition-answer",
    ),
]
