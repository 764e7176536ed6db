"""The promise in Django's admin. Requests and identities are not here: nobody reads them from the side."""

from django.contrib import admin

from referrals.models import Promise

admin.site.register(Promise)
