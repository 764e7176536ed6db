"""Addresses of the import of the national list."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
