"""Addresses of the public's pages, and of the choice of a structure."""

from django.urls import path

from structures.views import calendars, public, working

urlpatterns = [
    path("", public.find, name="find"),
    path("structures/", public.list_structures, name="list"),
    path("structures/<slug:slug>/", public.detail, name="detail"),
    path("structures/<slug:slug>/affiche/<int:pk>/", public.print_poster, name="poster"),
    path("structures/<slug:slug>/calendrier.ics", calendars.of_structure, name="structure_calendar"),
    path("bus/", public.rounds, name="bus"),
    path("bus/<slug:slug>/calendrier.ics", calendars.of_bus, name="bus_calendar"),
    path("communes/<slug:insee>/calendrier.ics", calendars.of_commune, name="commune_calendar"),
    path("ma-structure/", working.choose, name="choose"),
]
