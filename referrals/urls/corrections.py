"""Addresses of an entry that is put right."""

from django.urls import path

from referrals.views import corrections

urlpatterns = [
    path("demandes/<str:reference>/corriger/", corrections.correct, name="correct"),
    path("demandes/<str:reference>/annuler/", corrections.cancel, name="cancel"),
    path("demandes/<str:reference>/retablir/", corrections.restore, name="restore"),
]
