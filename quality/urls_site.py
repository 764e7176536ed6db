"""Addresses of the app under /mon-site/: what a site sees of itself."""

from django.urls import path

from quality.views import departures, people, presence, site_charter

urlpatterns = [
    path("<slug:slug>/charte/", site_charter.site_charter, name="site_charter"),
    path("<slug:slug>/equipe/", people.team, name="team"),
    path("<slug:slug>/equipe/ajouter/", people.person_add, name="person_add"),
    path("<slug:slug>/equipe/<int:pk>/", people.person, name="person"),
    path("<slug:slug>/equipe/<int:pk>/presence/", presence.presence, name="presence"),
    path("<slug:slug>/equipe/<int:pk>/depart/", departures.departure, name="departure"),
    path("<slug:slug>/equipe/<int:pk>/formations/", people.training_add, name="training_add"),
    path(
        "<slug:slug>/equipe/<int:pk>/formations/<int:training_pk>/retirer/",
        people.training_remove,
        name="training_remove",
    ),
    path("<slug:slug>/equipe/suivi/<int:user_pk>/", departures.hand_on, name="hand_on"),
]
