"""Addresses of the local services."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import local_service_places, local_service_rows, local_services

_SERVICE = "partenaires/services-locaux/"
_ONE = f"{_SERVICE}<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(_SERVICE, local_services.local_services, name="local_services"),
    path(f"{_SERVICE}nouveau/", local_services.local_service_create, name="local_service_create"),
    path(_ONE, local_services.local_service_edit, name="local_service_edit"),
    path(f"{_ONE}etat/", local_services.local_service_set_active, name="local_service_set_active"),
    path(f"{_ONE}annuler/<int:line>/", local_services.local_service_undo, name="local_service_undo"),
    path(f"{_ONE}limites/", local_service_rows.limit_add, name="limit_add"),
    path(f"{_ONE}limites/<int:row_pk>/retirer/", local_service_rows.limit_remove, name="limit_remove"),
    path(f"{_ONE}territoires/", local_service_rows.area_add, name="area_add"),
    path(f"{_ONE}territoires/<int:row_pk>/retirer/", local_service_rows.area_remove, name="area_remove"),
    path(f"{_ONE}horaires/", local_service_places.local_service_hours, name="local_service_hours"),
    path(f"{_ONE}lieux/nouveau/", local_service_places.service_place_create, name="service_place_create"),
    path(f"{_ONE}lieux/<int:place_pk>/", local_service_places.service_place_edit, name="service_place_edit"),
    path(f"{_ONE}lieux/<int:place_pk>/horaires/", local_service_places.service_place_hours, name="service_place_hours"),
]
