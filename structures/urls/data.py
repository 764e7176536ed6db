"""Addresses of the open data: files for other applications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
