"""Addresses of the review of the notes of know-how; everybody's pages about them are among those of the requests."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import know_how

_NOTES = "partenaires/fiches/"

urlpatterns: list[URLPattern] = [
    path(_NOTES, know_how.know_how_queue, name="know_how_queue"),
    path(f"{_NOTES}<int:pk>/", know_how.know_how_review, name="know_how_review"),
    path(f"{_NOTES}<int:pk>/refuser/", know_how.know_how_refuse, name="know_how_refuse"),
    path(f"{_NOTES}<int:pk>/annuler/<int:line>/", know_how.know_how_undo, name="know_how_undo"),
]
