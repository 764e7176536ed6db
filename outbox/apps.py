"""How does Django know this app?"""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Courrier sortant"
    default_auto_field = "django.db.models.BigAutoField"
