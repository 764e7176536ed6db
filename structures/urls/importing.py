"""Addresses of the import of the national list."""

from django.urls import path

from structures.views import importing

HERE = "pilotage/structures/import/"

urlpatterns = [
    path(HERE, importing.imports, name="imports"),
    path(f"{HERE}<int:pk>/", importing.import_preview, name="import_preview"),
    path(f"{HERE}<int:pk>/accepter/", importing.import_accept, name="import_accept"),
    path(f"{HERE}<int:pk>/clore/", importing.import_give_up, name="import_give_up"),
    path(f"{HERE}<int:pk>/avancement/", importing.import_progress, name="import_progress"),
]
