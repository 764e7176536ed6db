"""Addresses of the mails that came in."""

from django.urls import path

from referrals.views.originals import original

urlpatterns = [
    path("messages-recus/<int:pk>/", original, name="original"),
]
