"""Addresses that a contact opens without an account."""

from django.urls import path

from referrals.views.answer import answer, answer_file

urlpatterns = [
    path("repondre/<str:token>/", answer, name="answer"),
    path("repondre/<str:token>/pieces/<uuid:key>/", answer_file, name="answer_file"),
]
