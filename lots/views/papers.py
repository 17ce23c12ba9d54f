"""A published scheme as a file to download, before registering."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from commissioning.records.downloads import send_bytes_as_attachment
from commissioning.web.views import FindsObject, PublicPage
from lots import papers, queries


class SchemePdf(FindsObject, PublicPage):
    """The scheme as an accessible PDF; a draft, which may still change, is not given out."""

    visible = staticmethod(queries.schemes)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        scheme = self.get_object()
        if scheme.state != "published":
            raise Http404
        return send_bytes_as_attachment(
            papers.scheme_pdf(scheme), papers.file_name(scheme), "application/pdf"
        )
