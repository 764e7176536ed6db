"""Addresses of what keeps contacts right: queue, confirmations, reports, coverage."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
