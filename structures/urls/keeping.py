"""Addresses under /mon-site/: a site kept by its own people."""

from django.urls import path

from structures.views import closures, history, hours, site

HERE = "mon-site/<slug:slug>/"

urlpatterns = [
    path("mon-site/", site.my_site, name="my_site"),
    path(HERE, site.site, name="site"),
    path(f"{HERE}commentaire/", site.settle_comment, name="settle_comment"),
    path(f"{HERE}fiche/", site.sheet, name="sheet"),
    path(f"{HERE}lieux/nouveau/", site.location_create, name="location_create"),
    path(f"{HERE}lieux/<int:pk>/", site.location_edit, name="location_edit"),
    path(f"{HERE}lieux/<int:pk>/en-service/", site.location_set_active, name="location_set_active"),
    path(f"{HERE}lieux/<int:pk>/horaires/", hours.hours, name="hours"),
    path(f"{HERE}lieux/<int:pk>/fermetures/", closures.exceptions, name="exceptions"),
    path(f"{HERE}fermetures/", closures.closures, name="closures"),
    path(f"{HERE}historique/", history.changes, name="changes"),
    path(f"{HERE}historique/<int:pk>/annuler/", history.undo, name="undo"),
]
