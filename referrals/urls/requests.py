"""Addresses of one request, and of the list of them."""

from django.urls import path

from referrals.views import know_how
from referrals.views.closing import close_untold, inform, reopen
from referrals.views.gestures import identity, log_call, note, revoke, send_again, take_over
from referrals.views.hand_over import hand_over
from referrals.views.orientation import orient_request
from referrals.views.request_page import detail
from referrals.views.requests import request_list
from referrals.views.sheet import sheet
from referrals.views.usefulness import say_useful

urlpatterns = [
    path("demandes/", request_list, name="list"),
    path("demandes/<str:reference>/", detail, name="detail"),
    path("demandes/<str:reference>/transmettre/", hand_over, name="hand_over"),
    path("demandes/<str:reference>/orienter/", orient_request, name="orient_request"),
    path("demandes/<str:reference>/appels/<int:referral_pk>/", log_call, name="log_call"),
    path("demandes/<str:reference>/reponses/<int:exchange_pk>/", say_useful, name="say_useful"),
    path("demandes/<str:reference>/liens/<int:referral_pk>/retirer/", revoke, name="revoke"),
    path("demandes/<str:reference>/messages/<int:referral_pk>/renvoyer/", send_again, name="send_again"),
    path("demandes/<str:reference>/notes/", note, name="note"),
    path("demandes/<str:reference>/suite/", take_over, name="take_over"),
    path("demandes/<str:reference>/identite/", identity, name="identity"),
    path("demandes/<str:reference>/usager-informe/", inform, name="inform"),
    path("demandes/<str:reference>/clore/", close_untold, name="close_untold"),
    path("demandes/<str:reference>/rouvrir/", reopen, name="reopen"),
    path("demandes/<str:reference>/feuille/", sheet, name="sheet"),
    path("demandes/<str:reference>/fiches/<int:pk>/", know_how.solve, name="solve_with_note"),
]
