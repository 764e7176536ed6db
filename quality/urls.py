"""Addresses of the app, under /pilotage/."""

from django.urls import path

from quality.views import charter, labels, network, sites, training, unmet

app_name = "quality"
urlpatterns = [
    path("", network.dashboard, name="dashboard"),
    path("retards/", network.late, name="late"),
    path("interlocuteurs/", network.contacts, name="contacts"),
    path("besoins-sans-reponse/", unmet.unmet, name="unmet"),
    path("charte/", charter.board, name="board"),
    path("charte/<slug:slug>/<slug:criterion>/", charter.evidence, name="evidence"),
    path("structures/", sites.structures, name="structures"),
    path("structures/nouvelle/", labels.structure_create, name="structure_create"),
    path("structures/<slug:slug>/", sites.structure, name="structure"),
    path("structures/<slug:slug>/label/", labels.label, name="label"),
    path("structures/<slug:slug>/label/<int:pk>/", labels.label_note, name="label_note"),
    path("structures/<slug:slug>/porteur/", labels.holder, name="holder"),
    path("structures/<slug:slug>/visite/", sites.record_visit, name="record_visit"),
    path("formations/", training.training, name="training"),
    path("formations/sessions/nouvelle/", training.session_create, name="session_create"),
    path("formations/sessions/<int:pk>/", training.session, name="session"),
    path("formations/sessions/<int:pk>/modifier/", training.session_edit, name="session_edit"),
    path("formations/sessions/<int:pk>/inscrire/", training.session_enrol, name="session_enrol"),
    path(
        "formations/sessions/<int:pk>/desinscrire/<int:person_pk>/", training.session_withdraw, name="session_withdraw"
    ),
    path("formations/sessions/<int:pk>/presents/", training.session_attended, name="session_attended"),
    path("formations/intitules/nouvel/", training.course_create, name="course_create"),
    path("formations/intitules/<slug:code>/", training.course_edit, name="course_edit"),
]
