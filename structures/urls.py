"""Addresses of the app."""

from django.urls import path

from structures import views

app_name = "structures"
urlpatterns = [
    path("", views.find, name="find"),
    path("structures/<slug:slug>/", views.detail, name="detail"),
    path("ma-structure/", views.choose, name="choose"),
]
