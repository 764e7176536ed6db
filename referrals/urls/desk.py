"""Addresses of the counsellor’s desk, and of what she is typing."""

from django.urls import path

from referrals.views.desk import desk, next_one
from referrals.views.drafts import erase, save
from referrals.views.notices import notice_choice

urlpatterns = [
    path("accueil/", desk, name="desk"),
    path("accueil/suivante/", next_one, name="next"),
    path("accueil/avis/", notice_choice, name="notices"),
    path("brouillons/<slug:form>/", save, name="draft"),
    path("brouillons/<slug:form>/effacer/", erase, name="draft_erase"),
]
