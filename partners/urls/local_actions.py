"""Addresses of local actions such as SOS paperasse."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
