"""The addresses of contracts."""

from django.urls import path

from calloffs.views import contracts as views

urlpatterns = [
    path("contracts/", views.Contracts.as_view(), name="contracts"),
    path("contracts/<str:reference>/", views.Show.as_view(), name="contract"),
    path("contracts/<str:reference>/pdf/", views.Pdf.as_view(), name="contract-pdf"),
    path("contracts/<str:reference>/sign/", views.Sign.as_view(), name="contract-sign"),
    path(
        "contracts/<str:reference>/sign-for-authority/",
        views.SignForAuthority.as_view(),
        name="contract-sign-authority",
    ),
]
