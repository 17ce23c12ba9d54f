"""The addresses of a call-off's file."""

from django.urls import path

from calloffs.views import board, drafting, endings, file, papers

CALLOFF = "calloffs/<str:reference>/"
PAPER = "papers/<str:reference>/"

urlpatterns = [
    path("calloffs/", file.CallOffs.as_view(), name="calloffs"),
    path("agreements/<str:reference>/calloffs/new/", drafting.Create.as_view(), name="calloff-new"),
    path(CALLOFF, file.Show.as_view(), name="calloff"),
    path(CALLOFF + "change/", drafting.Change.as_view(), name="calloff-change"),
    path(CALLOFF + "preparation/", drafting.Prepare.as_view(), name="calloff-preparation"),
    path(CALLOFF + "case/", drafting.MakeCase.as_view(), name="calloff-case"),
    path(CALLOFF + "shares/", drafting.ShareOut.as_view(), name="calloff-shares"),
    path(CALLOFF + "specification/", drafting.UploadSpecification.as_view(), name="calloff-specification"),
    path(
        CALLOFF + "specification/file/", file.SpecificationFile.as_view(), name="calloff-specification-file"
    ),
    path(CALLOFF + "governance/", drafting.RecordGovernance.as_view(), name="calloff-governance"),
    path(CALLOFF + "table/", board.PutToBoard.as_view(), name="calloff-table"),
    path(CALLOFF + "take-back/", board.TakeBack.as_view(), name="calloff-take-back"),
    path(CALLOFF + "revise/", board.Revise.as_view(), name="calloff-revise"),
    path(CALLOFF + "abandon/", endings.Abandon.as_view(), name="calloff-abandon"),
    path(CALLOFF + "end/", endings.EndWithoutAward.as_view(), name="calloff-end"),
    path(PAPER, papers.WholePaper.as_view(), name="paper"),
    path(PAPER + "close/", papers.CloseVote.as_view(), name="paper-close"),
    path(PAPER + "return/", papers.ReturnToAuthor.as_view(), name="paper-return"),
]
