"""Addresses of the local services."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import local_services

_SERVICE = "partenaires/services-locaux/"

urlpatterns: list[URLPattern] = [
    path(_SERVICE, local_services.local_services, name="local_services"),
    path(f"{_SERVICE}nouveau/", local_services.local_service_create, name="local_service_create"),
    path(f"{_SERVICE}<int:pk>/", local_services.local_service_edit, name="local_service_edit"),
    path(f"{_SERVICE}<int:pk>/etat/", local_services.local_service_set_active, name="local_service_set_active"),
]
