"""Addresses under /mon-site/: a site kept by its own people."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
