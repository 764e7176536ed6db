"""Addresses of the files of a request."""

from django.urls import path

from referrals.views import files

_FILE = "demandes/<str:reference>/pieces/<uuid:key>/"

urlpatterns = [
    path("demandes/<str:reference>/pieces/", files.attach, name="attach"),
    path(_FILE, files.download, name="file"),
    path(f"{_FILE}effacer/", files.erase, name="file_erase"),
]
