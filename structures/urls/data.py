"""Addresses of the open data: files for other applications."""

from django.urls import path

from structures.views import data

urlpatterns = [
    path("donnees/", data.catalogue, name="data"),
    path("donnees/<str:name>", data.download, name="data_file"),
]
