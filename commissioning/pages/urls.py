"""Addresses of the roof's own pages."""

from django.urls import include, path

from . import attempts, calendars, frame, guide, openings, public, record, verify
from . import correspondence as letters
from .home import views as home

urlpatterns = [
    path("", include("commissioning.pages.accounts.urls")),
    path("agreements/<str:reference>/", public.WholeAgreement.as_view(), name="agreement"),
    path("windows/<str:reference>/", public.WholeWindow.as_view(), name="window"),
    path("record/<str:reference>/", record.Record.as_view(), name="record"),
    path("record/<str:reference>/attempts/", attempts.Attempts.as_view(), name="record-attempts"),
    path("openings/<str:reference>/withdraw/", openings.Withdraw.as_view(), name="opening-withdraw"),
    path("home/", home.Home.as_view(), name="home"),
    path("home/agreement/", frame.ChooseAgreement.as_view(), name="choose-agreement"),
    path("calendar/<str:token>.ics", calendars.Feed.as_view(), name="calendar-feed"),
    path("help/", guide.Help.as_view(), name="help"),
    path("accessibility/", guide.Accessibility.as_view(), name="accessibility"),
    path("privacy/", guide.Privacy.as_view(), name="privacy"),
    path("verify/", verify.Verify.as_view(), name="verify"),
    path("verify/letter/", letters.CheckLetter.as_view(), name="verify-letter"),
    path("verify/keys/", verify.KeysPage.as_view(), name="verify-keys-page"),
    path("verify/keys.json", verify.Keys.as_view(), name="verify-keys"),
    path("documents/<str:reference>/", verify.DocumentFile.as_view(), name="document"),
    path("messages/", letters.Messages.as_view(), name="messages"),
    path("messages/<str:reference>/", letters.MessagePage.as_view(), name="message"),
    path("messages/<str:reference>/send-again/", letters.SendAgain.as_view(), name="message-send-again"),
    path("letters/", letters.Letters.as_view(), name="letters"),
    path("letters/batches/<str:reference>/", letters.Batch.as_view(), name="letter-batch"),
    path("letters/<str:reference>/", letters.LetterPage.as_view(), name="letter"),
    path("letters/<str:reference>/pdf/", letters.LetterPdf.as_view(), name="letter-pdf"),
    path("letters/<str:reference>/render-again/", letters.RenderAgain.as_view(), name="letter-render-again"),
    path(
        "organisations/<str:reference>/correspondence/",
        letters.Correspondence.as_view(),
        name="correspondence",
    ),
]
