"""Addresses of the partners' screens."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import contact_actions, contacts, local_services, operators, procedures

app_name = "partners"
_CONTACT = "partenaires/interlocuteurs/"
_OPERATOR = "partenaires/operateurs/"
_PROCEDURE = "partenaires/demarches/"
_SERVICE = "partenaires/services-locaux/"
_ADVISOR = "pilotage/conseillers-numeriques/"

urlpatterns: list[URLPattern] = [
    path("partenaires/", contacts.contacts, name="contacts"),
    path(f"{_CONTACT}nouveau/", contacts.contact_create, name="contact_create"),
    path(f"{_CONTACT}<int:pk>/", contacts.contact_edit, name="contact_edit"),
    path(f"{_CONTACT}<int:pk>/verifier/", contact_actions.contact_confirm, name="contact_confirm"),
    path(f"{_CONTACT}<int:pk>/desactiver/", contact_actions.contact_deactivate, name="contact_deactivate"),
    path(f"{_CONTACT}<int:pk>/reactiver/", contact_actions.contact_reactivate, name="contact_reactivate"),
    path(f"{_CONTACT}<int:pk>/regles/", contact_actions.rule_add, name="rule_add"),
    path(f"{_CONTACT}<int:pk>/regles/<int:rule_pk>/retirer/", contact_actions.rule_remove, name="rule_remove"),
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
    path(_SERVICE, local_services.local_services, name="local_services"),
    path(f"{_SERVICE}nouveau/", local_services.local_service_create, name="local_service_create"),
    path(f"{_SERVICE}<int:pk>/", local_services.local_service_edit, name="local_service_edit"),
    path(f"{_SERVICE}<int:pk>/etat/", local_services.local_service_set_active, name="local_service_set_active"),
    path(_ADVISOR, local_services.digital_advisors, name="digital_advisors"),
    path(f"{_ADVISOR}nouveau/", local_services.digital_advisor_create, name="digital_advisor_create"),
    path(f"{_ADVISOR}<int:pk>/", local_services.digital_advisor_edit, name="digital_advisor_edit"),
    path(f"{_ADVISOR}<int:pk>/etat/", local_services.digital_advisor_set_active, name="digital_advisor_set_active"),
]
