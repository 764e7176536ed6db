"""Addresses of what keeps contacts right: the contact's link, what it proposes, what was reported."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import confirmation, upkeep

urlpatterns: list[URLPattern] = [
    path("fiche/<str:token>/", confirmation.confirmation, name="confirmation"),
    path("partenaires/propositions/<int:pk>/", upkeep.proposal, name="upkeep_proposal"),
    path("partenaires/signalements/<int:pk>/", upkeep.report_settle, name="report_settle"),
]
