"""Addresses of the import and export of contacts."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
