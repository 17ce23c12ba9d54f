"""The addresses of applying, of opening and of the pool."""

from django.urls import path

from .views import (
    answers,
    applications,
    consortium,
    declarations,
    endings,
    engagement,
    extensions,
    outages,
    pool,
    profile,
    rolling,
    submitting,
    windows,
)

APPLICATION = "applications/<str:reference>/"
ENTRY = APPLICATION + "lots/<int:number>/"
CONSORTIUM = ENTRY + "consortium/"
COMMON = APPLICATION + "common/"
PACKAGE = ENTRY + "receipts/<int:package>/"
WINDOW = "windows/<str:reference>/"
LOT = "agreements/<str:reference>/lots/<int:number>/"
POOL = "agreements/<str:reference>/pool/"
PLACE = POOL + "<int:number>/<str:organisation>/"
PROFILE = "organisations/<str:reference>/profile/"
PROFILE_DOCUMENT = PROFILE + "documents/<str:document>/"
FILE_PAGES = (("about", answers.AboutFile), ("replace", answers.Replace), ("confidential", answers.Label))

urlpatterns = [
    path("applications/", applications.MyApplications.as_view(), name="applications"),
    path(WINDOW + "apply/", applications.Start.as_view(), name="application-start"),
    path(APPLICATION, applications.TaskList.as_view(), name="application"),
    path(APPLICATION + "at-the-close/", applications.AtTheClose.as_view(), name="application-at-close"),
    path(APPLICATION + "lots/", applications.EnterLots.as_view(), name="application-lots"),
    path(
        APPLICATION + "organisation/",
        applications.OrganisationDetails.as_view(),
        name="application-organisation",
    ),
    *(
        route
        for name, start in (("entry", ENTRY), ("common", COMMON))
        for route in (
            path(start + "standards/", declarations.Standards.as_view(), name=f"{name}-standards"),
            path(
                start + "standards/<slug:code>/versions/",
                declarations.StandardVersions.as_view(),
                name=f"{name}-standard-versions",
            ),
            path(
                start + "standards/<slug:code>/versions/<int:version>/",
                declarations.StandardVersion.as_view(),
                name=f"{name}-standard-version",
            ),
            path(start + "questions/<slug:code>/", answers.Question.as_view(), name=f"{name}-question"),
            path(
                start + "questions/<slug:code>/versions/",
                answers.Versions.as_view(),
                name=f"{name}-versions",
            ),
            path(
                start + "questions/<slug:code>/versions/<int:version>/",
                answers.Version.as_view(),
                name=f"{name}-version",
            ),
            path(
                start + "questions/<slug:code>/last-time/",
                answers.TakeOver.as_view(),
                name=f"{name}-last-time",
            ),
            path(
                start + "questions/<slug:code>/files/<int:file>/",
                answers.File.as_view(),
                name=f"{name}-file",
            ),
            *(
                path(
                    start + f"questions/<slug:code>/files/<int:file>/{page}/",
                    view.as_view(),
                    name=f"{name}-file-{page}",
                )
                for page, view in FILE_PAGES
            ),
        )
    ),
    path(CONSORTIUM, consortium.Consortium.as_view(), name="entry-consortium"),
    path(CONSORTIUM + "versions/", answers.ConsortiumVersions.as_view(), name="entry-consortium-versions"),
    path(
        CONSORTIUM + "versions/<int:version>/",
        answers.ConsortiumVersion.as_view(),
        name="entry-consortium-version",
    ),
    path(CONSORTIUM + "add/", consortium.AddAssociate.as_view(), name="entry-associate-add"),
    path(CONSORTIUM + "<int:associate>/", consortium.ChangeAssociate.as_view(), name="entry-associate"),
    path(
        CONSORTIUM + "<int:associate>/take-out/",
        consortium.RemoveAssociate.as_view(),
        name="entry-associate-remove",
    ),
    path(ENTRY + "submit/", submitting.Submit.as_view(), name="entry-submit"),
    path(ENTRY + "withdraw/", submitting.Withdraw.as_view(), name="entry-withdraw"),
    path(PACKAGE, submitting.Receipt.as_view(), name="entry-receipt"),
    path(PACKAGE + "receipt.json", submitting.ReceiptJson.as_view(), name="entry-receipt-json"),
    path(PACKAGE + "receipt.pdf", submitting.ReceiptPdf.as_view(), name="entry-receipt-pdf"),
    path(PACKAGE + "answers/", submitting.Sent.as_view(), name="entry-sent"),
    path(PACKAGE + "answers/<int:section>/<slug:code>/", submitting.Exact.as_view(), name="entry-sent-exact"),
    path(WINDOW + "extend/", windows.Extend.as_view(), name="window-extend"),
    path(WINDOW + "outages/extend/", outages.GiveBack.as_view(), name="window-outage-extend"),
    path(WINDOW + "outages/leave/", outages.Leave.as_view(), name="window-outage-leave"),
    path(WINDOW + "open/", windows.Open.as_view(), name="window-unseal"),
    path(WINDOW + "open/propose/", windows.ProposeOpening.as_view(), name="window-propose-opening"),
    path(
        WINDOW + "questions/<str:question>/answer/",
        engagement.Answer.as_view(),
        name="window-question-answer",
    ),
    path(
        WINDOW + "answers/<int:number>/correct/",
        engagement.Correct.as_view(),
        name="window-answer-correct",
    ),
    path("agreements/<str:reference>/publish-notice/", engagement.Notify.as_view(), name="notice-new"),
    path("agreements/<str:reference>/extend/", extensions.Extend.as_view(), name="agreement-extend"),
    path("agreements/<str:reference>/abandon/", endings.Abandon.as_view(), name="agreement-abandon"),
    path(LOT + "remove/", endings.RemoveLot.as_view(), name="lot-remove"),
    path(LOT + "apply/", rolling.Start.as_view(), name="rolling-start"),
    path(POOL, pool.Pool.as_view(), name="pool"),
    path(PLACE, pool.AdmissionPage.as_view(), name="admission"),
    path(PLACE + "suspend/", pool.Suspend.as_view(), name="admission-suspend"),
    path(PLACE + "lift/", pool.Lift.as_view(), name="admission-lift"),
    path(PLACE + "remove/", pool.Remove.as_view(), name="admission-remove"),
    path(PLACE + "hold/", pool.Hold.as_view(), name="admission-hold"),
    path(PLACE + "debarment/", pool.CheckDebarment.as_view(), name="admission-debarment"),
    path(PLACE + "platform/", pool.ConfirmPlatform.as_view(), name="admission-platform"),
    path(PLACE + "rating/", pool.RecordRating.as_view(), name="admission-rating"),
    path(PLACE + "release-hold/", pool.ReleaseHold.as_view(), name="admission-release-hold"),
    path(PROFILE, profile.Profile.as_view(), name="profile"),
    path(PROFILE + "documents/add/", profile.AddDocument.as_view(), name="profile-document-add"),
    path(PROFILE_DOCUMENT, profile.DocumentFile.as_view(), name="profile-document"),
    path(PROFILE_DOCUMENT + "take-out/", profile.TakeOutDocument.as_view(), name="profile-document-take-out"),
    path(PROFILE + "declarations/<slug:law>/", profile.Declare.as_view(), name="profile-declare"),
    path(PROFILE + "rating/", profile.RecordRating.as_view(), name="profile-rating"),
]
