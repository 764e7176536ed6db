"""Addresses of the public's pages, and of the choice of a structure."""

from django.urls import path

from structures.views import public, working

urlpatterns = [
    path("", public.find, name="find"),
    path("structures/<slug:slug>/", public.detail, name="detail"),
    path("ma-structure/", working.choose, name="choose"),
]
