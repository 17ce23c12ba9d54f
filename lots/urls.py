"""The addresses of agreements, lots, schemes and windows."""

from django.urls import path

from .views import (
    agreements,
    authorities,
    calendars,
    documents,
    events,
    holds,
    lots,
    notices,
    papers,
    public,
    questions,
    schemes,
    windows,
)

AGREEMENT = "agreements/<str:reference>/"
AUTHORITY = AGREEMENT + "authorities/<str:authority>/"
DOCUMENT = AGREEMENT + "documents/<str:document>/"
LOT = AGREEMENT + "lots/<int:number>/"
SCHEME = "schemes/<str:reference>/"
WINDOW = "windows/<str:reference>/"
QUESTION = WINDOW + "questions/<str:question>/"
NOTICES = AGREEMENT + "notices/"
EVENT = NOTICES + "<str:notice>/"
FOLLOW = AGREEMENT + "follow/"

urlpatterns = [
    path("", public.Start.as_view(), name="start"),
    path("agreements/", public.AgreementList.as_view(), name="agreements"),
    path("agreements/new/", agreements.Create.as_view(), name="agreement-new"),
    path(AGREEMENT + "setup/", agreements.Setup.as_view(), name="agreement-setup"),
    path(AGREEMENT + "change/", agreements.Change.as_view(), name="agreement-change"),
    path(AGREEMENT + "references/", agreements.CorrectReferences.as_view(), name="agreement-references"),
    path(AGREEMENT + "opens/", agreements.Reopening.as_view(), name="agreement-reopening"),
    path(AGREEMENT + "publish/", agreements.Publish.as_view(), name="agreement-publish"),
    path(AGREEMENT + "discard/", agreements.Discard.as_view(), name="agreement-discard"),
    path(AGREEMENT + "authorities/add/", authorities.AddAuthority.as_view(), name="authority-add"),
    path(AUTHORITY + "change/", authorities.ChangeAuthority.as_view(), name="authority-change"),
    path(AUTHORITY + "governance/", authorities.GovernAuthority.as_view(), name="authority-governance"),
    path(AUTHORITY + "remove/", authorities.RemoveAuthority.as_view(), name="authority-remove"),
    path(AUTHORITY + "succeed/", authorities.SucceedAuthority.as_view(), name="authority-succeed"),
    path(AGREEMENT + "board/change/", authorities.ChangeBoard.as_view(), name="board-change"),
    path(AGREEMENT + "board/seats/add/", authorities.AddSeat.as_view(), name="seat-add"),
    path(AGREEMENT + "board/seats/<str:person>/end/", authorities.EndSeat.as_view(), name="seat-end"),
    path(AGREEMENT + "documents/add/", documents.AddDocument.as_view(), name="agreement-document-add"),
    path(DOCUMENT + "issue/", documents.IssueDocument.as_view(), name="agreement-document-issue"),
    path(DOCUMENT + "take-out/", documents.TakeOutDocument.as_view(), name="agreement-document-take-out"),
    path(AGREEMENT + "lots/add/", lots.AddLot.as_view(), name="lot-add"),
    path(LOT, public.LotPage.as_view(), name="lot"),
    path(LOT + "change/", lots.ChangeLot.as_view(), name="lot-change"),
    path(LOT + "take-out/", lots.TakeOutLot.as_view(), name="lot-take-out"),
    path(LOT + "points/", lots.SetPoints.as_view(), name="lot-points"),
    path(LOT + "rates/", lots.SetRates.as_view(), name="lot-rates"),
    path(LOT + "holds/", holds.SetHoldRule.as_view(), name="lot-holds"),
    path(LOT + "activate/", lots.ActivateLot.as_view(), name="lot-activate"),
    path(AGREEMENT + "schemes/new/", schemes.NewScheme.as_view(), name="scheme-new"),
    path(SCHEME, public.SchemePage.as_view(), name="scheme"),
    path(SCHEME + "change/", schemes.ChangeScheme.as_view(), name="scheme-change"),
    path(SCHEME + "publish/", schemes.Publish.as_view(), name="scheme-publish"),
    path(SCHEME + "pdf/", papers.SchemePdf.as_view(), name="scheme-pdf"),
    path(SCHEME + "copy/", schemes.Copy.as_view(), name="scheme-copy"),
    path(SCHEME + "scale/", schemes.SetScale.as_view(), name="scheme-scale"),
    path(SCHEME + "questions/add/", schemes.AddQuestion.as_view(), name="question-add"),
    path(SCHEME + "questions/<slug:code>/", schemes.ChangeQuestion.as_view(), name="question-change"),
    path(SCHEME + "standards/add/", schemes.AddStandard.as_view(), name="standard-add"),
    path(SCHEME + "standards/<slug:code>/", schemes.ChangeStandard.as_view(), name="standard-change"),
    path(SCHEME + "prices/add/", schemes.AddPriceLine.as_view(), name="price-line-add"),
    path(SCHEME + "prices/<slug:code>/", schemes.ChangePriceLine.as_view(), name="price-line-change"),
    *(
        path(
            f"{SCHEME}{part}/<slug:code>/take-out/",
            schemes.RemovePart.as_view(),
            {"part": part},
            name=f"{part}-take-out",
        )
        for part in ("questions", "standards", "prices")
    ),
    path("windows/", public.WindowList.as_view(), name="windows"),
    path(AGREEMENT + "windows/new/", windows.NewWindow.as_view(), name="window-new"),
    path(WINDOW + "calendar.ics", calendars.WindowCalendar.as_view(), name="window-calendar"),
    path(WINDOW + "change/", windows.ChangeWindow.as_view(), name="window-change"),
    path(WINDOW + "announce/", windows.Announce.as_view(), name="window-announce"),
    path(WINDOW + "cancel/", windows.Cancel.as_view(), name="window-cancel"),
    path(WINDOW + "ask/", questions.Ask.as_view(), name="window-ask"),
    path(WINDOW + "ask/by-email/", questions.AskByEmail.as_view(), name="window-ask-by-email"),
    path(WINDOW + "ask/sent/", questions.AskSent.as_view(), name="window-ask-sent"),
    path(WINDOW + "questions/", questions.Questions.as_view(), name="window-questions"),
    path(QUESTION + "withdraw/", questions.Withdraw.as_view(), name="window-question-withdraw"),
    path(QUESTION + "decline/", questions.Decline.as_view(), name="window-question-decline"),
    path("question/", questions.QuestionByLink.as_view(), name="window-question"),
    path(NOTICES, notices.NoticeList.as_view(), name="notices"),
    path(NOTICES + "<str:notice>/", notices.NoticePage.as_view(), name="notice"),
    path(EVENT + "sign-up/", events.SignUp.as_view(), name="event-sign-up"),
    path(EVENT + "sign-up/sent/", events.SignUpSent.as_view(), name="event-sign-up-sent"),
    path(EVENT + "link/", events.LinkAgain.as_view(), name="event-link"),
    path(EVENT + "link/sent/", events.LinkSent.as_view(), name="event-link-sent"),
    path(EVENT + "sign-up/done/", events.SignUpDone.as_view(), name="event-sign-up-done"),
    path(EVENT + "sign-up/cancelled/", events.SignUpCancelled.as_view(), name="event-sign-up-cancelled"),
    path(EVENT + "sign-ups/", events.SignUps.as_view(), name="event-sign-ups"),
    path(EVENT + "sign-ups.csv", events.SignUpsCsv.as_view(), name="event-sign-ups-csv"),
    path(EVENT + "move/", events.Move.as_view(), name="event-move"),
    path(EVENT + "call-off/", events.CallOff.as_view(), name="event-call-off"),
    path("events/place/", events.Place.as_view(), name="event-place"),
    path(FOLLOW, notices.Follow.as_view(), name="follow"),
    path(FOLLOW + "sent/", notices.FollowSent.as_view(), name="follow-sent"),
    path(FOLLOW + "confirmed/", notices.Confirmed.as_view(), name="follow-confirmed"),
    path(FOLLOW + "ended/", notices.Ended.as_view(), name="follow-ended"),
    path("follow/confirm/", notices.ConfirmFollowing.as_view(), name="follow-confirm"),
    path("follow/end/", notices.EndFollowing.as_view(), name="follow-end"),
]
