"""Addresses of the digital advisors."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import local_services

_ADVISOR = "pilotage/conseillers-numeriques/"

urlpatterns: list[URLPattern] = [
    path(_ADVISOR, local_services.digital_advisors, name="digital_advisors"),
    path(f"{_ADVISOR}nouveau/", local_services.digital_advisor_create, name="digital_advisor_create"),
    path(f"{_ADVISOR}<int:pk>/", local_services.digital_advisor_edit, name="digital_advisor_edit"),
    path(f"{_ADVISOR}<int:pk>/etat/", local_services.digital_advisor_set_active, name="digital_advisor_set_active"),
]
