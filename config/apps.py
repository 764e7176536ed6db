"""What does the worker do by itself, besides the mail? Every periodic job of the application is registered here."""

from datetime import timedelta

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "config"
    verbose_name = "Application"

    def ready(self) -> None:
        # Models can be imported from here on only.
        from accounts import interrupted, sessions
        from outbox.jobs import register
        from outbox.retention import erase_old_texts
        from structures.actions import access, drafts, labels

        register("erase the texts of old mails", erase_old_texts, every=timedelta(days=1))
        register("erase ended sessions", sessions.erase_ended, every=timedelta(minutes=15))
        register("erase interrupted texts", interrupted.erase_old_texts, every=timedelta(minutes=15))
        register("apply accepted imports", drafts.apply_waiting, every=timedelta(seconds=10))
        register("bring labels into force", labels.bring_into_force, every=timedelta(days=1))
        register("end the access of those gone", access.end_access_of_those_gone, every=timedelta(days=1))
