"""Addresses of the requests, of the contact's signed link, and of the partner screens that need the ranking."""

from django.urls import path

from referrals.views import contact_departure, coverage, know_how, rules
from referrals.views.answer import answer
from referrals.views.desk import desk
from referrals.views.directory import directory, procedure_sheet
from referrals.views.gestures import identity, inform, log_call, note, revoke, send_again, take_over
from referrals.views.hand_over import hand_over
from referrals.views.orientation import local_service, orient, orient_request
from referrals.views.partner_queue import partner_queue
from referrals.views.report import report
from referrals.views.requests import detail, request_list

app_name = "referrals"
_RULES = "partenaires/interlocuteurs/<int:pk>/regles/"

urlpatterns = [
    path("accueil/", desk, name="desk"),
    path("annuaire/", directory, name="directory"),
    path("annuaire/demarches/<slug:code>/", procedure_sheet, name="procedure_sheet"),
    path("annuaire/interlocuteurs/<int:pk>/signaler/", report, name="report"),
    path("annuaire/services/<int:pk>/", local_service, name="local_service"),
    path("orienter/", orient, name="orient"),
    path("demandes/", request_list, name="list"),
    path("demandes/<str:reference>/", detail, name="detail"),
    path("demandes/<str:reference>/transmettre/", hand_over, name="hand_over"),
    path("demandes/<str:reference>/orienter/", orient_request, name="orient_request"),
    path("demandes/<str:reference>/appels/<int:referral_pk>/", log_call, name="log_call"),
    path("demandes/<str:reference>/liens/<int:referral_pk>/retirer/", revoke, name="revoke"),
    path("demandes/<str:reference>/messages/<int:referral_pk>/renvoyer/", send_again, name="send_again"),
    path("demandes/<str:reference>/notes/", note, name="note"),
    path("demandes/<str:reference>/suite/", take_over, name="take_over"),
    path("demandes/<str:reference>/identite/", identity, name="identity"),
    path("demandes/<str:reference>/usager-informe/", inform, name="inform"),
    path("demandes/<str:reference>/fiches/<int:pk>/", know_how.solve, name="solve_with_note"),
    path("fiches/", know_how.notes, name="know_how"),
    path("fiches/nouvelle/", know_how.note_write, name="know_how_write"),
    path("fiches/<int:pk>/", know_how.note, name="know_how_note"),
    path("fiches/<int:pk>/modifier/", know_how.note_edit, name="know_how_edit"),
    path("fiches/<int:pk>/avis/", know_how.note_opinion, name="know_how_opinion"),
    path("partenaires/interlocuteurs/<int:pk>/depart/", contact_departure.contact_departure, name="contact_departure"),
    path("partenaires/", partner_queue, name="partner_queue"),
    path("partenaires/couverture/", coverage.coverage, name="coverage"),
    path("partenaires/couverture/<slug:operator>/<slug:zone>/", coverage.coverage_area, name="coverage_area"),
    path(_RULES, rules.rule_add, name="rule_add"),
    path(f"{_RULES}<int:rule_pk>/", rules.rule_edit, name="rule_edit"),
    path(f"{_RULES}<int:rule_pk>/retirer/", rules.rule_remove, name="rule_remove"),
    path("repondre/<str:token>/", answer, name="answer"),
]
