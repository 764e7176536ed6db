"""Addresses of the import and export of contacts, and of the history of the partners' directory."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import history, imports

_IMPORT = "partenaires/import/"
_HISTORY = "partenaires/historique/"

urlpatterns: list[URLPattern] = [
    path("partenaires/interlocuteurs/exporter/", imports.contact_export, name="contact_export"),
    path(_IMPORT, imports.imports, name="imports"),
    path(f"{_IMPORT}<int:pk>/", imports.import_preview, name="import_preview"),
    path(f"{_IMPORT}<int:pk>/confirmer/", imports.import_confirm, name="import_confirm"),
    path(f"{_IMPORT}<int:pk>/abandonner/", imports.import_abandon, name="import_abandon"),
    path(f"{_IMPORT}<int:pk>/annuler/", imports.import_undo, name="import_undo"),
    path(f"{_IMPORT}<int:pk>/avancement/", imports.import_progress, name="import_progress"),
    path(_HISTORY, history.changes, name="changes"),
    path(f"{_HISTORY}<slug:kind>/<int:pk>/annuler/", history.change_undo, name="change_undo"),
    path("partenaires/interlocuteurs/<int:pk>/historique/", history.contact_changes, name="contact_changes"),
]
