"""Addresses of operators, démarches and their themes, contacts."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.closed_lists import BLOCKERS, THEMES
from partners.views import closed_lists, contact_actions, contacts, operators, procedures

_CONTACT = "partenaires/interlocuteurs/"
_OPERATOR = "partenaires/operateurs/"
_PROCEDURE = "partenaires/demarches/"
_BLOCKER = "partenaires/blocages/"
_THEME = "partenaires/themes/"

urlpatterns: list[URLPattern] = [
    path(_CONTACT, contacts.contacts, name="contacts"),
    path(f"{_CONTACT}nouveau/", contacts.contact_create, name="contact_create"),
    path(f"{_CONTACT}<int:pk>/", contacts.contact_edit, name="contact_edit"),
    path(f"{_CONTACT}<int:pk>/horaires/", contacts.contact_hours, name="contact_hours"),
    path(f"{_CONTACT}<int:pk>/verifier/", contact_actions.contact_confirm, name="contact_confirm"),
    path(f"{_CONTACT}<int:pk>/desactiver/", contact_actions.contact_deactivate, name="contact_deactivate"),
    path(f"{_CONTACT}<int:pk>/reactiver/", contact_actions.contact_reactivate, name="contact_reactivate"),
    path(_OPERATOR, operators.operators, name="operators"),
    path(f"{_OPERATOR}nouveau/", operators.operator_create, name="operator_create"),
    path(f"{_OPERATOR}<slug:code>/", operators.operator_edit, name="operator_edit"),
    path(f"{_OPERATOR}<slug:code>/desactiver/", operators.operator_deactivate, name="operator_deactivate"),
    path(f"{_OPERATOR}<slug:code>/reactiver/", operators.operator_reactivate, name="operator_reactivate"),
    path(_PROCEDURE, procedures.procedures, name="procedures"),
    path(f"{_PROCEDURE}nouvelle/", procedures.procedure_create, name="procedure_create"),
    path(f"{_PROCEDURE}<slug:code>/", procedures.procedure_edit, name="procedure_edit"),
    path(f"{_PROCEDURE}<slug:code>/desactiver/", procedures.procedure_deactivate, name="procedure_deactivate"),
    path(f"{_PROCEDURE}<slug:code>/reactiver/", procedures.procedure_reactivate, name="procedure_reactivate"),
    path(_BLOCKER, closed_lists.closed_list, {"kept": BLOCKERS}, name="blockers"),
    path(f"{_BLOCKER}<slug:code>/", closed_lists.rename, {"kept": BLOCKERS}, name="blocker_rename"),
    path(f"{_BLOCKER}<slug:code>/place/", closed_lists.move, {"kept": BLOCKERS}, name="blocker_move"),
    path(f"{_BLOCKER}<slug:code>/etat/", closed_lists.set_active, {"kept": BLOCKERS}, name="blocker_set_active"),
    path(_THEME, closed_lists.closed_list, {"kept": THEMES}, name="themes"),
    path(f"{_THEME}<slug:code>/", closed_lists.rename, {"kept": THEMES}, name="theme_rename"),
    path(f"{_THEME}<slug:code>/place/", closed_lists.move, {"kept": THEMES}, name="theme_move"),
    path(f"{_THEME}<slug:code>/etat/", closed_lists.set_active, {"kept": THEMES}, name="theme_set_active"),
]
