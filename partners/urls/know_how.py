"""Addresses of the notes of know-how."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
