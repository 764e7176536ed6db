"""What does the worker do by itself, besides the mail? Every periodic job of the application is registered here."""

from datetime import timedelta

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "config"
    verbose_name = "Application"

    def ready(self) -> None:
        # Models can be imported from here on only.
        from django.conf import settings

        from accounts import interrupted, sessions, visits
        from outbox.jobs import register
        from outbox.retention import erase_old_texts
        from partners.actions import imports as contact_imports
        from partners.actions import upkeep
        from referrals.actions import erasing, reminding
        from referrals.attachments import attaching, vault
        from referrals.incoming import mailbox
        from referrals.reminding import notice_digests
        from structures.actions import access, drafts, labels

        register("erase the texts of old mails", erase_old_texts, every=timedelta(days=1))
        register("erase the files that no row knows", vault.sweep, every=timedelta(days=1))
        register("scan the files not scanned yet", attaching.scan_again, every=timedelta(days=1))
        register("erase ended sessions", sessions.erase_ended, every=timedelta(minutes=15))
        register("erase interrupted texts", interrupted.erase_old_texts, every=timedelta(minutes=15))
        register("forget who came through a link", visits.erase_past, every=timedelta(minutes=15))
        register("apply accepted imports", drafts.apply_waiting, every=timedelta(seconds=10))
        register("apply confirmed contact imports", contact_imports.apply_waiting, every=timedelta(seconds=10))
        register("bring labels into force", labels.bring_into_force, every=timedelta(days=1))
        register("ask contacts whether they are right", upkeep.ask_once_the_day_is_known, every=timedelta(hours=1))
        register("flag the addresses that refuse mail", upkeep.flag_refused_addresses, every=timedelta(minutes=15))
        register("erase identities, texts and files on time", erasing.forget_on_time, every=timedelta(days=1))
        register("end the access of those gone", access.end_access_of_those_gone, every=timedelta(days=1))
        register("remind of the promises", reminding.remind, every=timedelta(minutes=15))
        register("send the notices that waited", notice_digests.send_digests, every=timedelta(minutes=15))
        if settings.REPLY_MAILBOX_URL:
            register("take the replies that wait in the box", mailbox.visit, every=timedelta(minutes=1))
