"""The documents of an agreement, with their issues, the latest first."""

from django.db.models import Prefetch, QuerySet

from lots.models import Agreement, AgreementDocument, DocumentIssue


def standing(agreement: Agreement) -> QuerySet[AgreementDocument]:
    """Return the documents that stand on an agreement, whoever may have them."""
    issues = DocumentIssue.objects.select_related("document")
    return agreement.documents.filter(taken_out_at=None).prefetch_related(Prefetch("issues", issues))
