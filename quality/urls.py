"""Addresses of the app, under /pilotage/."""

from django.urls import path

from quality.views import charter, network, sites

app_name = "quality"
urlpatterns = [
    path("", network.dashboard, name="dashboard"),
    path("retards/", network.late, name="late"),
    path("interlocuteurs/", network.contacts, name="contacts"),
    path("charte/", charter.board, name="board"),
    path("charte/<slug:slug>/<slug:criterion>/", charter.evidence, name="evidence"),
    path("structures/", sites.structures, name="structures"),
    path("structures/<slug:slug>/", sites.structure, name="structure"),
    path("structures/<slug:slug>/visite/", sites.record_visit, name="record_visit"),
]
