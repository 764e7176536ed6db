"""Addresses of what colleagues do together with a request."""

from django.urls import path

from referrals.views.teamwork import assign, national, presence

urlpatterns = [
    path("demandes/<str:reference>/confier/", assign, name="assign"),
    path("demandes/<str:reference>/presence/", presence, name="presence"),
    path("demandes/<str:reference>/administration-plus/", national, name="national"),
]
