"""Addresses of what a resident may ask about her own data: who read it, what is held, correct it, erase it."""

from django.urls import path

from referrals.views import identity, mandates, readings, rights

_REQUEST = "demandes/<str:reference>/"

urlpatterns = [
    path("demandes/droits/", rights.find, name="rights"),
    path(f"{_REQUEST}droits/", rights.person, name="rights_person"),
    path(f"{_REQUEST}droits/donnees/", rights.everything, name="rights_everything"),
    path(f"{_REQUEST}droits/donnees.json", rights.everything_json, name="rights_json"),
    path(f"{_REQUEST}droits/effacer/", rights.erase, name="rights_erase"),
    path(f"{_REQUEST}identite/corriger/", identity.correct, name="correct_identity"),
    path(f"{_REQUEST}consultations/", readings.of_request, name="readings"),
    path("mon-site/consultations/", readings.of_site, name="site_readings"),
    path(f"{_REQUEST}mandats/", mandates.mandates, name="mandates"),
    path(f"{_REQUEST}mandats/a-signer/", mandates.to_sign, name="mandate_to_sign"),
    path(f"{_REQUEST}mandats/<int:pk>/imprimer/", mandates.printed, name="mandate_printed"),
    path(f"{_REQUEST}mandats/<int:pk>/retirer/", mandates.withdraw, name="mandate_withdraw"),
]
