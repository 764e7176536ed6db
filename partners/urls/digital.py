"""Addresses of the digital advisors."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import digital, digital_activity, digital_places, workshops

_ADVISORS = "pilotage/conseillers-numeriques/"
_ONE = f"{_ADVISORS}<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(_ADVISORS, digital.digital_advisors, name="digital_advisors"),
    path(f"{_ADVISORS}conseillers.csv", digital.digital_advisors_csv, name="digital_advisors_csv"),
    path(f"{_ADVISORS}nouveau/", digital.digital_advisor_create, name="digital_advisor_create"),
    path(f"{_ADVISORS}activite/", digital_activity.digital_activity, name="digital_activity"),
    path(f"{_ADVISORS}activite.csv", digital_activity.digital_activity_csv, name="digital_activity_csv"),
    path(_ONE, digital.digital_advisor, name="digital_advisor"),
    path(f"{_ONE}modifier/", digital.digital_advisor_edit, name="digital_advisor_edit"),
    path(f"{_ONE}etat/", digital.digital_advisor_set_active, name="digital_advisor_set_active"),
    path(f"{_ONE}annuler/<int:line>/", digital.digital_advisor_undo, name="digital_advisor_undo"),
    path(f"{_ONE}horaires/", digital_places.advisor_hours, name="advisor_hours"),
    path(f"{_ONE}lieux/nouveau/", digital_places.advisor_place_create, name="advisor_place_create"),
    path(f"{_ONE}lieux/<int:place_pk>/", digital_places.advisor_place_edit, name="advisor_place_edit"),
    path(f"{_ONE}lieux/<int:place_pk>/horaires/", digital_places.advisor_place_hours, name="advisor_place_hours"),
    path(f"{_ONE}ateliers/nouveau/", workshops.workshop_create, name="workshop_create"),
    path(f"{_ONE}ateliers/<int:workshop_pk>/", workshops.workshop_edit, name="workshop_edit"),
    path(f"{_ONE}ateliers/<int:workshop_pk>/annuler/", workshops.workshop_cancel, name="workshop_cancel"),
    path(f"{_ONE}mois/<int:year>/<int:month>/", digital_activity.advisor_month, name="advisor_month"),
    path("ateliers/", workshops.workshops, name="workshops"),
]
