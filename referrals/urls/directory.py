"""Addresses of what counsellors look up: the directory, orientation, know-how."""

from django.urls import path

from referrals.views import know_how
from referrals.views.directory import directory, procedure_sheet
from referrals.views.orientation import local_service, orient
from referrals.views.report import report

urlpatterns = [
    path("annuaire/", directory, name="directory"),
    path("annuaire/demarches/<slug:code>/", procedure_sheet, name="procedure_sheet"),
    path("annuaire/interlocuteurs/<int:pk>/signaler/", report, name="report"),
    path("annuaire/services/<int:pk>/", local_service, name="local_service"),
    path("orienter/", orient, name="orient"),
    path("fiches/", know_how.notes, name="know_how"),
    path("fiches/nouvelle/", know_how.note_write, name="know_how_write"),
    path("fiches/<int:pk>/", know_how.note, name="know_how_note"),
    path("fiches/<int:pk>/modifier/", know_how.note_edit, name="know_how_edit"),
    path("fiches/<int:pk>/avis/", know_how.note_opinion, name="know_how_opinion"),
]
