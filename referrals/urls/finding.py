"""Addresses of finding: the list with its search, its exports and its saved views."""

from django.urls import path

from referrals.views import finding, saved_views

urlpatterns = [
    path("demandes/recherche/", finding.search_requests, name="search"),
    path("demandes/export/<str:kind>/", finding.export, name="export"),
    path("demandes/vues/", saved_views.views, name="views"),
    path("demandes/vues/<int:pk>/", saved_views.view_edit, name="view_edit"),
    path("demandes/vues/<int:pk>/supprimer/", saved_views.view_delete, name="view_delete"),
]
