"""Addresses of the requests: the counsellor's, and the contact's signed link."""

from django.urls import path

from referrals.views.answer import answer
from referrals.views.desk import desk
from referrals.views.directory import directory
from referrals.views.gestures import identity, inform, log_call, note, revoke, send_again, take_over
from referrals.views.hand_over import hand_over
from referrals.views.requests import detail, request_list

app_name = "referrals"
urlpatterns = [
    path("accueil/", desk, name="desk"),
    path("annuaire/", directory, name="directory"),
    path("demandes/", request_list, name="list"),
    path("demandes/<str:reference>/", detail, name="detail"),
    path("demandes/<str:reference>/transmettre/", hand_over, name="hand_over"),
    path("demandes/<str:reference>/appels/<int:referral_pk>/", log_call, name="log_call"),
    path("demandes/<str:reference>/liens/<int:referral_pk>/retirer/", revoke, name="revoke"),
    path("demandes/<str:reference>/messages/<int:referral_pk>/renvoyer/", send_again, name="send_again"),
    path("demandes/<str:reference>/notes/", note, name="note"),
    path("demandes/<str:reference>/suite/", take_over, name="take_over"),
    path("demandes/<str:reference>/identite/", identity, name="identity"),
    path("demandes/<str:reference>/usager-informe/", inform, name="inform"),
    path("repondre/<str:token>/", answer, name="answer"),
]
