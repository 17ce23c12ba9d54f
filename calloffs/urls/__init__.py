"""The addresses of calling off, joined from its parts."""

from . import awards, bidding, competitions, contracts, file

urlpatterns = [
    *file.urlpatterns,
    *competitions.urlpatterns,
    *bidding.urlpatterns,
    *awards.urlpatterns,
    *contracts.urlpatterns,
]
