"""Addresses of the app, one module per kind of visitor."""

from structures.urls import data, importing, keeping, public

app_name = "structures"
urlpatterns = [*public.urlpatterns, *data.urlpatterns, *keeping.urlpatterns, *importing.urlpatterns]
