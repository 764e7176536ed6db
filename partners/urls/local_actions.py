"""Addresses of local actions such as SOS paperasse."""

from django.urls import path
from django.urls.resolvers import URLPattern

from partners.views import action_results, action_sessions, local_actions

_ACTIONS = "pilotage/actions-locales/"
_ONE = f"{_ACTIONS}<int:pk>/"
_SESSION = f"{_ONE}seances/<int:session_pk>/"

urlpatterns: list[URLPattern] = [
    path(_ACTIONS, local_actions.local_actions, name="local_actions"),
    path(f"{_ACTIONS}nouvelle/", local_actions.local_action_create, name="local_action_create"),
    path(_ONE, local_actions.local_action, name="local_action"),
    path(f"{_ONE}modifier/", local_actions.local_action_edit, name="local_action_edit"),
    path(f"{_ONE}etat/", local_actions.local_action_set_active, name="local_action_set_active"),
    path(f"{_ONE}annuler/<int:line>/", local_actions.local_action_undo, name="local_action_undo"),
    path(f"{_ONE}equipe/nouveau/", local_actions.action_member_create, name="action_member_create"),
    path(f"{_ONE}equipe/<int:member_pk>/", local_actions.action_member_edit, name="action_member_edit"),
    path(f"{_ONE}calendrier/", action_sessions.action_calendar, name="action_calendar"),
    path(f"{_ONE}seances/nouvelle/", action_sessions.action_session_add, name="action_session_add"),
    path(_SESSION, action_sessions.action_session, name="action_session"),
    path(f"{_SESSION}annuler/", action_sessions.action_session_cancel, name="action_session_cancel"),
    path(f"{_SESSION}feuille/", action_sessions.action_session_sheet, name="action_session_sheet"),
    path(f"{_ONE}bilan/", action_results.action_results, name="action_results"),
    path(f"{_ONE}bilan.csv", action_results.action_results_csv, name="action_results_csv"),
    path(f"{_ONE}modele/", action_results.action_leaflet, name="action_leaflet"),
]
