"""Addresses of judging; bidders, people and questions are named by their references and codes."""

from django.urls import path

from .views import (
    evidence,
    exercises,
    files,
    interests,
    moderation,
    panels,
    releases,
    scoring,
    standards,
    suppliers,
)

EXERCISE = "exercises/<str:reference>/"
PERSON = "<str:person>/"
BIDDER = "<str:organisation>/"
ANSWER = BIDDER + "<slug:code>/"
WINDOW = "windows/<str:reference>/"

urlpatterns = [
    path("exercises/", exercises.Exercises.as_view(), name="exercises"),
    path(EXERCISE, exercises.ExerciseDetail.as_view(), name="exercise"),
    path(EXERCISE + "appoint/", panels.Appoint.as_view(), name="exercise-appoint"),
    path(
        EXERCISE + "panel/" + PERSON + "stand-down/", panels.StandDown.as_view(), name="exercise-stand-down"
    ),
    path(EXERCISE + "terms/", panels.ChangeTerms.as_view(), name="exercise-terms"),
    path(EXERCISE + "start/", panels.Start.as_view(), name="exercise-start"),
    path(EXERCISE + "end/", panels.End.as_view(), name="exercise-end"),
    path(EXERCISE + "declare/", interests.Declare.as_view(), name="exercise-declare"),
    path(EXERCISE + "declare/later/", interests.DeclareLater.as_view(), name="exercise-declare-later"),
    path(
        EXERCISE + "conflicts/" + PERSON + BIDDER,
        interests.DecideConflict.as_view(),
        name="exercise-conflict",
    ),
    path(EXERCISE + "standards/", standards.Standards.as_view(), name="exercise-standards"),
    path(EXERCISE + "standards/" + BIDDER, standards.DecideStandards.as_view(), name="exercise-standard"),
    path(EXERCISE + "missing-documents/", evidence.AskForEvidence.as_view(), name="exercise-ask-evidence"),
    path("evidence/<str:reference>/", evidence.Evidence.as_view(), name="evidence"),
    path("evidence/<str:reference>/<int:number>/", evidence.EvidenceFile.as_view(), name="evidence-file"),
    path(EXERCISE + "scores/", scoring.ScoreList.as_view(), name="exercise-scores"),
    path(EXERCISE + "scores/next/", scoring.NextToScore.as_view(), name="exercise-next-score"),
    path(EXERCISE + "scores/" + ANSWER, scoring.ScoreAnswer.as_view(), name="exercise-score"),
    path(
        EXERCISE + "answers/" + ANSWER + "<int:number>/", scoring.AnswerFile.as_view(), name="exercise-file"
    ),
    path(EXERCISE + "files/", files.Files.as_view(), name="exercise-files"),
    path(EXERCISE + "hand-in/", scoring.HandIn.as_view(), name="exercise-hand-in"),
    path(EXERCISE + "begin-moderation/", moderation.Begin.as_view(), name="exercise-begin-moderation"),
    path(EXERCISE + "moderation/", moderation.Workbench.as_view(), name="exercise-workbench"),
    path(EXERCISE + "moderation/" + ANSWER, moderation.Agree.as_view(), name="exercise-agree"),
    path(EXERCISE + "close-moderation/", moderation.Close.as_view(), name="exercise-close-moderation"),
    path(EXERCISE + "results/", releases.Results.as_view(), name="exercise-results"),
    path(WINDOW + "panels/", panels.SetUpPanels.as_view(), name="window-panels"),
    path(WINDOW + "checks/", suppliers.Checks.as_view(), name="window-checks"),
    path(
        WINDOW + "checks/" + BIDDER + "debarment/",
        suppliers.CheckDebarment.as_view(),
        name="window-check-debarment",
    ),
    path(
        WINDOW + "checks/" + BIDDER + "platform/",
        suppliers.ConfirmPlatform.as_view(),
        name="window-confirm-platform",
    ),
    path(WINDOW + "outcomes/", releases.Outcomes.as_view(), name="window-outcomes"),
    path(WINDOW + "outcomes/draft/", releases.Draft.as_view(), name="window-draft-letters"),
    path(WINDOW + "outcomes/release/", releases.ReleaseNow.as_view(), name="window-release"),
    path(WINDOW + "outcomes/take-back/", releases.TakeBack.as_view(), name="window-take-back"),
]
