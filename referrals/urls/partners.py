"""Addresses of the partner screens that need the ranking."""

from django.urls import path

from referrals.views import contact_departure, coverage, rules
from referrals.views.partner_queue import partner_queue

_RULES = "partenaires/interlocuteurs/<int:pk>/regles/"

urlpatterns = [
    path("partenaires/interlocuteurs/<int:pk>/depart/", contact_departure.contact_departure, name="contact_departure"),
    path("partenaires/", partner_queue, name="partner_queue"),
    path("partenaires/couverture/", coverage.coverage, name="coverage"),
    path("partenaires/couverture/<slug:operator>/<slug:zone>/", coverage.coverage_area, name="coverage_area"),
    path(_RULES, rules.rule_add, name="rule_add"),
    path(f"{_RULES}<int:rule_pk>/", rules.rule_edit, name="rule_edit"),
    path(f"{_RULES}<int:rule_pk>/retirer/", rules.rule_remove, name="rule_remove"),
]
