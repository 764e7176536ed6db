"""The partners in Django's admin, for superusers; everyday work is done under /partenaires/."""

from django.contrib import admin

from partners.models import Blocker, Contact, LocalService, Operator, Procedure, Rule, Subject

admin.site.register([Operator, Procedure, Blocker, Subject, Contact, Rule, LocalService])
